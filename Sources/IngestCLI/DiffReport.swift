import Ports
import Workbook

/// What `ingest diff` says.
struct DiffReport {
    let difference: WorkbookDifference

    var text: String {
        if difference.isEmpty { return "No difference in what the jobs say.\n" }
        var lines: [String] = []
        for job in difference.jobs {
            switch job.kind {
            case .added: lines.append("\(name(job.id)): new" + consequence(job.consequence))
            case .removed: lines.append("\(name(job.id)): removed" + consequence(job.consequence))
            case .renamed: lines.append("\(name(job.id)): was \(name(job.oldID ?? ""))" + consequence(job.consequence))
            case .changed:
                for change in job.changes {
                    lines.append(
                        "\(name(job.id)): \(change.column) \(value(change.old)) → \(value(change.new))"
                            + consequence(change.consequence))
                }
            }
        }
        for rule in difference.rules {
            lines.append("\(rule.sheet): \(rule.kind == .added ? "new" : "removed"): \(rule.rule)")
        }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    private func name(_ id: String) -> String { VisibleText.shown(id) }
    private func value(_ text: String?) -> String { text.map { VisibleText.shown($0) } ?? "(blank)" }
    private func consequence(_ text: String?) -> String { text.map { "; \($0)" } ?? "" }

    var json: JSONText {
        .object([
            (
                "jobs",
                .array(
                    difference.jobs.map { job in
                        .object([
                            ("job_id", .string(job.id)), ("kind", .string(job.kind.rawValue)), ("row", .int(job.row)),
                            ("old_job_id", .optional(job.oldID)), ("consequence", .optional(job.consequence)),
                            (
                                "changes",
                                .array(
                                    job.changes.map {
                                        .object([
                                            ("column", .string($0.column)), ("old", .optional($0.old)),
                                            ("new", .optional($0.new)), ("consequence", .optional($0.consequence)),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
            (
                "rules",
                .array(
                    difference.rules.map {
                        .object([
                            ("sheet", .string($0.sheet)), ("kind", .string($0.kind.rawValue)),
                            ("rule", .string($0.rule)),
                        ])
                    })
            ),
        ])
    }
}
