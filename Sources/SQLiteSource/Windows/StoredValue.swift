import CSQLite

/// A value as SQLite stores it.
enum StoredValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob

    /// What a value of this storage class is called in messages.
    var words: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .real: "a real"
        case .text: "a text"
        case .blob: "a blob"
        }
    }

    /// With all digits: a real reads back as the same one.
    var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .real(let number): number.description
        case .text(let text): text
        case .blob: "X'…'"
        }
    }
}

extension Statement {
    func value(_ column: Int) -> StoredValue {
        switch sqlite3_column_type(raw, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(raw, Int32(column)))
        case SQLITE_TEXT: .text(text(column) ?? "")
        case SQLITE_BLOB: .blob
        default: .null
        }
    }
}

extension Database {
    /// The first row of a short result; empty where there is none.
    func values(_ sql: String, _ parameters: [Statement.Parameter] = [], doing: String) throws(SQLiteFault)
        -> [StoredValue]
    {
        let statement = try Statement(sql, on: self, doing: doing)
        try statement.bind(parameters, doing: doing)
        guard try statement.step(doing: doing) else { return [] }
        return (0..<statement.columnCount).map(statement.value)
    }
}
