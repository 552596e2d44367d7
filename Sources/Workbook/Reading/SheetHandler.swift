/// The cells of one sheet, as they come by.
///
///     sheetData := row*          row := c*          c := f? v? is?
///
/// `r` may be missing from rows and cells (they follow the one before), rows and cells may come out of order, and a cell
/// may come twice (the last one counts), as openpyxl takes them.
final class SheetHandler: SpreadsheetHandler {
    /// 10,000 jobs × 40 columns are 400,000.
    static let maximumCells = 2_000_000
    static let maximumMerges = 100_000

    private enum Reading { case nothing, value, inlineText }

    private(set) var rows: [SheetRow] = []
    private(set) var merges: [String] = []

    private let path: String
    private let sheet: String
    let meaning: CellMeaning

    private var isInData = false
    private var dataDepth = 0
    private var rowNumber = 0
    private var rowIsHidden = false
    private var cells: [SheetCell] = []
    private var lastWidth = 0
    private var isOrdered = true
    private var strays: [(row: Int, cell: SheetCell)] = []
    private var cellCount = 0

    private var isInCell = false
    private var column = 0
    private var cellRow = 0
    private var raw = CellMeaning.Raw()
    private var hasValue = false
    private var isPhonetic = false
    private var reading = Reading.nothing
    private var buffer = TextBuffer()
    private var inlineBuffer = TextBuffer()

    init(
        path: String, sheet: String, styles: CellStyles, is1904: Bool,
        strings: @escaping () throws(WorkbookFault) -> [String]
    ) {
        self.path = path
        self.sheet = sheet
        meaning = CellMeaning(styles: styles, is1904: is1904, strings: strings)
    }

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if let letter = name.onlyLetter {
            switch letter {
            case UInt8(ascii: "c") where isInData: startCell(attributes)
            case UInt8(ascii: "v") where isInCell && !hasValue:
                hasValue = true
                reading = .value
            case UInt8(ascii: "f") where isInCell: raw.hasFormula = true
            case UInt8(ascii: "t") where raw.hasInline && !isPhonetic: reading = .inlineText
            default: break
            }
        } else if isInCell {
            if name == "is" { raw.hasInline = true } else if name == "rPh" { isPhonetic = true }
        } else if isInData {
            if name == "row" { startRow(attributes) }
        } else if name == "sheetData" {
            isInData = true
            dataDepth = depth
        } else if name == "mergeCell", let range = attributes.text("ref") {
            guard merges.count < Self.maximumMerges else {
                return fail(fault(.tooLarge, "more than \(Self.maximumMerges) merged ranges"))
            }
            merges.append(range)
        }
    }

    override func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch reading {
        case .nothing: return
        case .value: buffer.append(bytes)
        case .inlineText: inlineBuffer.append(bytes)
        }
    }

    override func end(_ name: XMLName) {
        if let letter = name.onlyLetter {
            switch letter {
            case UInt8(ascii: "c") where isInCell: endCell()
            case UInt8(ascii: "v"), UInt8(ascii: "t"): reading = .nothing
            default: break
            }
        } else if name == "row" {
            endRow()
        } else if name == "rPh" {
            isPhonetic = false
        } else if name == "sheetData" {
            isInData = false
        }
    }

    // MARK: Rows that the scanner takes

    /// Right behind `<sheetData>`, in no element of another namespace.
    var isBeforeRows: Bool { isInData && !isInCell && rowNumber == 0 && depth == dataDepth && fault == nil }

    /// The first rows, in order; what follows them comes as events.
    func begin(with scanner: inout SheetRowScanner) {
        rows = scanner.takeRows()
        rowNumber = scanner.rowNumber
        cellCount += scanner.cellCount
        if cellCount > Self.maximumCells { failForSize() }
    }

    // MARK: Rows

    private func startRow(_ attributes: XMLAttributes) {
        rowNumber += 1
        if let written = attributes.bytes("r") { rowNumber = Self.rowNumber(written) ?? -1 }
        guard (1...CellReference.maximumRow).contains(rowNumber) else {
            return fail(fault(.corrupt, "a row without a number, or one beyond \(CellReference.maximumRow)"))
        }
        rowIsHidden = attributes.flag("hidden")
        column = 0
        cells = []
        cells.reserveCapacity(lastWidth)
    }

    private func endRow() {
        guard !cells.isEmpty else { return }
        if let last = rows.last, last.number >= rowNumber { isOrdered = false }
        lastWidth = min(cells.count, 256)
        rows.append(SheetRow(number: rowNumber, isHidden: rowIsHidden, cells: cells))
        cells = []
    }

    /// Also `1.0`, which some programs write.
    private static func rowNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        if let value = XMLAttributes.integer(bytes) { return value }
        guard let value = DecimalText.value(bytes), value == value.rounded(), abs(value) < 1e9 else { return nil }
        return Int(value)
    }

    // MARK: Cells

    private func startCell(_ attributes: XMLAttributes) {
        isInCell = true
        raw = CellMeaning.Raw()
        hasValue = false
        isPhonetic = false
        reading = .nothing
        column += 1
        cellRow = rowNumber
        for index in 0..<attributes.count where !attributes.hasPrefix(index) {
            let bytes = attributes.bytes(index)
            switch attributes.name(index).onlyLetter {
            case UInt8(ascii: "r"): place(bytes)
            case UInt8(ascii: "s"): raw.style = XMLAttributes.integer(bytes) ?? 0
            case UInt8(ascii: "t"): raw.type = CellMeaning.type(bytes)
            default: break
            }
        }
        guard column <= CellReference.maximumColumn, cellRow >= 1, cellRow <= CellReference.maximumRow else {
            return fail(fault(.corrupt, "a cell beyond the last column or row"))
        }
    }

    private func place(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        var letters = 0
        var digits = 0
        var index = 0
        while index < bytes.count, letters <= CellReference.maximumColumn {
            let upper = bytes[index] & 0xDF
            guard upper >= UInt8(ascii: "A"), upper <= UInt8(ascii: "Z") else { break }
            letters = letters * 26 + Int(upper - UInt8(ascii: "A")) + 1
            index += 1
        }
        let firstDigit = index
        while index < bytes.count, digits <= CellReference.maximumRow {
            guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else { break }
            digits = digits * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard letters > 0, index > firstDigit, index == bytes.count else {
            let text = String(decoding: bytes.prefix(20), as: UTF8.self)
            return fail(fault(.corrupt, "a cell named '\(text)'"))
        }
        column = letters
        cellRow = digits
    }

    private func endCell() {
        isInCell = false
        reading = .nothing
        let text = raw.type == .inline ? inlineBuffer.bytes : buffer.bytes
        let outcome = meaning.cell(raw, column: column, text)
        if case .broken(let what) = outcome { broken(text, what) }
        if case .fault(let fault) = outcome { fail(fault) }
        buffer.clear()
        inlineBuffer.clear()
        guard fault == nil, case .cell(let cell) = outcome else { return }
        cellCount += 1
        guard cellCount <= Self.maximumCells else { return failForSize() }
        guard cellRow == rowNumber else { return strays.append((cellRow, cell)) }
        if let last = cells.last, last.column >= column { isOrdered = false }
        cells.append(cell)
    }

    private func broken(_ bytes: UnsafeBufferPointer<UInt8>, _ what: String) {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        fail(fault(.corrupt, "'\(text)' at \(CellReference(row: cellRow, column: column)), which is \(what)"))
    }

    private func failForSize() {
        fail(fault(.tooLarge, "more than \(Self.maximumCells) filled cells"))
    }

    private func fault(_ code: WorkbookFault.Code, _ what: String) -> WorkbookFault {
        WorkbookFault(
            code, "\(path): sheet '\(sheet)' holds \(what).",
            remedy: code == .tooLarge
                ? "Keep the jobs in a workbook of their own, without the data."
                : "Open it in Excel or LibreOffice, and save it again.")
    }

    // MARK: The whole

    /// Rows by number, cells by column, each once.
    func takeRows() -> [SheetRow] {
        if !isOrdered || !strays.isEmpty { putInOrder() }
        defer { rows = [] }
        return rows
    }

    private func putInOrder() {
        var byNumber: [Int: SheetRow] = [:]
        for row in rows {
            byNumber[row.number, default: SheetRow(number: row.number, isHidden: row.isHidden)].cells += row.cells
        }
        for stray in strays { byNumber[stray.row, default: SheetRow(number: stray.row)].cells.append(stray.cell) }
        rows = byNumber.values.sorted { $0.number < $1.number }.map { row in
            var row = row
            // The order among cells of one column is kept, so that the last one stays.
            var last: [Int: SheetCell] = [:]
            for cell in row.cells { last[cell.column] = cell }
            row.cells = last.values.sorted { $0.column < $1.column }
            return row
        }
    }
}
