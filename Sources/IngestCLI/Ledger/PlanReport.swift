import Engine
import Ports

/// What `ingest plan` says.
struct PlanReport {
    var forecasts: [LoadForecast]
    /// Rows of the workbook that were asked for and are refused.
    var refused: [(job: String, reason: String)]
    var notes: [String]

    var exitCode: Int32 {
        refused.isEmpty && forecasts.allSatisfy { $0.obstacle == nil } ? ExitCode.done : ExitCode.failed
    }

    // MARK: - Text

    var text: String {
        var lines = notes.map { "note: \($0)" }
        for forecast in forecasts { lines += self.lines(forecast) + [""] }
        for row in refused { lines += ["\(row.job): REFUSED", "    \(row.reason)", ""] }
        let blocked = refused.count + forecasts.count { $0.obstacle != nil }
        let idle = forecasts.count { $0.isEmpty }
        lines.append(
            forecasts.isEmpty && refused.isEmpty
                ? "Nothing to run."
                : NumberText.counted(forecasts.count + refused.count, "job")
                    + ": \(forecasts.count - idle - (blocked - refused.count)) would load"
                    + (idle > 0 ? ", \(idle) with nothing new" : "") + (blocked > 0 ? ", \(blocked) can't" : "")
                    + ". Nothing was written.")
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    private func lines(_ forecast: LoadForecast) -> [String] {
        let job = forecast.job
        var lines = ["\(job.id): \(job.loadType.rawValue), \(job.writeMode.rawValue)"]
        func add(_ name: String, _ text: String) {
            let label = name + String(repeating: " ", count: max(1, 11 - name.count))
            lines.append("    " + label + text.split(whereSeparator: \.isNewline).joined(separator: " "))
        }
        if let obstacle = forecast.obstacle {
            add("REFUSED", obstacle.text)
        } else if forecast.isEmpty {
            add("nothing", "new" + (forecast.watermark.map { " since \($0.value)" } ?? ""))
        }
        for part in forecast.parts {
            add("reads", part.statement + (part.isProvisional ? "   (read again by the next load)" : ""))
        }
        if let rows = forecast.estimatedRows { add("about", NumberText.counted(rows, "row")) }
        if !forecast.parts.isEmpty, let folder = forecast.folder { add("into", folder) }
        let gone = forecast.replaced
        if gone.slices > 0 {
            let ranges = gone.ranges.joined(separator: "; ")
            add(
                "replaces",
                "\(NumberText.counted(gone.rows, "row")) of \(NumberText.grouped(forecast.rowsNow)) in "
                    + "\(NumberText.counted(gone.files, "file")), \(NumberText.bytes(gone.bytes))"
                    + (ranges.isEmpty ? "" : ": \(ranges)"))
        }
        if let after = forecast.watermarkAfter, after != forecast.watermark { add("watermark", "then \(after.value)") }
        for rule in forecast.columnRules { add("column", "\(VisibleText.shown(rule.column)): \(rule.does)") }
        for change in forecast.schemaChanges { add("schema:", change) }
        for warning in forecast.warnings { add("warning:", warning) }
        for note in forecast.notes { add("note:", note) }
        return lines
    }

    // MARK: - JSON

    var json: JSONText {
        .object([
            ("exit_code", .int(Int(exitCode))), ("jobs", .array(forecasts.map(Self.json) + refused.map(Self.json))),
            ("notes", .array(notes.map { .string($0) })),
        ])
    }

    private static func json(_ row: (job: String, reason: String)) -> JSONText {
        .object([("job", .string(row.job)), ("verdict", .string("refused")), ("error", .string(row.reason))])
    }

    private static func json(_ forecast: LoadForecast) -> JSONText {
        let job = forecast.job
        let gone = forecast.replaced
        return .object([
            ("job", .string(job.id)), ("source", .string(job.source.name)), ("table", .string(job.object.table)),
            ("verdict", .string(forecast.obstacle != nil ? "refused" : forecast.isEmpty ? "nothing new" : "loads")),
            ("load_type", .string(job.loadType.rawValue)), ("write_mode", .string(job.writeMode.rawValue)),
            (
                "slices",
                .array(
                    forecast.parts.map { part in
                        .object([
                            ("statement", .string(part.statement)), ("from", .optional(part.low?.value)),
                            ("to", .optional(part.high?.value)), ("provisional", .bool(part.isProvisional)),
                        ])
                    })
            ),
            ("estimated_rows", .optional(forecast.estimatedRows)), ("folder", .optional(forecast.folder)),
            (
                "replaces",
                .object([
                    ("slices", .int(gone.slices)), ("rows", .int(gone.rows)), ("files", .int(gone.files)),
                    ("bytes", .int(gone.bytes)), ("ranges", .array(gone.ranges.map { .string($0) })),
                ])
            ),
            ("rows_now", .int(forecast.rowsNow)), ("watermark", .optional(forecast.watermark?.value)),
            ("watermark_after", .optional(forecast.watermarkAfter?.value)),
            (
                "column_rules",
                .array(
                    forecast.columnRules.map { .object([("column", .string($0.column)), ("does", .string($0.does))]) })
            ), ("schema_changes", .array(forecast.schemaChanges.map { .string($0) })),
            ("warnings", .array(forecast.warnings.map { .string($0) })),
            ("notes", .array(forecast.notes.map { .string($0) })),
            ("error", .optional(forecast.obstacle?.message)), ("remedy", .optional(forecast.obstacle?.remedy)),
        ])
    }
}
