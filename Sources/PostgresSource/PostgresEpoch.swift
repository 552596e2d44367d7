/// PostgreSQL counts days and microseconds from 2000-01-01; columns count from 1970-01-01. Years 1 to 9999 are what
/// every reader of the files understands; infinity is the extreme of the integer and so falls outside by itself.
package enum PostgresEpoch {
    static let unixDays: Int32 = 10_957
    static let unixMicroseconds: Int64 = 946_684_800_000_000

    // 0001-01-01 and 9999-12-31, counted from 2000-01-01.
    static let firstDay: Int32 = -730_119
    static let lastDay: Int32 = 2_921_939
    static let firstMicrosecond = Int64(firstDay) * 86_400_000_000
    static let lastMicrosecond = Int64(lastDay + 1) * 86_400_000_000 - 1

    @inline(__always)
    static func holds(days: Int32) -> Bool { days >= firstDay && days <= lastDay }

    @inline(__always)
    static func holds(microseconds: Int64) -> Bool {
        microseconds >= firstMicrosecond && microseconds <= lastMicrosecond
    }

    /// A date outside of the years 1 to 9999, as psql would print it, for messages.
    static func text(days: Int32) -> String {
        switch days {
        case .max: return "infinity"
        case .min: return "-infinity"
        default: return civil(days: Int(days))
        }
    }

    static func text(microseconds: Int64) -> String {
        switch microseconds {
        case .max: return "infinity"
        case .min: return "-infinity"
        default:
            let (days, rest) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
            return civil(days: Int(rest < 0 ? days - 1 : days))
        }
    }

    /// Proleptic Gregorian date of a day counted from 2000-01-01 (Howard Hinnant's days_to_civil).
    private static func civil(days: Int) -> String {
        let z = days + Int(unixDays) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let shown = year > 0 ? year : 1 - year
        return "\(padded(shown, 4))-\(padded(month, 2))-\(padded(day, 2))" + (year > 0 ? "" : " BC")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
