import Columnar
import Ports

/// What `ingest preview` prints: the rows as a table, then the columns.
struct PreviewReport {
    let preview: Preview
    private static let widest = 40

    /// `width` nil: as wide as it gets.
    func text(width: Int?) -> String {
        var lines = [heading, ""]
        if !preview.rows.isEmpty {
            for block in blocks(width: width) { lines += block + [""] }
        }
        lines += schema.map { line in width.map { PrintableText.truncated(line, to: $0) } ?? line }
        if !preview.notes.isEmpty { lines.append("") }
        lines += preview.notes.map { "note: " + $0 }
        return lines.map { PrintableText.escaped($0) }.joined(separator: "\n") + "\n"
    }

    private var heading: String {
        let count = NumberText.counted(preview.rows.count, "row")
        guard preview.isCut else {
            return "\(preview.title): \(preview.rows.isEmpty ? "no rows" : "all of its \(count)")"
        }
        let all = preview.estimatedRows.map { " of about \(NumberText.grouped($0))" } ?? ""
        return "\(preview.title): the first \(count)\(all)"
    }

    // MARK: - Rows

    /// As many columns side by side as there is room for, then the next ones below.
    private func blocks(width: Int?) -> [[String]] {
        let names = preview.columns.map { cut(VisibleText.shown($0.name, limit: 200)) }
        let cells = preview.rows.map { row in
            row.map { value in cut(Self.shown(value)) }
        }
        let widths = names.indices.map { column in
            ([names[column]] + cells.map { $0[column] }).map { PrintableText.width($0) }.max() ?? 0
        }
        var blocks: [Range<Int>] = []
        var start = 0
        while start < names.count {
            var end = start + 1
            var used = widths[start]
            while end < names.count, width.map({ used + 2 + widths[end] <= $0 }) ?? true {
                used += 2 + widths[end]
                end += 1
            }
            blocks.append(start..<end)
            start = end
        }
        return blocks.map { block in
            var table = TextTable(block.map { (names[$0], isNumber($0) ? .right : .left) })
            for row in cells { table.add(Array(row[block])) }
            return table.lines(indent: 0).map { line in width.map { PrintableText.truncated(line, to: $0) } ?? line }
        }
    }

    private func isNumber(_ column: Int) -> Bool {
        switch preview.columns[column].type {
        case .int8, .int16, .int32, .int64, .float, .double, .decimal: true
        default: false
        }
    }

    private func cut(_ text: String) -> String { PrintableText.truncated(text, to: Self.widest) }

    /// NULL cannot be mistaken for a text, nor an empty text for nothing.
    static func shown(_ value: String?) -> String {
        guard let value else { return "NULL" }
        if value.isEmpty || value == "NULL" || value.first == " " || value.last == " " {
            return VisibleText.quoted(value, limit: 200)
        }
        return VisibleText.shown(value, limit: 200)
    }

    // MARK: - Columns

    private var schema: [String] {
        var table = TextTable([
            ("column", .left), ("source type", .left), ("lake type", .left), ("verdict", .left), ("why", .left),
        ])
        for column in preview.columns {
            table.add([
                VisibleText.shown(column.name, limit: 200), VisibleText.shown(column.sourceType ?? "", limit: 200),
                column.type.description, column.verdict?.kind.rawValue ?? "",
                [column.rule, column.verdict?.reason].compactMap(\.self).filter { !$0.isEmpty }
                    .joined(separator: "; "),
            ])
        }
        return table.lines(indent: 0)
    }

    /// Values are text, so that no program rounds them.
    var json: JSONText {
        .object([
            ("title", .string(preview.title)), ("more", .bool(preview.isCut)),
            ("estimated_rows", .optional(preview.estimatedRows)),
            (
                "columns",
                .array(
                    preview.columns.map { column in
                        .object([
                            ("name", .string(column.name)), ("source_type", .optional(column.sourceType)),
                            ("type", .string(column.type.description)),
                            ("verdict", .optional(column.verdict?.kind.rawValue)),
                            ("reason", .optional(column.verdict?.reason)), ("rule", .optional(column.rule)),
                        ])
                    })
            ),
            (
                "rows",
                .array(
                    preview.rows.map { row in
                        .array(row.map { .optional($0) })
                    })
            ), ("notes", .array(preview.notes.map { .string($0) })),
        ])
    }
}
