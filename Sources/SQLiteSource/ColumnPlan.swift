import Columnar
import Ports

/// What becomes of one column of the result.
struct ColumnPlan: Equatable, Sendable {
    var name: String
    /// As the table declares it; empty for none.
    var declared: String
    var type: ColumnType
    var kind: ValueKind
    /// No message may show a value of it.
    var isConcealed = false

    init(name: String, declared: String?, choices: TypeChoices) {
        self.name = name
        self.declared = declared ?? ""
        (type, kind) = Self.mapping(DeclaredType(declared), choices)
    }

    private static func mapping(_ declared: DeclaredType, _ choices: TypeChoices) -> (ColumnType, ValueKind) {
        // Any value may stand anywhere. Where all of them shall be kept, only text holds them; a schema may not depend on
        // values. Bytes are told apart from text by their own kind of column only.
        if choices.unrepresentable == .text {
            return declared == .binary ? (.binary, .anyBytes) : (.text, .anyLiteral)
        }
        switch declared {
        case .integer: return (.int64, .int64)
        case .boolean: return (.boolean, .boolean)
        case .double: return (.double, .double)
        case .decimal(let precision, let scale): return decimal(precision, scale)
        case .wideNumeric:
            switch choices.wideNumeric {
            case .decimal(let precision, let scale): return decimal(precision, scale)
            case .text: return (.text, .anyText)
            case .double: return (.double, .double)
            }
        case .date: return (.date, .date)
        case .time: return choices.time ? (.time, .time) : (.text, .timeText)
        case .timestamp(let utc): return (.timestamp(.microseconds, utc: utc), .timestamp)
        case .text: return (.text, .text)
        case .json: return (choices.json ? .json : .text, .anyText)
        case .uuid: return choices.uuid ? (.uuid, .uuid) : (.text, .uuidText)
        case .binary: return (.binary, .bytes)
        case .untyped: return (.text, .anyText)
        }
    }

    private static func decimal(_ precision: Int, _ scale: Int) -> (ColumnType, ValueKind) {
        let kind: ValueKind = precision <= 9 ? .decimal32 : precision <= 18 ? .decimal64 : .decimal128
        return (.decimal(precision: precision, scale: scale), kind)
    }
}

/// How a value is read and checked.
enum ValueKind: UInt8, Sendable {
    /// An `Int32`, where the value fits the column's type.
    case narrowInteger
    case int64, boolean, double, decimal32, decimal64, decimal128
    case date, timestamp, time, timeText
    case text, uuid, uuidText, bytes
    /// Numbers and text, as text.
    case anyText
    /// The same, and blobs as SQLite's own literals.
    case anyLiteral
    /// Blobs, and text and numbers as the bytes of their text.
    case anyBytes
}
