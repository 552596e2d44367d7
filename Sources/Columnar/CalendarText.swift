/// Days and fractions of days as ISO 8601 text. The calendar is the proleptic Gregorian one, year 0 is 1 BC.
package enum CalendarText {
    /// Days since 1970-01-01; the algorithm is http://howardhinnant.github.io/date_algorithms.html#civil_from_days
    package static func date(_ days: Int64) -> String {
        // No overflow: days come from an Int32, or from an Int64 of milliseconds or less.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let digits = padded(abs(year), 4)
        return "\(year < 0 ? "-" : "")\(digits)-\(padded(month, 2))-\(padded(day, 2))"
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

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
