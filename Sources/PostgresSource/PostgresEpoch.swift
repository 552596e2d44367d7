import Columnar

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

    /// Of a day counted from 2000-01-01.
    private static func civil(days: Int) -> String {
        let date = CivilDate(days: days + Int(unixDays))
        let shown = CivilDate.padded(date.year > 0 ? date.year : 1 - date.year, 4)
        return "\(shown)-\(CivilDate.padded(date.month, 2))-\(CivilDate.padded(date.day, 2))"
            + (date.year > 0 ? "" : " BC")
    }
}
