/// Reads rows in the form in which every spreadsheet program writes them:
///
///     row  := '<row r="' digits '"' (' ' name '="' value '"')* ('/>' | '>' cell* '</row>')
///     cell := '<c r="' letters digits '"' (' s="' digits '"')? (' t="' type '"')?
///             ('/>' | '>' ('<f' … '</f>')? ('<v>' text '</v>' | '<is><t>' text '</t></is>')? '</c>')
///
/// Nothing else is accepted: no white space between tags, no comment, no CDATA, no other attribute or order of them, no
/// reference to a character but those of `& < > " '`, no byte that XML forbids, no cell or row out of order, no value that
/// is not what its type says. Such a row is left, with all behind it, to libxml2, which takes it or says what is wrong with
/// it. So there is nothing that this reads and libxml2 would refuse or read otherwise (docs/adr/0008-rows-by-a-scanner.md).
struct SheetRowScanner: ~Copyable, PartScanner {
    static let opening: StaticString = "<sheetData>"

    private let handler: SheetHandler
    private let meaning: CellMeaning
    private(set) var rowNumber = 0
    private var rows: [SheetRow] = []
    private(set) var cellCount = 0
    private var lastWidth = 0
    private var scratch = TextBuffer()

    init(_ handler: SheetHandler) {
        self.handler = handler
        meaning = handler.meaning
    }

    var mayBegin: Bool { handler.isBeforeRows }

    mutating func handOver() { handler.begin(with: &self) }

    mutating func takeRows() -> [SheetRow] {
        defer { rows = [] }
        return rows
    }

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> (taken: Int, stop: ScanStop) {
        guard let base = bytes.baseAddress else { return (0, .needsMore) }
        var cursor = ByteCursor(base, base + bytes.count)
        var taken = 0
        while cellCount <= SheetHandler.maximumCells, let row = row(&cursor) {
            rowNumber = row.number
            taken = cursor.position - base
            guard !row.cells.isEmpty else { continue }
            lastWidth = min(row.cells.count, 256)
            cellCount += row.cells.count
            rows.append(row)
        }
        // A row whose end is there, and that could not be read all the same, will not be read with more bytes either.
        var rest = ByteCursor(base + taken, base + bytes.count)
        let leaves =
            cellCount > SheetHandler.maximumCells || rest.skip("</sheetData>") || rest.find("</row>") != nil
        return (taken, leaves ? .leaves : .needsMore)
    }

    private mutating func row(_ cursor: inout ByteCursor) -> SheetRow? {
        guard cursor.skip("<row r=\""), let number = cursor.number(), number > rowNumber,
            number <= CellReference.maximumRow, cursor.skip("\"")
        else { return nil }
        var row = SheetRow(number: number)
        guard rowAttributes(&cursor, &row) else { return nil }
        if cursor.skip("/>") { return row }
        guard cursor.skip(">") else { return nil }
        row.cells.reserveCapacity(lastWidth)
        var column = 0
        while cursor.skip("<c r=\"") {
            guard let next = cursor.letters(), next > column, next <= CellReference.maximumColumn,
                cursor.number() == number, cursor.skip("\""),
                cell(&cursor, column: next, into: &row.cells)
            else { return nil }
            column = next
        }
        return cursor.skip("</row>") ? row : nil
    }

    /// Those that the schema knows, and what Excel adds, each at most once.
    private static let rowAttributeNames: [StaticString] = [
        "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed", "thickTop",
        "thickBot", "x14ac:dyDescent",
    ]

    private func rowAttributes(_ cursor: inout ByteCursor, _ row: inout SheetRow) -> Bool {
        var seen = 0
        while cursor.skip(" ") {
            guard let index = Self.rowAttributeNames.firstIndex(where: { cursor.skip($0, followedBy: "=\"") }),
                seen & 1 << index == 0, let value = cursor.attributeValue()
            else { return false }
            seen |= 1 << index
            if index == 4 { row.isHidden = XMLAttributes.flag(value) }
        }
        return true
    }

    private mutating func cell(_ cursor: inout ByteCursor, column: Int, into cells: inout [SheetCell]) -> Bool {
        var raw = CellMeaning.Raw()
        if cursor.skip(" s=\"") {
            guard let style = cursor.number(), cursor.skip("\"") else { return false }
            raw.style = style
        }
        if cursor.skip(" t=\"") {
            guard let type = cursor.attributeValue() else { return false }
            raw.type = CellMeaning.type(type)
            guard raw.type != .other else { return false }
        }
        if cursor.skip("/>") { return true }
        guard cursor.skip(">") else { return false }
        if cursor.skip("<f") {
            guard formula(&cursor) else { return false }
            raw.hasFormula = true
        }
        var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        if cursor.skip("<v>") {
            guard raw.type != .inline, let found = cursor.text(&scratch), cursor.skip("</v>") else { return false }
            text = found
        } else if cursor.skip("<is><t") {
            guard raw.type == .inline, cursor.skip(">") || cursor.skip(" xml:space=\"preserve\">"),
                let found = cursor.text(&scratch), cursor.skip("</t></is>")
            else { return false }
            raw.hasInline = true
            text = found
        }
        guard cursor.skip("</c>") else { return false }
        switch meaning.cell(raw, column: column, text) {
        case .cell(let cell): cells.append(cell)
        case .nothing: break
        // libxml2 comes to the same place, and its handler says so.
        case .broken, .fault: return false
        }
        return true
    }

    /// Its text is not looked at, but must be text. Formulas that other cells share have attributes.
    private mutating func formula(_ cursor: inout ByteCursor) -> Bool {
        for name: StaticString in [" t", " aca", " ref", " ca", " si"] where cursor.skip(name, followedBy: "=\"") {
            guard cursor.attributeValue() != nil else { return false }
        }
        if cursor.skip("/>") { return true }
        return cursor.skip(">") && cursor.text(&scratch) != nil && cursor.skip("</f>")
    }
}
