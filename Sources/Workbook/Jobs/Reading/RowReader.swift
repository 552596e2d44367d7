import Ports

/// Reads the cells of one row, each in the way of its column, and reports what it repaired or could not read.
struct RowReader<Column: SheetColumn> {
    let scope: SheetScope<Column>
    let row: SheetRow
    /// Index into the row's cells by the column's raw value; -1 where the cell is empty or withheld.
    private var slots: [Int]
    /// A row that is switched off may be half written: its errors are warnings.
    var isSwitchedOff = false
    /// A cell held what looks like a secret; its value is never shown.
    private(set) var holdsSecret = false
    private(set) var withheld: Set<Int> = []

    init(_ row: SheetRow, in scope: SheetScope<Column>) {
        self.scope = scope
        self.row = row
        slots = [Int](repeating: -1, count: scope.facts.count)
        for index in row.cells.indices {
            let ordinal = scope.header.ordinal(ofColumn: row.cells[index].column)
            if case .text(let text) = row.cells[index].value {
                let isSQL = ordinal >= 0 && scope.facts[ordinal].form == .sql
                if ordinal < 0 || !scope.facts[ordinal].isOutput,
                    let secret = SecretShape.found(in: text, isSQL: isSQL)
                {
                    holdsSecret = true
                    if ordinal >= 0 { withheld.insert(ordinal) }
                    reportSecret(secret, in: row.cells[index], ordinal: ordinal)
                    continue
                }
            }
            if ordinal >= 0 {
                slots[ordinal] = index
            } else if let name = scope.secretColumns[row.cells[index].column], row.cells[index].value != .empty,
                !isNothing(row.cells[index])
            {
                holdsSecret = true
                reportSecret(
                    "a secret, by the name of its column \(VisibleText.quoted(name))", in: row.cells[index], ordinal: -1
                )
            }
        }
    }

    /// A row whose two cells of one column disagree cannot be understood.
    func checkRepeatedColumns() {
        guard !scope.header.repeated.isEmpty else { return }
        for cell in row.cells {
            guard let ordinal = scope.header.repeated[cell.column], let column = Column(rawValue: ordinal),
                cell.value != .empty, !isNothing(cell), cell.value != self.cell(column)?.value
            else { continue }
            let first = CellReference(row: row.number, column: scope.header.column(of: ordinal) ?? 1)
            scope.findings.add(
                Finding(
                    isSwitchedOff ? .warning : .error, place: scope.place(row: row.number, column: cell.column),
                    row: row.number, column: column.name,
                    message:
                        "The sheet has two columns \(column.name), and this cell says something else than \(first)."),
                at: .init(sheet: scope.order, row: row.number, column: cell.column))
        }
    }

    private func isNothing(_ cell: SheetCell) -> Bool {
        guard case .text(let raw) = cell.value else { return false }
        let text = CellText.cleaned(raw).text
        return text.isEmpty || CellText.meansNothing(text)
    }

    private func reportSecret(_ secret: String, in cell: SheetCell, ordinal: Int) {
        scope.findings.add(
            Finding(
                .error, place: scope.place(row: row.number, column: cell.column), row: row.number,
                column: ordinal >= 0 ? Column.specs[ordinal].name : scope.header.unknown[cell.column], value: "***",
                message:
                    "The cell seems to hold \(secret). Take it out: credentials stand in the settings, as a reference "
                    + "such as ${env:NAME}, and are changed once they were in a workbook."),
            at: .init(sheet: scope.order, row: row.number, column: cell.column))
    }

    /// Errors of a row that is switched off are warnings.
    func report(_ severity: Finding.Severity, _ column: Column, value: String? = nil, _ message: String) {
        guard severity == .error, isSwitchedOff else {
            scope.report(severity, row: row.number, column, value: value, message)
            return
        }
        scope.report(
            .warning, row: row.number, column, value: value, message + " (The row is not enabled: an error once it is.)"
        )
    }

    func cell(_ column: Column) -> SheetCell? {
        let slot = slots[column.rawValue]
        return slot < 0 ? nil : row.cells[slot]
    }

    func isFilled(_ column: Column) -> Bool { !scopeIsBlank(column) }

    private func scopeIsBlank(_ column: Column) -> Bool {
        guard let cell = cell(column) else { return true }
        switch cell.value {
        case .empty: return !cell.traits.contains(.uncalculated)
        case .text(let raw):
            let text = CellText.cleaned(raw).text
            return text.isEmpty || CellText.meansNothing(text)
                || (!scope.facts[column.rawValue].isNeeded && CellText.meansNothingIfOptional(text))
        default: return false
        }
    }

    /// The cell's value without what was wrong with it, reported as notes; nil where it holds nothing, or an error of the
    /// spreadsheet (reported).
    func value(_ column: Column) -> CellValue? {
        guard let cell = cell(column) else { return nil }
        if cell.traits.contains(.merged) {
            report(.note, column, "The cell is part of a merged range and takes the value of its first cell.")
        }
        switch cell.value {
        case .empty:
            guard cell.traits.contains(.uncalculated) else { return nil }
            report(
                .error, column,
                "The formula was never calculated. Open the workbook in Excel or LibreOffice and save it, or write the value."
            )
            return nil
        case .error(let text):
            report(
                .error, column, value: text,
                "\(text) is an error of the spreadsheet, not a value. Correct the formula, or write the value.")
            return nil
        case .text(let raw):
            return text(raw, column).map { .text($0) }
        case .number, .boolean, .date: return cell.value
        }
    }

    private func text(_ raw: String, _ column: Column) -> String? {
        let facts = scope.facts[column.rawValue]
        let clean = CellText.cleaned(raw)
        guard !clean.text.isEmpty else {
            report(.note, column, value: raw, "The cell holds only blanks; read as empty.")
            return nil
        }
        if clean.isRepaired, facts.form != .prose {
            report(
                .note, column, value: raw,
                "\(VisibleText.quoted(raw)) has blanks or invisible characters that don't belong to it; read as "
                    + "\(VisibleText.quoted(clean.text)).")
        }
        if facts.form == .flag { return clean.text }
        let looksEmpty = CellText.meansNothing(clean.text) || CellText.meansNothingIfOptional(clean.text)
        if !looksEmpty || facts.form == .choice && scope.choice(column, clean.text) != nil { return clean.text }
        if CellText.meansNothing(clean.text) || (!facts.isNeeded && CellText.meansNothingIfOptional(clean.text)) {
            report(.note, column, value: raw, "\(VisibleText.quoted(clean.text)) is read as an empty cell.")
            return nil
        }
        return clean.text
    }

    /// For names: numbers as their digits. Dates are refused: they were no dates when they were typed.
    func name(_ column: Column) -> String? {
        switch value(column) {
        case nil, .empty, .error: return nil
        case .text(let text): return text
        case .number(let number, let digits): return NumberCell.plain(number, digits: digits)
        case .boolean(let flag):
            let text = flag ? "TRUE" : "FALSE"
            report(.note, column, value: text, "The cell is a boolean; read as the text \(text).")
            return text
        case .date(let date):
            report(
                .error, column, value: date.plainText,
                "The cell is a date (\(date.plainText)). Spreadsheets make dates of what looks like one, such as 3-4: format "
                    + "the cell as text and type it again.")
            return nil
        }
    }

    func list(_ column: Column) -> [String] {
        guard let text = name(column) else { return [] }
        if let known = scope.lists.value(column.rawValue, text) { return known }
        let items = ListText.items(of: text)
        if items.count < 2 || Set(items).count == items.count {
            scope.lists.keep(items, column.rawValue, text)
            return items
        }
        var seen: Set<String> = []
        var result: [String] = []
        for item in items {
            if seen.insert(item).inserted {
                result.append(item)
            } else {
                report(.note, column, value: text, "\(VisibleText.quoted(item)) stands there twice; read once.")
            }
        }
        return result
    }
}
