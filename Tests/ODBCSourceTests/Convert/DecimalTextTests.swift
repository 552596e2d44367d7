import Columnar
import Testing

@testable import ODBCSource

@Suite("Decimals from text")
struct DecimalTextTests {
    private static func onCell<R>(_ text: String, _ body: (UnsafeRawPointer, Int) -> R) -> R {
        // Digits behind the end must not be taken.
        let bytes = Array(text.utf8) + [UInt8](repeating: 0x39, count: 16)
        return bytes.withUnsafeBytes { body($0.baseAddress!, bytes.count - 16) }
    }

    private static func slow(_ text: String, scale: Int) -> Int128? {
        onCell(text) { DecimalText($0, $1).scaled(by: scale) }
    }

    private static func fast(_ text: String, scale: Int) -> Int64? {
        let value = onCell(text) { DecimalText.fast($0, $1, scale: scale, powers: PowersOfTen.table) }
        return value == .min ? nil : value
    }

    @Test(
        "exact, or nothing",
        arguments: [
            ("0", 0, 0), ("-0", 2, 0), ("0.00", 2, 0), (".5", 1, 5), ("-.5", 2, -50), ("5.", 1, 50), ("+1.25", 2, 125),
            ("  7  ", 0, 7), ("1.2300", 2, 123), ("1200", 0, 1200), ("1E3", 0, 1000), ("1.5e-1", 2, 15),
            ("15E-1", 1, 15), ("1.50000000000000000000000000000000000000000", 1, 15),
            ("000000000000000000000000000000000000000000012", 0, 12), ("0E9", 0, 0), ("1E-2", 1, nil),
            ("0.001", 2, nil),
            ("", 0, nil), ("-", 0, nil), (".", 0, nil), ("1.2.3", 2, nil), ("1,5", 1, nil), ("NaN", 0, nil),
            ("Infinity", 0, nil), ("1e", 0, nil), ("1e+", 0, nil), ("0x10", 0, nil), ("1 2", 0, nil), ("--1", 0, nil),
            ("1-", 0, nil), ("1E9999", 0, nil), ("٣", 0, nil),
        ] as [(String, Int, Int128?)])
    func table(text: String, scale: Int, expected: Int128?) {
        #expect(Self.slow(text, scale: scale) == expected)
        // The fast path gives the same or leaves it to the slow one.
        if let value = Self.fast(text, scale: scale) { #expect(Int128(value) == expected) }
    }

    @Test("38 digits and not one more")
    func longest() throws {
        let nines = String(repeating: "9", count: 38)
        let largest = try #require(Int128(nines))
        #expect(Self.slow(nines, scale: 0) == largest)
        #expect(Self.slow("-" + nines, scale: 0) == -largest)
        #expect(Self.slow("0." + nines, scale: 38) == largest)
        #expect(Self.slow(nines + "9", scale: 0) == nil)
        #expect(Self.slow(nines, scale: 1) == nil)
        #expect(Self.slow("1E37", scale: 0) == Int128("1" + String(repeating: "0", count: 37)))
        #expect(Self.slow("1E38", scale: 0) == nil)
    }

    @Test("the fast path takes all of 18 digits")
    func fastBounds() {
        let nines = String(repeating: "9", count: 18)
        #expect(Self.fast(nines, scale: 0) == 999_999_999_999_999_999)
        #expect(Self.fast("-9999999999999999.99", scale: 2) == -999_999_999_999_999_999)
        #expect(Self.fast("9" + nines, scale: 0) == nil)
        #expect(Self.fast("1", scale: 17) == 100_000_000_000_000_000)
        #expect(Self.fast("1", scale: 18) == nil)
        for text in [".", "-", "", "-."] { #expect(Self.fast(text, scale: 0) == nil) }
    }

    @Test("random decimals, against digits put together without arithmetic")
    func property() {
        func digits(_ count: Int) -> String { String((0..<count).map { _ in "0123456789".randomElement()! }) }
        for _ in 0..<20_000 {
            let scale = Int.random(in: 0...38)
            let (front, behind) = (digits(Int.random(in: 0...(38 - scale))), digits(Int.random(in: 0...scale)))
            guard !(front + behind).isEmpty else { continue }
            let sign = Bool.random() ? "-" : ""
            let text = sign + front + (!behind.isEmpty || Bool.random() ? "." : "") + behind
            let expected = Int128(sign + front + behind + String(repeating: "0", count: scale - behind.count))
            #expect(Self.slow(text, scale: scale) == expected, "\(text) scale \(scale)")
            let fast = Self.fast(text, scale: scale)
            if let fast { #expect(Int128(fast) == expected, "\(text) scale \(scale)") }
            if front.count + scale <= 18 { #expect(fast != nil, "\(text) scale \(scale)") }
        }
    }

    @Test("the fast path never accepts what the slow one refuses", arguments: [3, 11, 19, 27])
    func garbage(longest: Int) {
        let alphabet = Array("0123456789.-+eE ,N")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...longest)).map { _ in alphabet.randomElement()! })
            let scale = Int.random(in: 0...18)
            guard let fast = Self.fast(text, scale: scale) else { continue }
            #expect(Self.slow(text, scale: scale) == Int128(fast), "'\(text)' scale \(scale)")
        }
    }

    @Test(
        "widths of columns, and what does not fit them",
        arguments: [(4, 2), (9, 0), (10, 2), (18, 6), (19, 0), (38, 10)])
    func columns(precision: Int, scale: Int) throws {
        let point = scale > 0 ? "." : ""
        let front = String(repeating: "9", count: precision - scale)
        let nines = front + point + String(repeating: "9", count: scale)
        let type = ColumnType.decimal(precision: precision, scale: scale)
        let filled = try FilledColumn(
            [FilledColumn.of(nines), nil, FilledColumn.of("-" + nines), FilledColumn.of("0")], kind: .decimalText,
            type: type)
        let magnitude = try #require(Int128(String(repeating: "9", count: precision)))
        let found: [Int128?] =
            switch filled.column.valueWidth {
            case 4: filled.fixed(as: Int32.self).map { $0.map { Int128($0) } }
            case 8: filled.fixed(as: Int64.self).map { $0.map { Int128($0) } }
            default: filled.fixed(as: Int128.self)
            }
        #expect(found == [magnitude, nil, -magnitude, 0])
        let tooLarge = "1" + String(repeating: "0", count: precision - scale)
        for bad in [tooLarge, "0." + String(repeating: "0", count: scale) + "1"] {
            let fault = #expect(throws: ODBCFault.self) {
                try FilledColumn([nil, FilledColumn.of(bad)], kind: .decimalText, type: type, nullsUnfit: true)
            }
            #expect(fault?.message.contains("Column 'c', row 2: '\(bad.prefix(60))") == true)
        }
    }

    @Test("no number at all is an error or NULL, as chosen")
    func notANumber() throws {
        let type = ColumnType.decimal(precision: 10, scale: 2)
        #expect(throws: ODBCFault.self) { try FilledColumn([FilledColumn.of("NaN")], kind: .decimalText, type: type) }
        let filled = try FilledColumn(
            [FilledColumn.of("NaN"), FilledColumn.of("1")], kind: .decimalText, type: type, nullsUnfit: true)
        #expect(filled.fixed(as: Int64.self) == [nil, 100])
        #expect(filled.converter.nulled == 1)
    }
}
