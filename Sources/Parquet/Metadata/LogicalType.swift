/// The unit of a TIME or TIMESTAMP annotation.
package enum LogicalTimeUnit: Int16, Sendable, CaseIterable {
    case millis = 1
    case micros = 2
    case nanos = 3
}

/// What the values of a column mean. The union `LogicalType` of parquet.thrift.
package enum LogicalType: Hashable, Sendable {
    case string
    case map
    case list
    case `enum`
    case decimal(scale: Int32, precision: Int32)
    case date
    case time(isAdjustedToUTC: Bool, unit: LogicalTimeUnit)
    case timestamp(isAdjustedToUTC: Bool, unit: LogicalTimeUnit)
    case integer(bitWidth: Int8, isSigned: Bool)
    /// Only NULLs: the thrift file's UNKNOWN.
    case unknown
    case json
    case bson
    case uuid
    case float16
    /// An annotation that came after this was written, by its number. It is read, and left out when written.
    case unrecognized(Int16)

    /// Its number in the union.
    package var fieldID: Int16 {
        switch self {
        case .string: 1
        case .map: 2
        case .list: 3
        case .enum: 4
        case .decimal: 5
        case .date: 6
        case .time: 7
        case .timestamp: 8
        case .integer: 10
        case .unknown: 11
        case .json: 12
        case .bson: 13
        case .uuid: 14
        case .float16: 15
        case .unrecognized(let id): id
        }
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        switch self {
        case .string, .map, .list, .enum, .date, .unknown, .json, .bson, .uuid, .float16:
            writer.emptyStructure(fieldID)
        case .decimal(let scale, let precision):
            writer.header(fieldID, .structure)
            let inner = writer.begin()
            writer.field(1, int32: scale)
            writer.field(2, int32: precision)
            writer.end(inner)
        case .time(let utc, let unit), .timestamp(let utc, let unit):
            writer.header(fieldID, .structure)
            let inner = writer.begin()
            writer.field(1, bool: utc)
            writer.header(2, .structure)
            let union = writer.begin()
            writer.emptyStructure(unit.rawValue)
            writer.end(union)
            writer.end(inner)
        case .integer(let bitWidth, let isSigned):
            writer.header(fieldID, .structure)
            let inner = writer.begin()
            writer.field(1, int8: bitWidth)
            writer.field(2, bool: isSigned)
            writer.end(inner)
        case .unrecognized: break
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> LogicalType {
        var found: LogicalType?
        let outer = try reader.begin()
        while let field = try reader.next() {
            try reader.requireStructure(field)
            guard found == nil else { throw reader.corrupt("LogicalType has two values") }
            switch field.id {
            case 1: found = try simple(.string, field, &reader)
            case 2: found = try simple(.map, field, &reader)
            case 3: found = try simple(.list, field, &reader)
            case 4: found = try simple(.enum, field, &reader)
            case 5: found = try readDecimal(&reader)
            case 6: found = try simple(.date, field, &reader)
            case 7:
                let (utc, unit) = try readTime(&reader)
                found = unit.map { .time(isAdjustedToUTC: utc, unit: $0) } ?? .unrecognized(7)
            case 8:
                let (utc, unit) = try readTime(&reader)
                found = unit.map { .timestamp(isAdjustedToUTC: utc, unit: $0) } ?? .unrecognized(8)
            case 10: found = try readInteger(&reader)
            case 11: found = try simple(.unknown, field, &reader)
            case 12: found = try simple(.json, field, &reader)
            case 13: found = try simple(.bson, field, &reader)
            case 14: found = try simple(.uuid, field, &reader)
            case 15: found = try simple(.float16, field, &reader)
            case let other: found = try simple(.unrecognized(other), field, &reader)
            }
        }
        reader.end(outer)
        return found ?? .unrecognized(0)
    }

    private static func simple(
        _ type: LogicalType, _ field: CompactReader.Field, _ reader: inout CompactReader
    ) throws(ParquetFault) -> LogicalType {
        try reader.skip(field)
        return type
    }

    private static func readDecimal(_ reader: inout CompactReader) throws(ParquetFault) -> LogicalType {
        var scale: Int32?
        var precision: Int32?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: scale = try reader.int32(field)
            case 2: precision = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let scale, let precision else { throw reader.missing("scale or precision", of: "DecimalType") }
        return .decimal(scale: scale, precision: precision)
    }

    private static func readInteger(_ reader: inout CompactReader) throws(ParquetFault) -> LogicalType {
        var bitWidth: Int8?
        var isSigned: Bool?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: bitWidth = try reader.int8(field)
            case 2: isSigned = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let bitWidth, let isSigned else { throw reader.missing("bitWidth or isSigned", of: "IntType") }
        return .integer(bitWidth: bitWidth, isSigned: isSigned)
    }

    /// The unit is nil where it is one of the future.
    private static func readTime(_ reader: inout CompactReader) throws(ParquetFault) -> (Bool, LogicalTimeUnit?) {
        var utc: Bool?
        var unit: LogicalTimeUnit?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: utc = try reader.bool(field)
            case 2:
                try reader.requireStructure(field)
                let union = try reader.begin()
                while let choice = try reader.next() {
                    unit = LogicalTimeUnit(rawValue: choice.id)
                    try reader.skip(choice)
                }
                reader.end(union)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let utc else { throw reader.missing("isAdjustedToUTC", of: "TimeType or TimestampType") }
        return (utc, unit)
    }
}

extension LogicalType: CustomStringConvertible {
    package var description: String {
        func timed(_ name: String, _ utc: Bool, _ unit: LogicalTimeUnit) -> String {
            "\(name)(\("\(unit)".uppercased()), \(utc ? "UTC" : "local"))"
        }
        switch self {
        case .string: return "STRING"
        case .map: return "MAP"
        case .list: return "LIST"
        case .enum: return "ENUM"
        case .decimal(let scale, let precision): return "DECIMAL(\(precision), \(scale))"
        case .date: return "DATE"
        case .time(let utc, let unit): return timed("TIME", utc, unit)
        case .timestamp(let utc, let unit): return timed("TIMESTAMP", utc, unit)
        case .integer(let width, let signed): return "INTEGER(\(width), \(signed ? "signed" : "unsigned"))"
        case .unknown: return "UNKNOWN"
        case .json: return "JSON"
        case .bson: return "BSON"
        case .uuid: return "UUID"
        case .float16: return "FLOAT16"
        case .unrecognized(let id): return "logical type \(id)"
        }
    }
}
