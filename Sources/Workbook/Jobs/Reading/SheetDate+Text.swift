extension SheetDate {
    /// `2026-02-12`, `2026-02-12 01:00:59.920529`, `06:00`: what a person would write, nothing lost.
    var plainText: String {
        switch form {
        case .date: dateText
        case .dateTime: dateText + " " + timeText(withSeconds: true)
        case .time, .duration: timeText(withSeconds: microseconds % 60_000_000 != 0)
        }
    }

    /// As a value of a watermark column: a date with a time at midnight stays a date with a time.
    var watermarkText: String? { form == .date || form == .dateTime ? plainText : nil }

    private var dateText: String {
        let (year, month, day) = CivilDate.of(daysSince1970: days)
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
    }

    private func timeText(withSeconds: Bool) -> String {
        let seconds = microseconds / 1_000_000
        var text = Self.padded(seconds / 3600, 2) + ":" + Self.padded(seconds / 60 % 60, 2)
        let fraction = microseconds % 1_000_000
        if withSeconds { text += ":" + Self.padded(seconds % 60, 2) }
        if fraction != 0 {
            var digits = Self.padded(fraction, 6)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// The Gregorian calendar, by Howard Hinnant's `civil_from_days` (https://howardhinnant.github.io/date_algorithms.html).
enum CivilDate {
    static func of(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    static func isValid(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }
}
