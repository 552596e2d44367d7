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

    private enum CellType { case number, shared, inline, boolean, error, formulaText, date, other }
    private enum Reading { case nothing, value, inlineText }

    private(set) var rows: [SheetRow] = []
    private(set) var merges: [String] = []

    private let path: String
    private let sheet: String
    private let strings: () throws(WorkbookFault) -> [String]
    private var loadedStrings: [String]?
    private let styles: CellStyles
    private let is1904: Bool

    private var isInData = false
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
    private var type = CellType.number
    private var style = 0
    private var hasFormula = false
    private var hasValue = false
    private var hasInline = false
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
        self.styles = styles
        self.is1904 = is1904
        self.strings = strings
    }

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if let letter = name.onlyLetter {
            switch letter {
            case UInt8(ascii: "c") where isInData: startCell(attributes)
            case UInt8(ascii: "v") where isInCell && !hasValue:
                hasValue = true
                reading = .value
            case UInt8(ascii: "f") where isInCell: hasFormula = true
            case UInt8(ascii: "t") where hasInline && !isPhonetic: reading = .inlineText
            default: break
            }
        } else if isInCell {
            if name == "is" { hasInline = true } else if name == "rPh" { isPhonetic = true }
        } else if isInData {
            if name == "row" { startRow(attributes) }
        } else if name == "sheetData" {
            isInData = true
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
        type = .number
        style = 0
        hasFormula = false
        hasValue = false
        hasInline = false
        isPhonetic = false
        reading = .nothing
        column += 1
        cellRow = rowNumber
        for index in 0..<attributes.count where !attributes.hasPrefix(index) {
            let bytes = attributes.bytes(index)
            switch attributes.name(index).onlyLetter {
            case UInt8(ascii: "r"): place(bytes)
            case UInt8(ascii: "s"): style = XMLAttributes.integer(bytes) ?? 0
            case UInt8(ascii: "t"): type = Self.type(bytes)
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

    private static func type(_ bytes: UnsafeBufferPointer<UInt8>) -> CellType {
        if bytes.count == 1 {
            switch bytes[0] {
            case UInt8(ascii: "s"): return .shared
            case UInt8(ascii: "n"): return .number
            case UInt8(ascii: "b"): return .boolean
            case UInt8(ascii: "e"): return .error
            case UInt8(ascii: "d"): return .date
            default: return .other
            }
        }
        if bytes.elementsEqual("str".utf8) { return .formulaText }
        return bytes.elementsEqual("inlineStr".utf8) ? .inline : .other
    }

    private func endCell() {
        isInCell = false
        reading = .nothing
        var traits: SheetCell.Traits = hasFormula ? .formula : []
        var value = CellValue.empty
        if type == .inline {
            if hasInline { value = .text(EscapedText.decoded(inlineBuffer.bytes)) }
        } else if !buffer.isEmpty {
            value = self.value(buffer.bytes, &traits)
        } else if hasFormula, type == .number {
            traits.insert(.uncalculated)
        }
        buffer.clear()
        inlineBuffer.clear()
        guard fault == nil, value != .empty || hasFormula else { return }
        cellCount += 1
        guard cellCount <= Self.maximumCells else {
            return fail(fault(.tooLarge, "more than \(Self.maximumCells) filled cells"))
        }
        let cell = SheetCell(column: column, value: value, traits: traits)
        guard cellRow == rowNumber else { return strays.append((cellRow, cell)) }
        if let last = cells.last, last.column >= column { isOrdered = false }
        cells.append(cell)
    }

    private func value(_ bytes: UnsafeBufferPointer<UInt8>, _ traits: inout SheetCell.Traits) -> CellValue {
        switch type {
        case .shared: return shared(bytes)
        case .formulaText, .other, .inline: return .text(EscapedText.decoded(bytes))
        case .error: return .error(String(decoding: bytes, as: UTF8.self))
        case .boolean:
            let trimmed = Self.trimmed(bytes)
            if trimmed.elementsEqual("1".utf8) || trimmed.elementsEqual("true".utf8) { return .boolean(true) }
            if trimmed.elementsEqual("0".utf8) || trimmed.elementsEqual("false".utf8) { return .boolean(false) }
            return broken(bytes, "neither 1 nor 0, as a truth value must be")
        case .date:
            let text = String(decoding: Self.trimmed(bytes), as: UTF8.self)
            return ISODate.parse(text).map { .date($0) } ?? broken(bytes, "not a date as ISO 8601 writes it")
        case .number:
            let trimmed = Self.trimmed(bytes)
            guard let number = DecimalText.value(trimmed) else { return broken(bytes, "not a number") }
            let kind = styles.kind(style, number)
            switch kind {
            case .number: return .number(number, digits: String(decoding: trimmed, as: UTF8.self))
            case .percent:
                traits.insert(.percent)
                return .number(number, digits: String(decoding: trimmed, as: UTF8.self))
            case .date, .time, .dateTime, .duration:
                // As Excel and openpyxl show a date that is none.
                return SerialDate.date(number, kind: kind, digits: trimmed, is1904: is1904).map { .date($0) }
                    ?? .error("#VALUE!")
            }
        }
    }

    private func shared(_ bytes: UnsafeBufferPointer<UInt8>) -> CellValue {
        if loadedStrings == nil {
            do throws(WorkbookFault) { loadedStrings = try strings() } catch {
                fail(error)
                return .empty
            }
        }
        guard let index = XMLAttributes.integer(Self.trimmed(bytes)), index < loadedStrings!.count else {
            return broken(bytes, "no entry of the table of texts")
        }
        let text = loadedStrings![index]
        return .text(text)
    }

    private func broken(_ bytes: UnsafeBufferPointer<UInt8>, _ what: String) -> CellValue {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        fail(fault(.corrupt, "'\(text)' at \(CellReference(row: cellRow, column: column)), which is \(what)"))
        return .empty
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return bytes }
        let start = bytes.firstIndex { $0 > 0x20 } ?? bytes.count
        let end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? start
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
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
