import Engine
import Ports
import Records

/// What `ingest schema` prints: a table's columns as its records have them, or the loads that changed them.
struct SchemaReport {
    let job: Job
    let schema: TableSchema
    let zone: ZoneRules
    let showsHistory: Bool

    var text: String {
        guard !schema.columns.isEmpty else {
            return "\(job.id): nothing was loaded yet, so the table has no columns.\n"
        }
        var lines = showsHistory ? steps : columns
        lines = lines.map { PrintableText.escaped($0) }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Columns

    private var columns: [String] {
        let since = since
        var table = TextTable([("column", .left), ("type", .left), ("source", .left), ("since", .left), ("", .left)])
        for column in schema.columns {
            let state =
                column.isMissing
                ? "not in the source any more: NULL"
                : LoadColumns.names.contains(column.name) ? "written by each load" : ""
            table.add(
                [column.name, column.type, column.sourceType ?? "", since[column.name] ?? "", state].map {
                    VisibleText.shown($0, limit: 200)
                })
        }
        let count = NumberText.counted(schema.columns.count, "column")
        let changes = schema.history.dropFirst().count
        let told =
            changes == 0
            ? ""
            : "; changed by \(NumberText.counted(changes, "load")), which `ingest schema \(job.id) --history` lists"
        return ["\(job.id): \(count)\(told)"] + table.lines(indent: 0)
    }

    /// When each column came, was changed, or went.
    private var since: [String: String] {
        var since: [String: String] = [:]
        for step in schema.history {
            for change in step.changes { since[change.column] = day(step.writtenAt) }
        }
        return since
    }

    private func day(_ moment: String) -> String {
        shown(moment).split(separator: " ").first.map(String.init) ?? moment
    }

    private func shown(_ moment: String) -> String {
        CivilTime(iso: moment).map { StatusReport.shown(zone.civil($0.unixMicroseconds)) } ?? moment
    }

    // MARK: - History

    private var steps: [String] {
        schema.history.enumerated().flatMap { index, step -> [String] in
            let head = "\(shown(step.writtenAt))  load \(step.loadID)"
            guard index > 0 else {
                return ["\(head): the first, with \(NumberText.counted(step.changes.count, "column"))"]
            }
            return [head] + step.changes.map { "    " + $0.text }
        }
    }

    // MARK: - JSON

    var json: JSONText {
        .object([
            ("job", .string(job.id)), ("table", .string(job.target.table)),
            (
                "columns",
                .array(
                    schema.columns.map { column in
                        .object([
                            ("name", .string(column.name)), ("type", .string(column.type)),
                            ("source_type", .optional(column.sourceType)), ("missing", .bool(column.isMissing)),
                        ])
                    })
            ),
            ("history", .array(schema.history.map(Self.json))),
        ])
    }

    private static func json(_ step: TableSchema.Step) -> JSONText {
        .object([
            ("commit", .int(step.commit)), ("load_id", .string(step.loadID)), ("written_at", .string(step.writtenAt)),
            (
                "changes",
                .array(
                    step.changes.map { change in
                        var was: String?
                        if case .retyped(let before) = change.what { was = before }
                        return .object([
                            ("change", .string(change.what.word)), ("column", .string(change.column)),
                            ("type", .string(change.type)), ("was", .optional(was)),
                        ])
                    })
            ),
        ])
    }
}
