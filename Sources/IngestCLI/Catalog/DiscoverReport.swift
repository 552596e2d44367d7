import Columnar
import Ports

/// What `ingest discover` prints.
struct DiscoverReport {
    let discovery: Discovery

    /// `width` nil: as wide as it gets.
    func text(width: Int?) -> String {
        var table = TextTable([
            ("schema", .left), ("table", .left), ("kind", .left), ("rows", .right), ("size", .right),
            ("primary key", .left), ("load", .left), ("watermark", .left), ("why", .left),
        ])
        for found in discovery.tables {
            let facts = found.table
            let best = found.candidates.first
            let watermark =
                found.proposal.watermark.isEmpty ? best.map { [$0.column.name] } ?? [] : found.proposal.watermark
            table.add(
                [
                    facts.name.schema ?? "", facts.name.name, facts.kind.rawValue,
                    facts.estimatedRows.map { "~" + NumberText.grouped($0) } ?? "",
                    facts.bytes.map { NumberText.bytes($0) } ?? "", facts.primaryKey.joined(separator: ", "),
                    found.isClosed ? "may not be read" : found.proposal.loadType.rawValue,
                    watermark.joined(separator: ", "), found.isClosed ? "" : why(found),
                ].map { VisibleText.shown($0, limit: 300) })
        }
        var lines = discovery.tables.isEmpty ? ["There are no tables."] : table.lines(indent: 0)
        if let width { lines = lines.map { PrintableText.truncated($0, to: width) } }
        lines += additions
        return lines.map { PrintableText.escaped($0) }.joined(separator: "\n") + "\n"
    }

    private func why(_ found: Discovery.Table) -> String {
        guard let best = found.candidates.first else { return found.proposal.reason }
        if found.proposal.loadType == .incremental { return best.reason }
        return "\(found.proposal.reason); \(best.column.name): \(best.reason)"
    }

    private var additions: [String] {
        guard let outcome = discovery.additions else { return [] }
        var lines = [""]
        if let first = outcome.jobs.first, let last = outcome.jobs.last {
            let rows = first.row == last.row ? "row \(first.row)" : "rows \(first.row)–\(last.row)"
            lines.append(
                "Added \(NumberText.counted(outcome.jobs.count, "job")) to \(outcome.workbook), \(rows), "
                    + (outcome.areEnabled ? "enabled." : "not enabled: set enabled to Y to load them."))
            for job in outcome.jobs { lines.append("  \(job.row)  \(VisibleText.shown(job.id))") }
        } else {
            lines.append("Nothing was added to \(outcome.workbook).")
        }
        if outcome.rules > 0 {
            lines.append(
                "Added \(NumberText.counted(outcome.rules, "row")) to ColumnRules, for numbers without declared digits."
            )
        }
        for known in outcome.known { lines.append("\(known.table) is read by row \(known.row) already.") }
        return lines + outcome.notes.map { "note: " + $0 }
    }

    var json: JSONText {
        var members: [(String, JSONText)] = [
            ("source", .string(discovery.source)), ("tables", .array(discovery.tables.map(json))),
        ]
        if let outcome = discovery.additions {
            members.append(
                (
                    "added",
                    .object([
                        ("workbook", .string(outcome.workbook)), ("enabled", .bool(outcome.areEnabled)),
                        (
                            "jobs",
                            .array(outcome.jobs.map { .object([("job_id", .string($0.id)), ("row", .int($0.row))]) })
                        ), ("column_rules", .int(outcome.rules)),
                        (
                            "known",
                            .array(
                                outcome.known.map {
                                    .object([("table", .string($0.table.description)), ("row", .int($0.row))])
                                })
                        ), ("notes", .array(outcome.notes.map { .string($0) })),
                    ])
                ))
        }
        return .object(members)
    }

    private func json(_ found: Discovery.Table) -> JSONText {
        let facts = found.table
        return .object([
            ("schema", .optional(facts.name.schema)), ("table", .string(facts.name.name)),
            ("kind", .string(facts.kind.rawValue)), ("estimated_rows", .optional(facts.estimatedRows)),
            ("bytes", .optional(facts.bytes)), ("primary_key", .array(facts.primaryKey.map { .string($0) })),
            ("load_type", .string(found.proposal.loadType.rawValue)),
            ("watermark", .array(found.proposal.watermark.map { .string($0) })),
            ("reason", .string(found.proposal.reason)), ("readable", .bool(!found.isClosed)),
            (
                "candidates",
                .array(
                    found.candidates.map {
                        .object([
                            ("column", .string($0.column.name)), ("type", .string($0.column.sourceType)),
                            ("score", .int($0.score)), ("reason", .string($0.reason)),
                        ])
                    })
            ), ("columns", .array(facts.columns.map { $0.json })),
        ])
    }
}

extension CatalogColumn {
    var json: JSONText {
        func flag(_ value: Bool?) -> JSONText { value.map { .bool($0) } ?? .null }
        return .object([
            ("name", .string(name)), ("source_type", .string(sourceType)), ("type", .string(type.description)),
            ("verdict", .string(verdict.kind.rawValue)), ("reason", .string(verdict.reason)),
            ("nullable", flag(isNullable)), ("indexed", flag(leadsIndex)), ("readable", flag(maySelect)),
        ])
    }
}
