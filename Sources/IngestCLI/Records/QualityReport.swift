import Ports
import Records

/// What `ingest quality` prints: the rules of a job as its last load found them, each with how it went before.
struct QualityReport {
    let job: String
    /// The newest first.
    let entries: [QualityFile.Entry]

    func text(width: Int?) -> String {
        guard let last = entries.first else {
            return PrintableText.escaped("\(job): no load was judged by quality rules yet.") + "\n"
        }
        var table = TextTable([
            ("rule", .left), ("argument", .left), ("severity", .left), ("state", .left), ("failing", .right),
            ("earlier, newest first", .left), ("finding", .left),
        ])
        for rule in last.rules {
            table.add(
                [
                    rule.label, rule.argument, rule.severity, rule.state,
                    rule.failing > 0 ? NumberText.grouped(rule.failing) : "", trend(of: rule), rule.finding,
                ].map { VisibleText.shown($0, limit: 200) })
        }
        var lines = table.lines(indent: 0)
        if let width { lines = lines.map { PrintableText.truncated($0, to: width) } }
        let aside = last.quarantined > 0 ? ", \(NumberText.counted(last.quarantined, "row")) set aside" : ""
        let loads = entries.count > 1 ? "; \(NumberText.counted(entries.count - 1, "earlier load")) beside it" : ""
        lines.insert("\(job): load of \(shown(last.time)), \(last.status)\(aside)\(loads)", at: 0)
        for rule in last.rules where !rule.samples.isEmpty {
            lines.append("")
            lines.append("\(rule.label), for example:")
            for sample in rule.samples {
                let cells = sample.cells.map { "\($0.column) = \($0.value.map { VisibleText.quoted($0) } ?? "NULL")" }
                lines.append("  " + cells.joined(separator: ", "))
            }
        }
        return lines.map { PrintableText.escaped($0) }.joined(separator: "\n") + "\n"
    }

    /// `0 0 12 –`: rows that failed in the loads before; `–` where the rule was not judged, or was not there.
    private func trend(of rule: QualityFile.Rule) -> String {
        entries.dropFirst().prefix(8).map { entry in
            guard let earlier = entry.rules.first(where: { $0.label == rule.label && $0.argument == rule.argument }),
                earlier.state != RuleResult.State.notJudged.rawValue
            else { return "–" }
            // Of rules about the whole load there are no rows to count.
            guard earlier.failing == 0 else { return NumberText.grouped(earlier.failing) }
            return earlier.state == RuleResult.State.failed.rawValue ? "failed" : "0"
        }.joined(separator: " ")
    }

    private func shown(_ time: String) -> String {
        CivilTime(iso: time).map { StatusReport.shown($0) } ?? time
    }

    var json: JSONText {
        .object([("job_id", .string(job)), ("loads", .array(entries.map(Self.json)))])
    }

    private static func json(_ entry: QualityFile.Entry) -> JSONText {
        .object([
            ("time", .string(entry.time)), ("run_id", .string(entry.runID)), ("load_id", .optional(entry.loadID)),
            ("attempt", .int(entry.attempt)), ("status", .string(entry.status)), ("rows", .int(entry.rows)),
            ("quarantined", .int(entry.quarantined)),
            (
                "rules",
                .array(
                    entry.rules.map { rule in
                        .object([
                            ("rule", .string(rule.label)), ("argument", .string(rule.argument)),
                            ("severity", .string(rule.severity)), ("state", .string(rule.state)),
                            ("checked", .int(rule.checked)), ("failing", .int(rule.failing)),
                            ("finding", .string(rule.finding)),
                            (
                                "samples",
                                .array(rule.samples.map { .object($0.cells.map { ($0.column, .optional($0.value)) }) })
                            ),
                        ])
                    })
            ),
        ])
    }
}
