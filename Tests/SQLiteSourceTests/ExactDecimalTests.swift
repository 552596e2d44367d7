import TestSupport
import Testing

@testable import SQLiteSource

@Suite("ExactDecimal")
struct ExactDecimalTests {
    @Test(
        "keeps every digit",
        arguments: [
            ("0", 10, 2, 0), ("-0.00", 10, 2, 0), ("12.34", 10, 2, 1234), ("+12.3", 10, 2, 1230), (".5", 3, 1, 5),
            ("5.", 3, 1, 50), ("1e3", 6, 2, 100_000), ("1.5E-1", 6, 2, 15), ("100", 1, 0, nil), ("0.001", 10, 2, nil),
            ("0.010", 10, 2, 1), ("99999999999999999999999999999999999999", 38, 0, Int128(10).power(38) - 1),
            ("99999999999999999999999999999999999999", 38, 1, nil), ("1e38", 38, 0, nil), ("1e-40", 38, 38, nil),
            ("-12.345", 10, 3, -12345), ("0e999999", 38, 0, 0),
        ] as [(String, Int, Int, Int128?)])
    func scales(_ text: String, _ precision: Int, _ scale: Int, _ expected: Int128?) throws {
        let scaled = try #require(ExactDecimal(text)).scaled(precision: precision, scale: scale)
        #expect((scaled?.isExact == true ? scaled?.value : nil) == expected)
    }

    @Test(
        "is no number", arguments: ["", "-", ".", "abc", "1x", "1e", "1e+", "1e9999999", "--1", "1.2.3", "0x10", " 1"])
    func refuses(_ text: String) { #expect(ExactDecimal(text) == nil) }

    @Test("what does not fit is cut towards minus infinity, and said to be")
    func cuts() throws {
        let up = try #require(ExactDecimal("1.2345678")).scaled(precision: 18, scale: 6)
        #expect(up?.value == 1_234_567 && up?.isExact == false)
        let down = try #require(ExactDecimal("-1.2345671")).scaled(precision: 18, scale: 6)
        #expect(down?.value == -1_234_568 && down?.isExact == false)
    }

    @Test("digits before the point", arguments: [("0", 1), ("0.05", 1), ("12.34", 2), ("1e5", 6), ("100", 3)])
    func whole(_ text: String, _ digits: Int) throws { #expect(try #require(ExactDecimal(text)).wholeDigits == digits) }

    @Test("any bytes are a number or nil, never a trap")
    func anything() {
        var dice = SeededRandom(17)
        let letters = Array("0123456789+-.eE x".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &dice)).map { _ in letters.randomElement(using: &dice)! }
            _ = ExactDecimal(String(decoding: bytes, as: UTF8.self))?.scaled(precision: 38, scale: 10)
        }
    }
}

extension Int128 {
    fileprivate func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * self } }
}
