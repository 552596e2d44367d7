import Glibc
import Ports

/// What clocks show at the moment at which windows end. SQLite runs in this process: its clock is this machine's.
struct FrozenClock {
    /// Microseconds since 1970, UTC.
    let now: Int

    /// Seconds that this machine's clocks are ahead of UTC.
    static func localOffset(at seconds: Int) -> Int {
        var time = time_t(seconds)
        var parts = tm()
        return localtime_r(&time, &parts) == nil ? 0 : parts.tm_gmtoff
    }

    /// The lowest and the highest reading that a clock of those in question can show from now on, as microseconds.
    func readings(timezone: String?) throws -> ClosedRange<Int> {
        if let timezone {
            let zone: ZoneRules
            do { zone = try ZoneRules.load(timezone) } catch let fault as any Fault {
                throw SQLiteFault(.configuration, "watermark_timezone: " + fault.message, remedy: fault.remedy)
            }
            return Self.range(
                zone.lowestReading(from: now), now + zone.offset(atUnixSeconds: now / 1_000_000) * 1_000_000)
        }
        // Nobody says by which clock the times are written: UTC as SQLite's own functions do, or the local one.
        let local = LowestReading.from(now, offset: Self.localOffset)
        return Self.range(min(now, local), max(now, now + Self.localOffset(at: now / 1_000_000) * 1_000_000))
    }

    private static func range(_ low: Int, _ high: Int) -> ClosedRange<Int> { low...max(low, high) }
}
