/// Where in a sheet's bytes the rows and cells are that shall be written.
struct SheetIndex {
    struct Cell {
        var tag: MarkupScanner.Tag
        /// The whole element.
        var range: Range<Int>
        var style: Int
        var hasFormula: Bool
    }

    struct Row {
        var tag: MarkupScanner.Tag
        /// Before the end tag; nil for `<row/>`.
        var end: Int?
        var style: Int?
        /// Column and place of each cell.
        var cells: [(column: Int, start: Int)] = []
    }

    /// `x:` or nothing.
    private(set) var prefix = ""
    private(set) var columns: [(first: Int, last: Int, style: Int)] = []
    /// The value of `<dimension ref>`.
    private(set) var dimension: Range<Int>?
    private(set) var data: MarkupScanner.Tag?
    private(set) var dataEnd = 0
    /// All rows' numbers and places, in the order of the file.
    private(set) var places: [(number: Int, start: Int)] = []
    private(set) var rows: [Int: Row] = [:]
    private(set) var cells: [CellReference: Cell] = [:]

    init(_ bytes: UnsafeBufferPointer<UInt8>, wanted: Set<CellReference>) {
        let wantedRows = Set(wanted.map(\.row))
        var scanner = MarkupScanner(bytes)
        guard let root = scanner.next() else { return }
        prefix = scanner.prefix(root)
        while let tag = scanner.next() {
            if scanner.isNamed(tag, "dimension"), tag.kind != .end {
                dimension = scanner.attribute(tag, "ref")
            } else if scanner.isNamed(tag, "col"), tag.kind != .end {
                guard let first = scanner.integer(tag, "min"), let last = scanner.integer(tag, "max"), first <= last
                else {
                    continue
                }
                columns.append((first, last, scanner.integer(tag, "style") ?? 0))
            } else if scanner.isNamed(tag, "sheetData") {
                data = tag
                dataEnd = tag.range.upperBound
                if tag.kind == .start { readRows(&scanner, wanted, wantedRows) }
                return
            }
        }
    }

    private mutating func readRows(
        _ scanner: inout MarkupScanner, _ wanted: Set<CellReference>, _ wantedRows: Set<Int>
    ) {
        var number = 0
        while let tag = scanner.next() {
            if tag.kind == .end {
                dataEnd = tag.range.lowerBound
                return
            }
            guard scanner.isNamed(tag, "row") else {
                _ = scanner.skipElement(tag)
                continue
            }
            number = scanner.attribute(tag, "r").flatMap { Self.rowNumber(scanner.text($0)) } ?? number + 1
            places.append((number, tag.range.lowerBound))
            var row = Row(tag: tag, end: nil, style: Self.style(scanner, tag))
            if tag.kind == .start {
                var column = 0
                while let inner = scanner.next() {
                    if inner.kind == .end {
                        row.end = inner.range.lowerBound
                        break
                    }
                    readCell(&scanner, inner, &column, &row, number, wanted)
                }
            }
            if wantedRows.contains(number) { rows[number] = row }
        }
    }

    private mutating func readCell(
        _ scanner: inout MarkupScanner, _ tag: MarkupScanner.Tag, _ column: inout Int, _ row: inout Row, _ number: Int,
        _ wanted: Set<CellReference>
    ) {
        guard scanner.isNamed(tag, "c") else {
            _ = scanner.skipElement(tag)
            return
        }
        column += 1
        var reference = CellReference(row: number, column: column)
        if let written = scanner.attribute(tag, "r"), let parsed = scanner.reference(written) {
            reference = parsed
            column = parsed.column
        }
        row.cells.append((column, tag.range.lowerBound))
        var hasFormula = false
        let copy = scanner
        let end = scanner.skipElement(tag) { if copy.isNamed($0, "f") { hasFormula = true } }
        guard wanted.contains(reference), let end else { return }
        cells[reference] = Cell(
            tag: tag, range: tag.range.lowerBound..<end.range.upperBound, style: scanner.integer(tag, "s") ?? 0,
            hasFormula: hasFormula)
    }

    /// A row's style holds for cells that are not there only where it is said to.
    private static func style(_ scanner: MarkupScanner, _ tag: MarkupScanner.Tag) -> Int? {
        guard let custom = scanner.attribute(tag, "customFormat"), ["1", "true"].contains(scanner.text(custom)) else {
            return nil
        }
        return scanner.integer(tag, "s")
    }

    private static func rowNumber(_ text: String) -> Int? {
        Int(text) ?? Double(text).flatMap { $0 == $0.rounded() && abs($0) < 1e9 ? Int($0) : nil }
    }

    /// The style that a cell has, or would have if a person typed into it.
    func style(at reference: CellReference) -> Int {
        if let cell = cells[reference] { return cell.style }
        if let style = rows[reference.row]?.style { return style }
        return columns.first { $0.first <= reference.column && reference.column <= $0.last }?.style ?? 0
    }
}
