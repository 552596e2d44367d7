import Ports
import SQLDialects

/// How the values of a watermark are stored, which decides how they compare: SQLite compares numbers by value and text byte by
/// byte, whatever a column is declared as.
enum WatermarkForm: Equatable, Sendable {
    case integer
    /// Integers and reals, of a column that is declared as a decimal.
    case decimal(scale: Int)
    case text
    /// `YYYY-MM-DD`
    case date
    /// ISO 8601 text.
    case moment(MomentShape)
    /// Reals, days of the Julian calendar in UTC.
    case julianDay
    /// Integers or reals, seconds since 1970 in UTC.
    case unixSeconds

    /// As it goes into records. It does not depend on the digits that values happen to have.
    var tag: String {
        switch self {
        case .integer: "integer"
        case .decimal: "numeric"
        case .text: "text"
        case .date: "text date"
        case .moment(let shape): shape.zone.isEmpty ? "text timestamp" : "text timestamptz"
        case .julianDay: "julian day"
        case .unixSeconds: "unix seconds"
        }
    }

    var sort: KeySort {
        switch self {
        case .integer: .integer
        case .decimal(let scale): .decimal(scale: scale)
        case .text: .text
        case .date: .date
        case .moment(let shape): .time(digits: 6, zone: !shape.zone.isEmpty)
        case .julianDay: .time(digits: 6, zone: true)
        case .unixSeconds: .time(digits: 6, zone: true)
        }
    }

    /// Numbers and text end with the greatest value there is, times with a moment.
    var ends: WindowEnds {
        switch self {
        case .integer, .decimal, .text: .high
        case .date, .moment, .julianDay, .unixSeconds: .low
        }
    }

    func mark(_ text: String) -> WatermarkText { WatermarkText(value: text, type: tag) }

    /// A bound, as it compares with what is stored.
    func parameter(_ text: String) throws(SQLiteFault) -> Statement.Parameter {
        switch self {
        case .text: return .text(text)
        case .integer:
            guard let number = Int64(text) else { throw Self.misfit(text, "an integer") }
            return .integer(number)
        case .decimal:
            if let number = Int64(text) { return .integer(number) }
            guard let number = Double(text), number.isFinite else { throw Self.misfit(text, "a number") }
            return .real(number)
        case .date: return .text(MomentShape.date(try Self.microseconds(text).microseconds))
        case .moment(let shape):
            let (microseconds, hasZone) = try Self.microseconds(text)
            return .text(shape.bound(microseconds, isUTC: hasZone))
        case .julianDay:
            return .real(MomentShape.julianDay(try Self.microseconds(text).microseconds))
        case .unixSeconds:
            let microseconds = try Self.microseconds(text).microseconds
            guard microseconds % 1_000_000 == 0 else { return .real(Double(microseconds) / 1e6) }
            return .integer(Int64(microseconds / 1_000_000))
        }
    }

    /// For a place of a query where the range is open.
    var openEnds: (least: Statement.Parameter, greatest: Statement.Parameter) {
        switch self {
        case .integer, .decimal, .julianDay, .unixSeconds: (.integer(.min), .integer(.max))
        case .text: (.text(""), .text("\u{10FFFF}"))
        case .date, .moment: (.text("0001-01-01"), .text("9999-12-31T23:59:59.999999"))
        }
    }

    private static func microseconds(_ text: String) throws(SQLiteFault) -> (microseconds: Int, hasZone: Bool) {
        var copy = text
        let moment = copy.withUTF8 { bytes in bytes.baseAddress.flatMap { MomentText.moment($0, bytes.count) } }
        guard let moment else { throw misfit(text, "a time like 2026-11-21 06:00:00") }
        let tail = text.dropFirst(10)
        return (
            Int(moment.days) * Int(MomentText.dayMicroseconds) + Int(moment.microseconds),
            tail.contains { "Zz+-".contains($0) }
        )
    }

    private static func misfit(_ text: String, _ wanted: String) -> SQLiteFault {
        SQLiteFault(
            .configuration, "The watermark \(VisibleText.quoted(text)) is not \(wanted), as the column's values are",
            remedy: "Write such a value, or ask for a reload (ingest watermark reset).")
    }
}

extension Statement.Parameter {
    /// As a constant in a query.
    func literal() throws -> String {
        switch self {
        case .integer(let number): String(number)
        case .real(let number): number.description
        case .text(let text): try SQLiteSource.dialect.literal(text)
        }
    }
}
