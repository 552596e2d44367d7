import Ports

/// Which of a sheet's columns is which.
struct SheetHeader {
    /// The sheet's row that holds the headers.
    let row: Int
    /// Raw value of the column's case by the sheet's column number; -1 where it is none of ours.
    private let ordinals: [Int]
    /// The sheet's column number by raw value; 0 where the sheet has no such column.
    private let columns: [Int]
    /// Headers that are none of ours, by the sheet's column number.
    let unknown: [Int: String]
    /// Columns whose header stands there twice: the raw value by the number of the later column.
    let repeated: [Int: Int]

    func ordinal(ofColumn column: Int) -> Int { column < ordinals.count ? ordinals[column] : -1 }

    func column(of ordinal: Int) -> Int? { columns[ordinal] > 0 ? columns[ordinal] : nil }

    /// The first of the first rows that has two of our headers; else the first that is not blank.
    static func find<Column: SheetColumn>(
        in table: SheetTable, for _: Column.Type, names: [String: Int]
    ) -> SheetRow? {
        let candidates = table.rows.lazy.filter { !$0.isBlank }.prefix(20)
        let found = candidates.first { row in
            var known = 0
            for cell in row.cells {
                if case .text(let text) = cell.value, names[HeaderName.plain(text)] != nil { known += 1 }
            }
            return known >= 2
        }
        return found ?? candidates.first
    }

    /// Every name and alias, in plain form.
    static func names<Column: SheetColumn>(of _: Column.Type) -> [String: Int] {
        var names: [String: Int] = [:]
        for (ordinal, spec) in Column.specs.enumerated() { names[HeaderName.plain(spec.name)] = ordinal }
        for (ordinal, spec) in Column.specs.enumerated() {
            for alias in spec.aliases where names[HeaderName.plain(alias)] == nil {
                names[HeaderName.plain(alias)] = ordinal
            }
        }
        return names
    }

    init<Column: SheetColumn>(
        _ header: SheetRow, in table: SheetTable, sheetOrder: Int, for _: Column.Type, names: [String: Int],
        findings: FindingCollector, suggestions: NameSuggestion
    ) {
        row = header.number
        var ordinals = [Int](repeating: -1, count: (header.cells.last?.column ?? 0) + 1)
        var columns = [Int](repeating: 0, count: Column.specs.count)
        var spelling = [String?](repeating: nil, count: Column.specs.count)
        var unknown: [Int: String] = [:]
        var repeated: [Int: Int] = [:]
        func report(_ severity: Finding.Severity, _ cell: SheetCell, _ value: String, _ message: String) {
            let place = table.place(CellReference(row: header.number, column: cell.column))
            findings.add(
                Finding(
                    severity, place: place, row: header.number, column: nil, value: VisibleText.shown(value),
                    message: message),
                at: .init(sheet: sheetOrder, row: header.number, column: cell.column))
        }
        for cell in header.cells {
            guard case .text(let raw) = cell.value else {
                if cell.value != .empty {
                    report(.note, cell, "", "The header is not a text; the column is not read.")
                }
                continue
            }
            let text = CellText.cleaned(raw).text
            guard !text.isEmpty else { continue }
            guard let ordinal = names[HeaderName.plain(raw)] else {
                unknown[cell.column] = text
                let nearest = suggestions.sentence(for: text, among: Column.specs.map(\.name))
                report(
                    .note, cell, text,
                    "\(VisibleText.quoted(text)) is not a column of \(Column.sheet); it is not read." + nearest)
                continue
            }
            if columns[ordinal] > 0 {
                repeated[cell.column] = ordinal
                let first = CellReference(row: header.number, column: columns[ordinal])
                report(
                    .warning, cell, text,
                    "\(VisibleText.quoted(text)) means \(Column.specs[ordinal].name), as \(first) "
                        + "(\(VisibleText.quoted(spelling[ordinal] ?? ""))) does already. The first is read; remove one of the two."
                )
                continue
            }
            ordinals[cell.column] = ordinal
            columns[ordinal] = cell.column
            spelling[ordinal] = text
        }
        self.ordinals = ordinals
        self.columns = columns
        self.unknown = unknown
        self.repeated = repeated
    }
}

extension SheetRow {
    var isBlank: Bool {
        cells.allSatisfy { cell in
            switch cell.value {
            case .empty: !cell.traits.contains(.uncalculated)
            case .text(let text): CellText.cleaned(text).text.isEmpty
            default: false
            }
        }
    }
}
