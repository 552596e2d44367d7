// What SQLite's own functions take for a moment (https://www.sqlite.org/lang_datefunc.html#time_values):
//
//     YYYY-MM-DD  [ blank or T  HH:MM [ :SS [ .SSS… ] ] ]  [ Z | ±HH:MM ]
//
// Days are held to the calendar, which SQLite does not do (it takes 2023-02-31 for March 3rd).

/// Reads dates and times as text.
enum MomentText {
    struct Moment: Equatable {
        /// Days since 1970-01-01.
        var days: Int32
        /// Microseconds of the day; with a zone, of the day in UTC, which may lie outside of the day.
        var microseconds: Int64
        /// More than six digits behind the second's point, and not all of the rest zeros.
        var isCut = false
    }

    static let dayMicroseconds: Int64 = 86_400_000_000

    static func moment(_ p: UnsafeRawPointer, _ count: Int) -> Moment? {
        guard count >= 10, let days = days(p) else { return nil }
        var moment = Moment(days: days, microseconds: 0)
        if count == 10 { return moment }
        let separator = p.load(fromByteOffset: 10, as: UInt8.self)
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "T"),
            let (time, used) = clock(p + 11, count - 11)
        else { return nil }
        moment.microseconds = time.microseconds
        moment.isCut = time.isCut
        guard let offset = zone(p + (11 + used), count - 11 - used) else { return nil }
        moment.microseconds -= offset
        return moment
    }

    /// `YYYY-MM-DD`, ten bytes.
    @inline(__always)
    private static func days(_ p: UnsafeRawPointer) -> Int32? {
        guard let high = two(p), let low = two(p + 2), let month = two(p + 5), let day = two(p + 8),
            p.load(fromByteOffset: 4, as: UInt8.self) == UInt8(ascii: "-"),
            p.load(fromByteOffset: 7, as: UInt8.self) == UInt8(ascii: "-")
        else { return nil }
        return Calendar.days(year: high * 100 + low, month: month, day: day)
    }

    /// A time of day alone.
    static func time(_ p: UnsafeRawPointer, _ count: Int) -> (microseconds: Int64, isCut: Bool)? {
        guard let (time, used) = clock(p, count), used == count else { return nil }
        return (time.microseconds, time.isCut)
    }

    /// `HH:MM[:SS[.S…]]` at the start; also how many bytes it took.
    @inline(__always)
    private static func clock(
        _ p: UnsafeRawPointer, _ count: Int
    ) -> (time: (microseconds: Int64, isCut: Bool), used: Int)? {
        guard count >= 5, let hour = two(p), let minute = two(p + 3), hour < 24, minute < 60,
            p.load(fromByteOffset: 2, as: UInt8.self) == UInt8(ascii: ":")
        else { return nil }
        var microseconds = Int64(hour * 60 + minute) * 60_000_000
        var isCut = false
        guard count >= 8, p.load(fromByteOffset: 5, as: UInt8.self) == UInt8(ascii: ":") else {
            return ((microseconds, false), 5)
        }
        guard let second = two(p + 6), second < 60 else { return nil }
        microseconds += Int64(second) * 1_000_000
        guard count > 9, p.load(fromByteOffset: 8, as: UInt8.self) == UInt8(ascii: ".") else {
            return ((microseconds, false), 8)
        }
        var at = 9
        var unit: Int64 = 100_000
        while at < count {
            let digit = p.load(fromByteOffset: at, as: UInt8.self) &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            microseconds += Int64(digit) * unit
            if unit == 0, digit != 0 { isCut = true }
            unit /= 10
            at += 1
        }
        guard at > 9 else { return nil }
        return ((microseconds, isCut), at)
    }

    /// Microseconds that the zone at the end is ahead of UTC: nothing, `Z`, or `±HH:MM`, with blanks before it.
    @inline(__always)
    private static func zone(_ p: UnsafeRawPointer, _ count: Int) -> Int64? {
        if count == 0 { return 0 }
        var at = 0
        while at < count, p.load(fromByteOffset: at, as: UInt8.self) == UInt8(ascii: " ") { at += 1 }
        guard at < count else { return nil }
        let sign = p.load(fromByteOffset: at, as: UInt8.self)
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return at + 1 == count ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), count - at == 6, let hour = two(p + (at + 1)),
            let minute = two(p + (at + 4)), p.load(fromByteOffset: at + 3, as: UInt8.self) == UInt8(ascii: ":"),
            hour <= 14, minute < 60
        else { return nil }
        let offset = Int64(hour * 60 + minute) * 60_000_000
        return sign == UInt8(ascii: "-") ? -offset : offset
    }

    @inline(__always)
    private static func two(_ p: UnsafeRawPointer) -> Int? {
        let tens = p.load(as: UInt8.self) &- UInt8(ascii: "0")
        let ones = p.load(fromByteOffset: 1, as: UInt8.self) &- UInt8(ascii: "0")
        guard tens <= 9, ones <= 9 else { return nil }
        return Int(tens) &* 10 &+ Int(ones)
    }
}

/// The proleptic Gregorian calendar, years 1 to 9999: what every reader of the files understands.
enum Calendar {
    // 0001-01-01 and 9999-12-31, counted from 1970-01-01.
    static let firstDay: Int64 = -719_162
    static let lastDay: Int64 = 2_932_896

    static func holds(day: Int64) -> Bool { day >= firstDay && day <= lastDay }

    static func holds(microseconds: Int64) -> Bool {
        microseconds >= firstDay * MomentText.dayMicroseconds
            && microseconds < (lastDay + 1) * MomentText.dayMicroseconds
    }

    /// Days since 1970-01-01 (Howard Hinnant's days_from_civil); nil where the calendar has no such day.
    @inline(__always)
    static func days(year: Int, month: Int, day: Int) -> Int32? {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1 else { return nil }
        guard day <= 28 || day <= length(month: month, year: year) else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(truncatingIfNeeded: era * 146_097 + dayOfEra - 719_468)
    }

    @inline(__always)
    private static func length(month: Int, year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }
}
