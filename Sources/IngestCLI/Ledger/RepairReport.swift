import Engine
import Ports

/// What `ingest repair` says.
struct RepairReport {
    let outcome: RepairVerb.Outcome
    private static let mostLines = 20

    var text: String {
        var lines: [String] = []
        for table in outcome.tables { lines += self.lines(table) }
        for warning in outcome.warnings { lines.append("warning: \(warning)") }
        let damaged = outcome.tables.count { !$0.isSound }
        let files = outcome.tables.reduce(0) { $0 + ($1.report?.files ?? 0) }
        lines.append(
            NumberText.counted(outcome.tables.count, "table") + ", " + NumberText.counted(files, "file")
                + (outcome.isVerified ? " read and compared" : " found with the right size")
                + (damaged > 0 ? "; \(NumberText.counted(damaged, "table")) need attention." : "; all is in order."))
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    private func lines(_ table: RepairVerb.Table) -> [String] {
        guard let report = table.report else {
            return ["\(table.job): FAILED", "    \(table.failure?.text ?? "")"]
        }
        var lines = [
            "\(table.job): \(NumberText.counted(report.state.rows, "row")) in \(NumberText.counted(report.files, "file"))"
                + (report.damages.isEmpty ? "" : ", DAMAGED")
        ]
        for record in report.finished { lines.append("    finished load \(record.loadID) of an earlier run") }
        for intent in report.undone {
            lines.append("    undid load \(intent.loadID), which had ended before its commit")
        }
        for record in report.withdrawn {
            lines.append("    withdrew load \(record.loadID): its files are gone; its window is read again")
        }
        for damage in report.damages.prefix(Self.mostLines) {
            lines.append("    \(damage.kind.rawValue): \(table.root)\(damage.file) \(damage.found)")
        }
        lines += more(report.damages.count)
        if !report.damages.isEmpty {
            lines.append(
                "    What to do: restore the files from a backup; or load the rows again, by "
                    + "`ingest backfill \(table.job) --from …` or `ingest run \(table.job) --full-refresh`.")
        }
        for stray in report.strays.prefix(Self.mostLines) {
            lines.append("    in no record: \(table.root)\(stray.key), \(NumberText.bytes(stray.bytes))")
        }
        lines += more(report.strays.count)
        if !report.strays.isEmpty {
            lines.append(
                "    Readers that look into the folder take these for the table's. Nothing was removed: move them away."
            )
        }
        if table.auditLines > 0 {
            lines.append(
                "    wrote \(NumberText.counted(table.auditLines, "line")) into the audit trail that were missing")
        }
        return lines
    }

    private func more(_ count: Int) -> [String] {
        count > Self.mostLines ? ["    … and \(count - Self.mostLines) more (--format json has all)"] : []
    }

    var json: JSONText {
        .object([
            ("exit_code", .int(Int(outcome.exitCode))), ("verified", .bool(outcome.isVerified)),
            ("watermarks", .int(outcome.watermarks)), ("tables", .array(outcome.tables.map(Self.json))),
            ("warnings", .array(outcome.warnings.map { .string($0) })),
        ])
    }

    private static func json(_ table: RepairVerb.Table) -> JSONText {
        let report = table.report
        return .object([
            ("job", .string(table.job)), ("table", .string(table.table)), ("sound", .bool(table.isSound)),
            ("rows", .optional(report?.state.rows)), ("files", .optional(report?.files)),
            ("finished", .array(report?.finished.map { .string($0.loadID) } ?? [])),
            ("undone", .array(report?.undone.map { .string($0.loadID) } ?? [])),
            ("withdrawn", .array(report?.withdrawn.map { .string($0.loadID) } ?? [])),
            (
                "damages",
                .array(
                    report?.damages.map { damage in
                        .object([
                            ("kind", .string(damage.kind.rawValue)), ("path", .string(table.root + damage.file)),
                            ("found", .string(damage.found)),
                        ])
                    } ?? [])
            ),
            (
                "strays",
                .array(
                    report?.strays.map { stray in
                        .object([("path", .string(table.root + stray.key)), ("bytes", .int(stray.bytes))])
                    } ?? [])
            ),
            ("audit_lines", .int(table.auditLines)), ("error", .optional(table.failure?.message)),
            ("remedy", .optional(table.failure?.remedy)),
        ])
    }
}
