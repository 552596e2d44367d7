import Ports

/// The rows of a SourceConfig as texts, by job, for comparing two workbooks as people see them.
struct JobCells {
    struct Row: Equatable {
        var id: String
        var row: Int
        var cells: [JobColumn: String]
        /// A run has written into the row: its `last_watermark` is output.
        var hasRun = false
    }

    /// In sheet order.
    private(set) var rows: [Row] = []

    init(_ table: SheetTable) {
        let findings = FindingCollector()
        let suggestions = NameSuggestion()
        let names = SheetHeader.names(of: JobColumn.self)
        guard let header = SheetHeader.find(in: table, for: JobColumn.self, names: names) else { return }
        let scope = SheetScope<JobColumn>(
            table: table, order: 0, header: header, names: names, findings: findings, suggestions: suggestions)
        var seen: Set<String> = []
        for row in scope.rows {
            let reader = RowReader(row, in: scope)
            var cells: [JobColumn: String] = [:]
            for column in JobColumn.allCases where !column.spec.isOutput {
                if reader.withheld.contains(column.rawValue) {
                    cells[column] = "***"
                } else if let text = Self.text(reader, column) {
                    cells[column] = text
                }
            }
            var id = cells[.jobID] ?? [cells[.sourceName], cells[.tableName]].compactMap(\.self).joined(separator: ".")
            // Rows that share an id are told apart by their order, so that none is lost.
            let plain = id
            var number = 2
            while !seen.insert(id).inserted {
                id = "\(plain) (\(number))"
                number += 1
            }
            rows.append(Row(id: id, row: row.number, cells: cells, hasRun: reader.output(.lastRun) != nil))
        }
    }

    /// What the cell means: words that mean nothing are blank, choices and flags are spelled in one way.
    private static func text(_ reader: RowReader<JobColumn>, _ column: JobColumn) -> String? {
        guard reader.isFilled(column), let cell = reader.cell(column) else { return nil }
        switch cell.value {
        case .empty: return nil
        case .text(let raw):
            let text = CellText.cleaned(raw).text
            switch column.spec.kind {
            case .flag: return flag(text)
            case .choice: return reader.scope.choice(column, text)?.name ?? text
            case .list: return ListText.items(of: text).joined(separator: ", ")
            case .integer: return NumberCell.whole(text).map { String($0) } ?? text
            default: return text
            }
        case .number(let number, let digits):
            if case .flag = column.spec.kind, number == 0 || number == 1 { return number == 1 ? "Y" : "N" }
            if cell.traits.contains(.percent) { return "\((number * 1e8).rounded() / 1e6) %" }
            return NumberCell.plain(number, digits: digits)
        case .boolean(let flag): return flag ? "Y" : "N"
        case .error(let text): return text
        case .date(let date): return date.plainText
        }
    }

    private static func flag(_ text: String) -> String {
        switch text.lowercased() {
        case "y", "yes", "true", "1": "Y"
        case "n", "no", "false", "0": "N"
        default: text
        }
    }
}
