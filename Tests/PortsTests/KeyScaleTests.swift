import Ports
import TestSupport
import Testing

@Suite("Keys on a scale")
struct KeyScaleTests {
    private func scale(_ sort: KeySort) throws -> KeyScale {
        try #require(KeyScale(sort))
    }

    @Test("texts of databases have a place, and places a text")
    func places() throws {
        let cases: [(KeySort, String, Int128, String)] = [
            (.integer, "-9223372036854775808", -9_223_372_036_854_775_808, "-9223372036854775808"),
            (.decimal(scale: 2), "-0.05", -5, "-0.05"), (.decimal(scale: 2), ".5", 50, "0.50"),
            (.decimal(scale: 2), "12", 1200, "12.00"), (.decimal(scale: 0), "1.9", 1, "1"),
            (.date, "1970-01-01", 0, "1970-01-01"), (.date, "1969-12-31", -1, "1969-12-31"),
            (.date, "0001-01-01", -719_162, "0001-01-01"), (.date, "9999-12-31", 2_932_896, "9999-12-31"),
            (.date, "2024-02-29T00:00:00", 19_782, "2024-02-29"),
            (.time(digits: 6, zone: false), "1970-01-01 00:00:01.5", 1_500_000, "1970-01-01T00:00:01.500000"),
            (.time(digits: 7, zone: false), "1969-12-31T23:59:59.9999999", -1, "1969-12-31T23:59:59.9999999"),
            (.time(digits: 0, zone: false), "1970-01-02T03:04:05.9", 97_445, "1970-01-02T03:04:05"),
            (.time(digits: 0, zone: true), "1970-01-01 05:30:00+05:30", 0, "1970-01-01T00:00:00+00:00"),
            (.time(digits: 3, zone: true), "1970-01-01T00:00:00.250 -01", 3_600_250, "1970-01-01T01:00:00.250+00:00"),
            (.time(digits: 0, zone: true), "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00+00:00"),
        ]
        for (sort, text, place, again) in cases {
            let scale = try scale(sort)
            #expect(scale.position(text) == place, "\(text)")
            #expect(scale.text(place) == again)
        }
    }

    @Test(
        "what has no place",
        arguments: [
            "infinity", "-infinity", "NaN", "", "1e5", "0000-00-00", "2024-13-01", "0044-03-15 BC", "x",
            "1970-01-01 99999999999999999999999999999999999999:00",
        ])
    func none(text: String) throws {
        for sort in [KeySort.integer, .decimal(scale: 3), .date, .time(digits: 6, zone: false)] {
            #expect(try scale(sort).position(text) == nil)
        }
        #expect(KeyScale(.text) == nil)
    }

    @Test(
        "what a clock is ahead of UTC",
        arguments: [
            ("+02:00", -7200), ("+0200", -7200), ("-0500", 18_000), (" +02", -7200), ("-03:30", 12_600), ("Z", 0),
            ("", 0), ("+05:53:28", -21_208), ("+1800", -64_800),
        ] as [(String, Int128)])
    func offsets(text: String, seconds: Int128) throws {
        #expect(try scale(.time(digits: 0, zone: true)).position("1970-01-01 00:00:00" + text) == seconds)
    }

    @Test(
        "what no clock is ahead of UTC",
        arguments: [
            "+200", "+2", "+02000", "+99", "+19:00", "+18:01", "+02:60", "+0260", "+:", "+", "+02:", "+02:00:00:00",
            "Zulu", "+0२00", "+" + String(repeating: "9", count: 60), "-99999999999999999999999999999999999999:00",
        ])
    func noOffsets(text: String) throws {
        #expect(try scale(.time(digits: 9, zone: true)).position("1970-01-01 00:00:00" + text) == nil)
    }

    @Test("every day goes to text and back")
    func days() throws {
        let scale = try scale(.date)
        for day in stride(from: Int128(-719_162), through: 2_932_896, by: 13) {
            #expect(scale.position(scale.text(day)) == day)
        }
    }

    @Test("bounds ascend strictly, inside of what they divide")
    func bounds() {
        var random = SeededRandom(7)
        for _ in 0..<500 {
            let low = Int128(Int64.random(in: -1000...1000, using: &random))
            let high = low + Int128(Int64.random(in: 0...50, using: &random))
            let pieces = Int.random(in: 1...12, using: &random)
            let even = KeyScale.evenly(low, high, pieces: pieces)
            let values = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Int128(Int64.random(in: 0...30, using: &random))
            }
            let percentiles = KeyScale.percentiles(values, pieces: pieces)
            for bounds in [even, percentiles] {
                #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
                #expect(bounds.count < max(1, pieces))
            }
            #expect(even.allSatisfy { $0 > low && $0 <= high })
            if let least = values.min(), let most = values.max() {
                #expect(percentiles.allSatisfy { $0 > least && $0 <= most })
            }
        }
        #expect(KeyScale.evenly(Int128.min, Int128.max, pieces: 4).isEmpty)
        #expect(KeyScale.evenly(0, 100, pieces: 4) == [25, 50, 75])
        #expect(KeyScale.evenly(0, 11, pieces: 4) == [2, 5, 8])
        // Widths of 1 and 2, and no last piece of 17.
        let widths = zip(KeyScale.evenly(0, 99, pieces: 84), KeyScale.evenly(0, 99, pieces: 84).dropFirst()).map {
            $1 - $0
        }
        #expect(widths.allSatisfy { $0 == 1 || $0 == 2 } && KeyScale.evenly(0, 99, pieces: 84).last == 97)
        #expect(KeyScale.percentiles([1, 1, 1, 1, 5, 6, 7, 8], pieces: 4) == [5, 7])
    }

}
