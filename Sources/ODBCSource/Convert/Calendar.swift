/// Days and microseconds since 1970-01-01 of what drivers give as year, month and day, in the proleptic Gregorian calendar.
enum Calendar {
    static let microsecondsPerDay = 86_400_000_000

    /// Nil outside of the years 1 to 9999, which is what every reader of the files understands, and for days that no calendar
    /// has (MySQL's 0000-00-00 and 2024-02-31).
    @inline(__always)
    static func days(year: Int, month: Int, day: Int) -> Int? {
        // As unsigned, so that one comparison is two.
        guard UInt(bitPattern: year &- 1) < 9999, UInt(bitPattern: month &- 1) < 12, UInt(bitPattern: day &- 1) < 31
        else { return nil }
        if day > 28 && day > length(ofMonth: month, year: year) { return nil }
        // Years that begin in March have the leap day at their end (Howard Hinnant's days_from_civil).
        let shifted = month > 2 ? year : year &- 1
        let era = UInt32(truncatingIfNeeded: shifted)
        let century = era / 100
        let dayOfYear = UInt32(truncatingIfNeeded: 153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5
        let days = era &* 365 &+ era / 4 &- century &+ century / 4 &+ dayOfYear
        return Int(days) &+ day &- 1 &- 719_468
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func text(year: Int, month: Int, day: Int) -> String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // 0001-01-01 and the end of 9999-12-31.
    static let firstMicrosecond = -719_162 * microsecondsPerDay
    static let endMicrosecond = 2_932_897 * microsecondsPerDay
}
