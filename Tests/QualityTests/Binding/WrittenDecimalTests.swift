import TestSupport
import Testing

@testable import Quality

@Suite("Numbers as they are written in a sheet")
struct WrittenDecimalTests {
    @Test(
        "rounded to a column's units, exactly",
        arguments: [
            ("0", 0, 0, 0, 0), ("12", 0, 12, 12, 12), ("-12", 2, -1200, -1200, -1200), ("0.5", 0, 1, 0, nil),
            ("-0.5", 0, 0, -1, nil), ("1.005", 2, 101, 100, nil), ("-1.005", 2, -100, -101, nil),
            ("1e3", 0, 1000, 1000, 1000), ("1.5E2", 0, 150, 150, 150), ("15e-1", 1, 15, 15, 15), ("1e-9", 2, 1, 0, nil),
            ("+007.10", 1, 71, 71, 71), (".5", 1, 5, 5, 5), ("5.", 1, 50, 50, 50), ("-0", 0, 0, 0, 0),
        ] as [(String, Int, Int, Int, Int?)])
    func units(text: String, scale: Int, up: Int, down: Int, exactly: Int?) throws {
        let number = try #require(WrittenDecimal(text))
        #expect(number.units(roundedUp: scale) == Int128(up))
        #expect(number.units(roundedDown: scale) == Int128(down))
        #expect(number.units(exactly: scale) == exactly.map { Int128($0) })
    }

    @Test("what 128 bits cannot hold is beyond every value")
    func wide() throws {
        let most = try #require(WrittenDecimal("1e60"))
        let least = try #require(WrittenDecimal("-1e60"))
        #expect(
            most.units(roundedUp: 0) == .max && most.units(roundedDown: 10) == .max && most.units(exactly: 0) == nil)
        #expect(least.units(roundedUp: 0) == -.max && least.units(roundedDown: 0) == -.max)
    }

    @Test(
        "what is no number",
        arguments: [
            "1e-9223372036854775808", "1e9223372036854775808", "", "-", ".", "1,5", "1.2.3", "0x10", "1e", "1e99999",
            "١", "1 000", "NaN",
        ]
    )
    func refused(text: String) { #expect(WrittenDecimal(text) == nil) }
}
