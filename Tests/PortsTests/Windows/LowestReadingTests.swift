import Testing

@testable import Ports

@Suite("What clocks can still show")
struct LowestReadingTests {
    // 2026-10-25T01:00:00Z: Berlin's clocks go from 03:00 back to 02:00.
    private static let autumn = 1_792_890_000

    @Test("the hour that is shown twice counts with its second time")
    func autumn() throws {
        let zone = try ZoneRules.load("Europe/Berlin")
        func lowest(_ second: Int) -> Int { zone.lowestReading(from: (Self.autumn + second) * 1_000_000) / 1_000_000 }
        let two = Self.autumn + 3600
        #expect(lowest(-3601) == two - 1)
        for second in [-3600, -1800, -1, 0] { #expect(lowest(second) == two, "\(second)") }
        #expect(lowest(1) == two + 1)
    }

    @Test("without summer time it is what the clock shows")
    func plain() {
        #expect(ZoneRules.utc.lowestReading(from: Self.autumn * 1_000_000 + 1) == Self.autumn * 1_000_000 + 1)
        #expect(ZoneRules.utc.lowestReading(from: -1) == -1)
    }
}
