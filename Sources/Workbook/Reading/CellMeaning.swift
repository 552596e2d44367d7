/// What a cell's bytes say, by its type and the format of its style: the same whichever way they were found.
final class CellMeaning {
    enum CellType { case number, shared, inline, boolean, error, formulaText, date, other }

    /// A cell as its tags describe it.
    struct Raw {
        var type = CellType.number
        var style = 0
        var hasFormula = false
        var hasInline = false
    }

    enum Outcome {
        /// Neither a value nor a formula.
        case nothing
        case cell(SheetCell)
        /// What the bytes are instead of a value, in words.
        case broken(String)
        case fault(WorkbookFault)
    }

    private let styles: CellStyles
    private let is1904: Bool
    private let load: () throws(WorkbookFault) -> [String]
    private var strings: [String]?

    init(styles: CellStyles, is1904: Bool, strings: @escaping () throws(WorkbookFault) -> [String]) {
        self.styles = styles
        self.is1904 = is1904
        load = strings
    }

    static func type(_ bytes: UnsafeBufferPointer<UInt8>) -> CellType {
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

    /// `text` is what stands in `<is>` where the type is `inlineStr`, else in `<v>`.
    func cell(_ raw: Raw, column: Int, _ text: UnsafeBufferPointer<UInt8>) -> Outcome {
        let traits: SheetCell.Traits = raw.hasFormula ? .formula : []
        func filled(_ value: CellValue, _ more: SheetCell.Traits = []) -> Outcome {
            .cell(SheetCell(column: column, value: value, traits: traits.union(more)))
        }
        if raw.type == .inline {
            if raw.hasInline { return filled(.text(EscapedText.decoded(text))) }
            return raw.hasFormula ? filled(.empty) : .nothing
        }
        if text.isEmpty {
            guard raw.hasFormula else { return .nothing }
            return filled(.empty, raw.type == .number ? .uncalculated : [])
        }
        switch raw.type {
        case .shared:
            if strings == nil { do throws(WorkbookFault) { strings = try load() } catch { return .fault(error) } }
            guard let index = XMLAttributes.integer(Self.trimmed(text)), index < strings!.count else {
                return .broken("no entry of the table of texts")
            }
            return filled(.text(strings![index]))
        case .formulaText, .other, .inline: return filled(.text(EscapedText.decoded(text)))
        case .error: return filled(.error(String(decoding: text, as: UTF8.self)))
        case .boolean:
            let trimmed = Self.trimmed(text)
            if trimmed.elementsEqual("1".utf8) || trimmed.elementsEqual("true".utf8) { return filled(.boolean(true)) }
            if trimmed.elementsEqual("0".utf8) || trimmed.elementsEqual("false".utf8) { return filled(.boolean(false)) }
            return .broken("neither 1 nor 0, as a truth value must be")
        case .date:
            guard let date = ISODate.parse(String(decoding: Self.trimmed(text), as: UTF8.self)) else {
                return .broken("not a date as ISO 8601 writes it")
            }
            return filled(.date(date))
        case .number:
            let digits = Self.trimmed(text)
            guard let number = DecimalText.value(digits) else { return .broken("not a number") }
            let kind = styles.kind(raw.style, number)
            switch kind {
            case .number: return filled(.number(number, digits: String(decoding: digits, as: UTF8.self)))
            case .percent: return filled(.number(number, digits: String(decoding: digits, as: UTF8.self)), .percent)
            case .date, .time, .dateTime, .duration:
                // As Excel and openpyxl show a date that is none.
                let date = SerialDate.date(number, kind: kind, digits: digits, is1904: is1904)
                return filled(date.map { .date($0) } ?? .error("#VALUE!"))
            }
        }
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return bytes }
        let start = bytes.firstIndex { $0 > 0x20 } ?? bytes.count
        let end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? start
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }
}
