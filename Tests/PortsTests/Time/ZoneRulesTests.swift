import Glibc
import Testing

@testable import Ports

/// The process has one zone for glibc: one test at a time.
@Suite("Time zones", .serialized)
struct ZoneRulesTests {
    /// Compared with glibc's own reading of the same files, which a process can have for one zone only at a time.
    @Test(
        "offsets are glibc's, in the past, through changes and beyond the last that is listed",
        arguments: [
            "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca",
            "America/Sao_Paulo", "Pacific/Apia", "Antarctica/Troll", "Europe/Dublin", "Asia/Gaza", "Etc/GMT+5",
        ])
    func offsets(zone: String) throws {
        let rules = try ZoneRules.load(zone)
        let old = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", zone, 1)
        tzset()
        defer {
            if let old { setenv("TZ", old, 1) } else { unsetenv("TZ") }
            tzset()
        }
        // Every 5 hours and 1 second of 1950, 1999, 2026, 2037, 2038, 2060 meets each hour of the day.
        for year in [1950, 1999, 2026, 2037, 2038, 2060] {
            let start = CivilTime.days(year: year, month: 1, day: 1) * 86_400
            for moment in stride(from: start, to: start + 366 * 86_400, by: 18_001) {
                var (time, parts) = (time_t(moment), tm())
                localtime_r(&time, &parts)
                guard rules.offset(atUnixSeconds: moment) != parts.tm_gmtoff else { continue }
                Issue.record(
                    "\(zone) at \(moment): \(rules.offset(atUnixSeconds: moment)), glibc \(parts.tm_gmtoff)")
                return
            }
        }
    }

    @Test("the hour that a clock shows twice", arguments: [(1_792_887_000, "02:10"), (1_792_890_600, "02:10")])
    func repeatedHour(moment: Int, shown: String) throws {
        // 2026-10-25: 02:59:59 +02:00 is followed by 02:00:00 +01:00.
        let civil = try ZoneRules.load("Europe/Berlin").civil(moment * 1_000_000)
        #expect(civil.date == "2026-10-25")
        #expect(civil.time.hasPrefix(shown))
        #expect(civil.unixMicroseconds == moment * 1_000_000)
    }

    @Test(
        "a zone that is none is refused", arguments: ["Europe/Berli", "../zoneinfo/UTC", "", "/etc/passwd", "Europe"])
    func unknown(zone: String) { #expect(throws: ZoneFault.self) { try ZoneRules.load(zone) } }

    @Test(
        "moments become texts and come back",
        arguments: [0, -1, 1_792_893_059_123_456, -62_135_596_800_000_000, 253_402_300_799_999_999])
    func texts(moment: Int) {
        for offset in [0, 3600, -34_200, 49_500] {
            let civil = CivilTime(unixMicroseconds: moment, offsetSeconds: offset)
            #expect(civil.unixMicroseconds == moment)
            guard (1...9999).contains(civil.year) else { continue }
            #expect(CivilTime(iso: civil.iso()) == civil)
        }
        #expect(CivilTime(unixMicroseconds: 1_792_893_059_123_456).iso(digits: 3) == "2026-10-25T01:50:59.123+00:00")
    }

    @Test("what is no time is none", arguments: ["", "2026-10-25", "2026-13-25T00:00:00", "2026-10-25T00:00:00x"])
    func noTime(text: String) { #expect(CivilTime(iso: text) == nil) }

    @Test("a time without an offset is in the zone that is given")
    func zoneless() {
        let civil = CivilTime(iso: "2026-02-12T01:00:59.920529") { _ in 3600 }
        #expect(civil?.iso() == "2026-02-12T01:00:59.920529+01:00")
        #expect(CivilTime(iso: "2026-02-12 01:00:59")?.iso(digits: 0) == "2026-02-12T01:00:59+00:00")
    }
}
