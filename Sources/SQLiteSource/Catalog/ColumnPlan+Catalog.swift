import Columnar
import Ports

/// What is said of a column before it is read. The mapping is the one that reading uses.
extension ColumnPlan {
    var catalogColumn: CatalogColumn {
        var column = CatalogColumn(
            name: name, sourceType: declared.isEmpty ? "no type" : declared, type: type, verdict: verdict,
            nature: nature)
        column.readable = readable
        return column
    }

    private var verdict: TypeVerdict {
        let meaning = DeclaredType(declared.isEmpty ? nil : declared)
        if kind == .anyLiteral { return TypeVerdict(.text, "as was chosen: every value's text, blobs as X'…'") }
        switch meaning {
        case .wideNumeric:
            switch type {
            case .text: return TypeVerdict(.text, "all digits, as text")
            case .double: return TypeVerdict(.decision, "read as double: what has more than 15 digits is rounded")
            default:
                return TypeVerdict(
                    .decision,
                    "declared without a precision, or with more than 38 digits; read as \(type), and a value that does not "
                        + "fit stops the load. Choose decimal(P,S), string or double")
            }
        case .untyped:
            return TypeVerdict(
                .text, declared.isEmpty ? "no declared type: numbers and text as text" : "numbers and text as text")
        case .time: return type == .text ? TypeVerdict(.text, "HH:MM:SS.ffffff") : .exact
        case .json: return type == .text ? TypeVerdict(.text, "the JSON document as text") : .exact
        case .uuid: return type == .text ? TypeVerdict(.text, "36 characters, lower case") : .exact
        case .date, .timestamp:
            return TypeVerdict(.exact, "from ISO 8601 text, Unix seconds or Julian days; each value is checked")
        case .decimal: return TypeVerdict(.exact, "each value is checked: SQLite keeps it as a real")
        case .integer, .boolean, .double, .text, .binary: return .exact
        }
    }

    private var nature: ValueNature {
        switch DeclaredType(declared.isEmpty ? nil : declared) {
        case .integer: .integer
        case .boolean: .boolean
        case .double: .float
        case .decimal(_, let scale): .exactNumeric(scale: scale)
        case .wideNumeric: .exactNumeric(scale: nil)
        case .date: .date
        case .timestamp(let utc): utc ? .instant(fraction: 6) : .localTime(fraction: 6)
        case .text: .text
        case .uuid: .uuid
        case .time, .json, .binary, .untyped: .other
        }
    }
}
