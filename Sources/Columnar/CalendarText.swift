/// Days and fractions of days as ISO 8601 text. The calendar is the proleptic Gregorian one, year 0 is 1 BC.
package enum CalendarText {
    /// Days since 1970-01-01: those of an Int32, or of an Int64 of milliseconds or less, so that nothing overflows.
    package static func date(_ days: Int64) -> String {
        let date = CivilDate(days: Int(days))
        let digits = CivilDate.padded(abs(date.year), 4)
        return
            "\(date.year < 0 ? "-" : "")\(digits)-\(CivilDate.padded(date.month, 2))-\(CivilDate.padded(date.day, 2))"
    }

    /// Units since midnight.
    package static func time(_ value: Int64, perSecond: Int64) -> String {
        let seconds = value / perSecond
        let fraction = value % perSecond
        let width = perSecond == 1000 ? 3 : perSecond == 1_000_000 ? 6 : 9
        let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(clock).\(padded(fraction, width))"
    }

    /// Units since 1970-01-01T00:00:00.
    package static func timestamp(_ value: Int64, perSecond: Int64, utc: Bool) -> String {
        let perDay = 86_400 * perSecond
        var days = value / perDay
        var rest = value % perDay
        if rest < 0 {
            days -= 1
            rest += perDay
        }
        return "\(date(days))T\(time(rest, perSecond: perSecond))\(utc ? "Z" : "")"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String { CivilDate.padded(Int(value), width) }
}
