import CSQLite

/// A moment that stands as a number, by SQLite's documentation (https://www.sqlite.org/datatype3.html#date_and_time_datatype):
/// an INTEGER is "Unix Time, the number of seconds since 1970-01-01 00:00:00 UTC", a REAL is a Julian day number.
///
/// What could be either is refused rather than guessed. A Julian day at noon has no fraction, and SQLite keeps it as an
/// INTEGER where the column is numeric; a date that was written as the digits YYYYMMDD becomes one, too. Both would be
/// moments of 1970. A REAL that is no day of the years 1 to 9999 is Unix time with a fraction.
struct MomentNumber {
    var microseconds: Int64
    /// More than six digits behind the second's point.
    var isCut = false

    /// Julian days of 0001-01-01 and of 9999-12-31, at their noon.
    private static let julianDays: ClosedRange<Int64> = 1_721_426...5_373_484
    private static let writtenDates: ClosedRange<Int64> = 19_000_101...20_991_231
    /// 1970-01-01T00:00:00 in milliseconds of Julian days.
    private static let epochJulianMilliseconds: Int64 = 210_866_760_000_000

    init?(_ value: OpaquePointer?, _ storage: Int32) {
        switch storage {
        case SQLITE_INTEGER: self.init(seconds: sqlite3_value_int64(value))
        case SQLITE_FLOAT: self.init(real: sqlite3_value_double(value))
        default: return nil
        }
    }

    init?(seconds: Int64) {
        guard !Self.julianDays.contains(seconds), !Self.isWrittenDate(seconds) else { return nil }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, Calendar.holds(microseconds: product) else { return nil }
        microseconds = product
    }

    init?(real: Double) {
        if real >= 1_721_425.5, real < 5_373_484.5 {
            // To the millisecond, as SQLite's own functions have it: a double tells no more.
            microseconds = (Int64(real * 86_400_000 + 0.5) - Self.epochJulianMilliseconds) * 1000
            guard Calendar.holds(microseconds: microseconds) else { return nil }
            return
        }
        guard let decimal = ExactDecimal(real.description), let scaled = decimal.scaled(precision: 18, scale: 6),
            Calendar.holds(microseconds: Int64(scaled.value))
        else { return nil }
        microseconds = Int64(scaled.value)
        isCut = !scaled.isExact
    }

    private static func isWrittenDate(_ number: Int64) -> Bool {
        guard writtenDates.contains(number) else { return false }
        return Calendar.days(
            year: Int(number / 10_000), month: Int(number / 100 % 100), day: Int(number % 100)) != nil
    }
}
