import Ports
import SQLDialects

/// The type of a watermark: how its values are computed with, written into statements, and read back.
struct WatermarkType: Equatable, Sendable {
    /// What two columns must share to stand in for each other.
    enum Family: Equatable, Sendable { case number, text, date, time(zone: Bool) }

    let oid: UInt32
    let sort: KeySort
    /// As watermarks are stored: `timestamp(6)`.
    let tag: String
    /// In pg_catalog.
    private let name: String

    static let allowed = "a time, a date, a whole number, numeric or text"

    private static let names: [UInt32: String] = [
        20: "int8", 21: "int2", 23: "int4", 1700: "numeric", 1082: "date", 1114: "timestamp", 1184: "timestamptz",
        25: "text", 1043: "text", 1042: "bpchar",
    ]

    /// Nil: values of this type are no watermark.
    /// - Parameter modifier: as the catalog has it, −1 where nothing was declared.
    init?(oid: UInt32, modifier: Int) {
        guard let name = Self.names[oid] else { return nil }
        let isTime = oid == 1114 || oid == 1184
        let numeric = oid == 1700 ? TypeMapping.declaredNumeric(modifier) : nil
        let digits = isTime ? (modifier >= 0 ? modifier : 6) : numeric.map { max(0, $0.scale) }
        guard let key = PostgreSQLDialect().key(of: DatabaseType(name, digits: digits)) else { return nil }
        self.oid = oid
        self.name = name
        tag = key.tag
        // Without a declared scale each value has its own. 18 digits leave room for 20 before the point.
        sort = oid == 1700 && numeric == nil ? .decimal(scale: 18) : key.sort
    }

    var family: Family {
        switch sort {
        case .integer, .decimal: .number
        case .date: .date
        case .time(_, let zone): .time(zone: zone)
        case .text, .binary: .text
        }
    }

    /// Times and dates end at a moment at which nothing is written any more, the rest at the greatest value there is.
    var ends: WindowEnds {
        switch family {
        case .date, .time: .low
        case .number, .text: .high
        }
    }

    /// With the precision to which values are rounded when they are stored.
    var sqlName: String {
        if case .time(let digits, _) = sort { return "pg_catalog.\(name)(\(digits))" }
        return "pg_catalog." + name
    }

    /// A value as a constant of this type, whatever stands beside it, with all its digits.
    func literal(_ value: String) -> String { SQLText.literal(value) + "::pg_catalog." + name }

    /// Below or equal to all values.
    func least(serverVersion: Int) -> String {
        switch oid {
        case 20: literal("-9223372036854775808")
        case 21: literal("-32768")
        case 23: literal("-2147483648")
        case 1700: literal(serverVersion >= 140_000 ? "-Infinity" : "-1e1000")
        case 1082, 1114, 1184: literal("-infinity")
        default: literal("")
        }
    }

    /// Above or equal to all values; nil where there is no such value.
    var greatest: String? {
        switch oid {
        case 20: literal("9223372036854775807")
        case 21: literal("32767")
        case 23: literal("2147483647")
        case 1700: literal("NaN")
        case 1082, 1114, 1184: literal("infinity")
        default: nil
        }
    }

    /// From here on values are neither numbers nor moments. They sort last, and nothing could follow a window that ended
    /// there.
    func endless(serverVersion: Int) -> String? {
        switch oid {
        case 1700: literal(serverVersion >= 140_000 ? "Infinity" : "NaN")
        case 1082, 1114, 1184: literal("infinity")
        default: nil
        }
    }
}
