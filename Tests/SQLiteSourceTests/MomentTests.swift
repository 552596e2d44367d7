import TestSupport
import Testing

@testable import SQLiteSource

@Suite("Moments as text and as numbers")
struct MomentTests {
    private func microseconds(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBytes { bytes in
            bytes.baseAddress.flatMap { MomentText.moment($0, bytes.count) }.map {
                Int64($0.days) * MomentText.dayMicroseconds + $0.microseconds
            }
        }
    }

    @Test(
        "text as SQLite's own functions take it",
        arguments: [
            ("1970-01-01", 0), ("1970-01-02", 86_400_000_000), ("1969-12-31 23:59:59.999999", -1),
            ("1970-01-01T00:01", 60_000_000), ("1970-01-01 00:00:01", 1_000_000), ("1970-01-01 00:00:00.5", 500_000),
            ("1970-01-01 00:00:00.1234567", 123_456), ("1970-01-01T02:00:00Z", 7_200_000_000),
            ("1970-01-01 02:00:00 +02:00", 0), ("1970-01-01 00:00-01:30", 5_400_000_000),
            ("0001-01-01", -62_135_596_800_000_000), ("9999-12-31 23:59:59", 253_402_300_799_000_000),
            ("2000-02-29", 951_782_400_000_000),
        ] as [(String, Int64)])
    func reads(_ text: String, _ expected: Int64) { #expect(microseconds(text) == expected) }

    @Test(
        "what is no moment",
        arguments: [
            "", "now", "2024-1-1", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-04-31",
            "0000-00-00", "12:30", "2024-01-01 24:00:00", "2024-01-01 12:60", "2024-01-01 12:00:60", "2024-01-01 12",
            "2024-01-01 12:00:00.", "2024-01-01 12:00:00 +2", "2024-01-01 12:00:00 Europe/Berlin", "2024-01-01 ",
            "2024-01-01X12:00:00", "20240101", "2024/01/01", "-001-01-01", "2024-01-01 12:00:00 +15:00",
            "2024-01-01 12:00:00Zz",
        ])
    func refuses(_ text: String) { #expect(microseconds(text) == nil) }

    @Test("digits behind the sixth are said to be cut, unless they are zeros")
    func cuts() {
        let texts = [("1970-01-01 00:00:00.1234560", false), ("1970-01-01 00:00:00.1234561", true)]
        for (text, isCut) in texts {
            Array(text.utf8).withUnsafeBytes {
                #expect(MomentText.moment($0.baseAddress!, $0.count)?.isCut == isCut)
            }
        }
    }

    @Test("integers are seconds, unless they could be something else")
    func integers() {
        #expect(MomentNumber(seconds: 0)?.microseconds == 0)
        #expect(MomentNumber(seconds: 1_700_000_000)?.microseconds == 1_700_000_000_000_000)
        #expect(MomentNumber(seconds: -1)?.microseconds == -1_000_000)
        #expect(MomentNumber(seconds: 2_460_000) == nil, "noon of a Julian day")
        #expect(MomentNumber(seconds: 20_240_131) == nil, "a date in digits")
        #expect(MomentNumber(seconds: 20_241_399) != nil, "no date in digits")
        #expect(MomentNumber(seconds: 1_700_000_000_000) == nil, "milliseconds")
        #expect(MomentNumber(seconds: .max) == nil)
        #expect(MomentNumber(seconds: .min) == nil)
    }

    @Test("reals are Julian days, or seconds with a fraction")
    func reals() {
        #expect(MomentNumber(real: 2_440_587.5)?.microseconds == 0)
        #expect(MomentNumber(real: 2_440_588.0)?.microseconds == 43_200_000_000)
        #expect(MomentNumber(real: 1_721_425.5)?.microseconds == Calendar.firstDay * MomentText.dayMicroseconds)
        #expect(MomentNumber(real: 1_700_000_000.25)?.microseconds == 1_700_000_000_250_000)
        #expect(MomentNumber(real: 0.1)?.microseconds == 100_000)
        for value in [Double.infinity, -.infinity, 1e300, -1e300, .leastNonzeroMagnitude, .nan] {
            _ = MomentNumber(real: value)
        }
        #expect(MomentNumber(real: .infinity) == nil)
        #expect(MomentNumber(real: 1e300) == nil)
    }

    @Test("any bytes are a moment or none, never a trap")
    func anything() {
        var dice = SeededRandom(23)
        let letters = Array("0123456789-: T.Z+".utf8)
        for _ in 0..<20_000 {
            var bytes = Array("2024-05-06 07:08:09.123456 +02:00".utf8.prefix(Int.random(in: 0...33, using: &dice)))
            for _ in 0..<Int.random(in: 0...4, using: &dice) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = letters.randomElement(using: &dice)!
            }
            bytes.withUnsafeBytes { if let base = $0.baseAddress { _ = MomentText.moment(base, $0.count) } }
            bytes.withUnsafeBytes { if let base = $0.baseAddress { _ = MomentText.time(base, $0.count) } }
        }
    }
}
