/// What a column holds, independent of any source and of any file format.
///
/// A column's type comes from a catalog or a described result set, never from values. Decimals are exact integers with
/// a scale; they never pass through a floating-point number.
package indirect enum ColumnType: Equatable, Hashable, Sendable {
    case boolean
    /// Stored as `Int32`; the width is a promise about the values, which a file may annotate.
    case int8, int16, int32
    case int64
    case float, double
    /// 1...38 digits, of which `scale` (0...precision) stand behind the point. Stored as `Int32`, `Int64` or `Int128`.
    case decimal(precision: Int, scale: Int)
    /// Days since 1970-01-01, `Int32`.
    case date
    /// Microseconds since midnight, `Int64`, no zone.
    case time
    /// Units since 1970-01-01T00:00:00, `Int64`. `utc` says that the value is an instant; otherwise it is a wall clock.
    case timestamp(TimeUnit, utc: Bool)
    /// UTF-8.
    case text
    /// UTF-8 that is a JSON document.
    case json
    case binary
    /// 16 bytes in network order.
    case uuid
    /// Ordered elements, each of which may be NULL; the list itself may be NULL or empty.
    case list(ColumnType)
    /// Named fields, each of which may be NULL; the structure itself may be NULL.
    case structure([Field])

    package static let maximumDecimalPrecision = 38
}

package enum TimeUnit: Equatable, Hashable, Sendable {
    case microseconds, nanoseconds
}

/// A named column, or a named field of a structure. Every field may be NULL: sources that promise otherwise are not
/// believed.
package struct Field: Equatable, Hashable, Sendable {
    package var name: String
    package var type: ColumnType

    package init(_ name: String, _ type: ColumnType) {
        self.name = name
        self.type = type
    }
}

extension ColumnType {
    /// How a column of this type keeps its values in memory.
    package var storage: ColumnStorage {
        switch self {
        case .boolean: .fixed(width: 1)
        case .int8, .int16, .int32, .date, .float: .fixed(width: 4)
        case .int64, .double, .time, .timestamp: .fixed(width: 8)
        case .decimal(let precision, _): .fixed(width: precision <= 9 ? 4 : precision <= 18 ? 8 : 16)
        case .uuid: .fixed(width: 16)
        case .text, .json, .binary: .bytes
        case .list: .list
        case .structure: .structure
        }
    }
}

package enum ColumnStorage: Equatable, Sendable {
    /// Native-endian values of `width` bytes, dense. Booleans are one byte, 0 or 1; a uuid is 16 bytes as it stands.
    case fixed(width: Int)
    /// An arena of bytes and `values + 1` ascending `UInt32` offsets into it.
    case bytes
    /// A `UInt32` length for each list that is not NULL; the elements are the slots of the only child.
    case list
    /// Nothing of its own; each child has a slot for each structure that is not NULL.
    case structure
}

extension ColumnType: CustomStringConvertible {
    /// The name that schemas, errors and summaries print.
    package var description: String {
        switch self {
        case .boolean: "boolean"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .float: "float"
        case .double: "double"
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .date: "date"
        case .time: "time"
        case .timestamp(let unit, let utc):
            "timestamp(\(unit == .microseconds ? "µs" : "ns"), \(utc ? "UTC" : "local"))"
        case .text: "string"
        case .json: "json"
        case .binary: "binary"
        case .uuid: "uuid"
        case .list(let element): "list<\(element)>"
        case .structure(let fields):
            "struct<" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ") + ">"
        }
    }
}
