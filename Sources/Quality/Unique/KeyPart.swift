import Columnar

/// One column of a key: how its values become bytes that are equal just where the values are.
///
/// Texts are equal where their bytes are, whatever a collation says. NaN equals NaN, and -0.0 equals 0.0, as in PostgreSQL.
enum KeyPart: Equatable, Sendable {
    case int8, int32, int64, float, double
    /// 16 bytes as they stand.
    case wide
    case bytes

    /// Nil for types whose values are not single ones.
    init?(_ type: ColumnType) {
        switch type {
        case .boolean: self = .int8
        case .float: self = .float
        case .double: self = .double
        case .int8, .int16, .int32, .int64, .decimal, .date, .time, .timestamp, .text, .json, .binary, .uuid:
            switch type.storage {
            case .fixed(width: 4): self = .int32
            case .fixed(width: 8): self = .int64
            case .fixed: self = .wide
            default: self = .bytes
            }
        case .list, .structure: return nil
        }
    }

    /// Nil for bytes.
    var width: Int? {
        switch self {
        case .int8: 1
        case .int32, .float: 4
        case .int64, .double: 8
        case .wide: 16
        case .bytes: nil
        }
    }

    /// Whether a key of this part alone is a word.
    var isWord: Bool { self != .wide && self != .bytes }

    @inline(__always)
    static func bits(_ value: Float) -> UInt32 {
        value == 0 ? 0 : value.isNaN ? Float.nan.bitPattern : value.bitPattern
    }
    @inline(__always)
    static func bits(_ value: Double) -> UInt64 {
        value == 0 ? 0 : value.isNaN ? Double.nan.bitPattern : value.bitPattern
    }
}
