import Ports

/// From new rows to the bytes of the parts that change. Nothing is written here.
///
/// The rows come behind the last that is filled, inside the sheet's Excel table where it has one: blank rows at its end are
/// used first, then the table grows. What was said of the row above holds for the new rows too: formats, heights,
/// drop-downs, conditional formats, the filter.
struct RowAppend {
    private(set) var parts: [Int: [UInt8]] = [:]
    private(set) var values: [String: [CellReference: CellPatch.Value]] = [:]
    private(set) var added: [AddedRows] = []
    private(set) var notes: [String] = []
    private let file: WorkbookFile

    init(_ file: WorkbookFile, _ wanted: [RowsToAdd]) throws(WorkbookFault) {
        self.file = file
        for rows in wanted where !rows.rows.isEmpty {
            guard let info = file.sheets.first(where: { WorkbookReading.sheet(named: $0.name) == rows.sheet }) else {
                notes.append(
                    "The workbook has no sheet \(rows.sheet), so \(rows.rows.count) rows for it were not written; "
                        + "`ingest init --upgrade` adds what a workbook lacks.")
                continue
            }
            switch rows.sheet {
            case QualityRuleColumn.sheet: try append(rows.rows, to: info.name, QualityRuleColumn.self)
            case ColumnRuleColumn.sheet: try append(rows.rows, to: info.name, ColumnRuleColumn.self)
            default: try append(rows.rows, to: info.name, JobColumn.self)
            }
        }
    }

    private mutating func append<Column: SheetColumn>(
        _ rows: [[String: CellPatch.Value]], to name: String, _: Column.Type
    ) throws(WorkbookFault) {
        let sheet = try file.contents.sheet(name)
        let table = try file.contents.read(sheet, fillingMerges: false)
        let names = SheetHeader.names(of: Column.self)
        guard let header = SheetHeader.find(in: table, for: Column.self, names: names) else {
            throw refusal(name, "it has no headers")
        }
        var columns: [String: Int] = [:]
        for cell in header.cells {
            guard case .text(let text) = cell.value, let ordinal = names[HeaderName.plain(text)] else { continue }
            let known = Column.specs[ordinal].name
            if columns[known] == nil { columns[known] = cell.column }
        }
        let lacking = Set(rows.flatMap(\.keys)).subtracting(columns.keys).sorted()
        for column in lacking {
            if Column.specs.first(where: { $0.name == column })?.isNeeded == true {
                throw refusal(name, "it has no column \(column)")
            }
            notes.append("\(name) has no column \(column), so that was left out; `ingest init --upgrade` adds it.")
        }

        let part = try file.contents.index(of: sheet)
        let bytes = try file.contents.parts.archive.read(part, atMost: WorkbookContents.Limit.sheet)
        try PartEncoding.check(bytes, place: "\(file.path): '\(sheet.part)'")
        let excelTable = try excelTable(of: sheet, header: header.number)
        let place = try place(
            rows.count, in: table, header: header, known: columns.values, excelTable: excelTable?.table)

        var cells: [CellReference: CellPatch.Value] = [:]
        for (offset, row) in rows.enumerated() {
            for (column, value) in row {
                guard let number = columns[column] else { continue }
                cells[CellReference(row: place.rows.lowerBound + offset, column: number)] = value
            }
        }
        values[name] = cells
        let growth = SheetGrowth(
            above: place.above, rows: place.rows, columns: place.columns, headers: header.cells.map(\.column))
        if let refused = growth.refusal(bytes) { throw refusal(name, refused) }
        parts[part] = growth.apply(to: bytes, cells, is1904: file.contents.is1904)
        if let (excelTable, entry) = excelTable, let grown = excelTable.grown(to: place.rows.upperBound) {
            parts[entry] = grown
        }
        try growFilterName(of: name, area: growth)
        added.append(AddedRows(sheet: name, rows: place.rows))
    }

    // MARK: - Where

    private struct Place {
        /// The row whose looks the new ones take over; nil where there is none but the header.
        var above: Int?
        var rows: ClosedRange<Int>
        var columns: ClosedRange<Int>
    }

    /// Whether a cell makes its row one that is taken. A column that is none of ours may be filled with formulas down to the
    /// table's end.
    private static func fills(_ cell: SheetCell, isOurs: Bool) -> Bool {
        switch cell.value {
        case .empty: false
        case .text(let text): !text.allSatisfy(\.isWhitespace) && (isOurs || !cell.traits.contains(.formula))
        default: isOurs || !cell.traits.contains(.formula)
        }
    }

    /// `known`: the columns that are ours.
    private func place(
        _ count: Int, in table: SheetTable, header: SheetRow, known: some Sequence<Int>, excelTable: TableGrowth?
    ) throws(WorkbookFault) -> Place {
        let used = header.cells.map(\.column)
        let columns =
            excelTable.map { $0.area.first.column...$0.area.last.column }
            ?? ((used.min() ?? 1)...(used.max() ?? 1))
        let own = Set(known)
        let inside = table.rows.filter { row in
            row.number > header.number && (excelTable.map { row.number <= $0.lastDataRow } ?? true)
                && row.cells.contains { columns.contains($0.column) && Self.fills($0, isOurs: own.contains($0.column)) }
        }
        let last = inside.last?.number ?? header.number
        let first = last + 1
        let end = last + count
        guard end <= CellReference.maximumRow else {
            throw refusal(table.name, "it has no room for \(count) more rows")
        }
        if let excelTable, excelTable.hasTotals, end > excelTable.lastDataRow {
            throw refusal(
                table.name,
                "the table '\(excelTable.name)' ends with a row of totals, and has no \(count) blank rows above it")
        }
        for row in table.rows where (first...end).contains(row.number) {
            // Inside the table there may be formulas that wait for a row; below it, anything.
            let isInside = excelTable.map { row.number <= $0.lastDataRow } ?? false
            let obstacle = row.cells.first { cell in
                columns.contains(cell.column) && (!isInside || own.contains(cell.column))
                    && (cell.value != .empty || cell.traits.contains(.formula))
            }
            guard let obstacle else { continue }
            let place = table.place(CellReference(row: row.number, column: obstacle.column))
            throw refusal(
                table.name, isInside ? "\(place) holds a formula" : "\(place), below its rows, is not empty")
        }
        return Place(above: last > header.number ? last : nil, rows: first...end, columns: columns)
    }

    /// The Excel table that the headers are the header of.
    private func excelTable(
        of sheet: WorkbookContents.Sheet, header: Int
    ) throws(WorkbookFault) -> (table: TableGrowth, entry: Int)? {
        let parts = file.contents.parts
        for relationship in try parts.relationships(of: sheet.part) where relationship.type == "table" {
            guard let index = parts.index(of: relationship.target) else { continue }
            let bytes = try parts.archive.read(index, atMost: WorkbookContents.Limit.workbook)
            guard let table = TableGrowth(bytes) else {
                throw refusal(sheet.name, "one of its tables could not be understood")
            }
            if table.area.first.row == header { return (table, index) }
        }
        return nil
    }

    // MARK: - The filter's hidden name

    /// `_xlnm._FilterDatabase` repeats the area of a sheet's filter in the workbook's part.
    private mutating func growFilterName(of sheet: String, area growth: SheetGrowth) throws(WorkbookFault) {
        let contents = file.contents
        guard let index = contents.parts.index(of: contents.part) else { return }
        let bytes: [UInt8]
        if let changed = parts[index] {
            bytes = changed
        } else {
            bytes = try contents.parts.archive.read(index, atMost: WorkbookContents.Limit.workbook)
        }
        let changed = bytes.withUnsafeBufferPointer { buffer -> [UInt8]? in
            var scanner = MarkupScanner(buffer)
            while let tag = scanner.next() {
                guard tag.kind == .start, scanner.isNamed(tag, "definedName"),
                    scanner.attribute(tag, "name").map(scanner.text) == "_xlnm._FilterDatabase"
                else { continue }
                let copy = scanner
                guard let end = scanner.skipElement(tag) else { return nil }
                let content = tag.range.upperBound..<end.range.lowerBound
                let text = copy.text(content)
                guard let mark = text.lastIndex(of: "!"), Self.sheetName(text[..<mark]) == sheet,
                    let area = CellArea(text[text.index(after: mark)...]),
                    let grown = growth.grown(area, withHeader: true)
                else { continue }
                let absolute = [grown.first, grown.last].map { "$\($0.columnLetters)$\($0.row)" }
                return ByteEdit.apply(
                    [ByteEdit(content, text[...mark] + absolute.joined(separator: ":"))], to: buffer)
            }
            return nil
        }
        if let changed { parts[index] = changed }
    }

    /// `'It''s'` → `It's`
    private static func sheetName(_ text: Substring) -> String {
        let plain = text.replacing("&apos;", with: "'").replacing("&amp;", with: "&")
        guard plain.count > 1, plain.first == "'", plain.last == "'" else { return String(plain) }
        return plain.dropFirst().dropLast().replacing("''", with: "'").description
    }

    private func refusal(_ sheet: String, _ reason: String) -> WorkbookFault {
        WorkbookFault(
            .unsupported, "\(file.path): rows cannot be added to '\(sheet)' safely, because \(reason).",
            remedy: "Make room in Excel or LibreOffice, then run this again.")
    }
}
