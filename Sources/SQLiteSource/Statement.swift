import CSQLite
import Ports

/// Owns one compiled statement. The connection outlives it.
final class Statement {
    enum Parameter: Equatable, Sendable {
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    let raw: OpaquePointer
    let columnCount: Int
    private let database: Database

    convenience init(_ sql: String, on database: Database, doing: String) throws(SQLiteFault) {
        guard let statement = try Self.compile(sql, on: database, doing: doing).statement else {
            throw SQLiteFault(.permanent, "There is no statement to run while \(doing)")
        }
        self.init(owning: statement, on: database)
    }

    private init(owning raw: OpaquePointer, on database: Database) {
        self.raw = raw
        self.database = database
        columnCount = Int(sqlite3_column_count(raw))
    }

    deinit { sqlite3_finalize(raw) }

    /// A person's query: one statement that reads and gives columns. Returns its own text, without what ends it.
    static func checkedQuery(_ sql: String, on database: Database) throws(SQLiteFault) -> String {
        let doing = "compiling the query"
        guard !sql.utf8.contains(0) else {
            throw SQLiteFault(.configuration, "The query holds a NUL character")
        }
        let first = try compile(sql, on: database, doing: doing)
        guard let raw = first.statement else {
            throw SQLiteFault(.configuration, "The query is empty", remedy: "Give one SELECT statement.")
        }
        let statement = Statement(owning: raw, on: database)
        guard statement.columnCount > 0, sqlite3_stmt_readonly(raw) != 0, sqlite3_stmt_isexplain(raw) == 0 else {
            throw SQLiteFault(
                .configuration, "The query is not a SELECT statement", remedy: "Only reading is allowed here.")
        }
        guard sqlite3_bind_parameter_count(raw) == 0 else {
            let name = sqlite3_bind_parameter_name(raw, 1).map { String(cString: $0) } ?? "?"
            throw SQLiteFault(
                .configuration, "The query has a parameter (\(name)), for which there is no value",
                remedy: "Write the value into the query.")
        }
        var rest = first.rest
        while !rest.isEmpty {
            let next = try compile(rest, on: database, doing: doing)
            if let more = next.statement {
                sqlite3_finalize(more)
                throw SQLiteFault(
                    .configuration, "The query has more than one statement", remedy: "Give one SELECT statement.")
            }
            rest = next.rest
        }
        let text = sql.utf8.prefix(sql.utf8.count - first.rest.utf8.count)
        // A semicolon at the very end of what SQLite took either ends the statement or is part of a comment.
        return String(decoding: text.last == UInt8(ascii: ";") ? text.dropLast() : text, as: UTF8.self)
    }

    private static func compile(
        _ sql: String, on database: Database, doing: String
    ) throws(SQLiteFault) -> (statement: OpaquePointer?, rest: String) {
        var statement: OpaquePointer?
        var rest = ""
        var sql = sql
        let code = sql.withUTF8 { text in
            var tail: UnsafePointer<CChar>?
            let start = UnsafeRawPointer(text.baseAddress).map { $0.assumingMemoryBound(to: CChar.self) }
            let code = sqlite3_prepare_v2(database.raw, start, Int32(clamping: text.count), &statement, &tail)
            if let start, let tail, tail >= start, tail - start < text.count {
                rest = String(decoding: text[(tail - start)...], as: UTF8.self)
            }
            return code
        }
        guard code == SQLITE_OK else { throw database.fault(code, doing: doing) }
        return (statement, rest)
    }

    func bind(_ values: [Parameter], doing: String) throws(SQLiteFault) {
        for (i, value) in values.enumerated() {
            let code: Int32
            switch value {
            case .integer(let number): code = sqlite3_bind_int64(raw, Int32(i + 1), number)
            case .real(let number): code = sqlite3_bind_double(raw, Int32(i + 1), number)
            case .text(let text):
                // SQLITE_TRANSIENT: SQLite makes its own copy.
                code = sqlite3_bind_text64(
                    raw, Int32(i + 1), text, UInt64(text.utf8.count),
                    unsafeBitCast(-1, to: sqlite3_destructor_type.self), UInt8(SQLITE_UTF8))
            }
            guard code == SQLITE_OK else { throw database.fault(code, doing: doing) }
        }
    }

    /// True: there is a row.
    func step(doing: String) throws(SQLiteFault) -> Bool {
        let code = sqlite3_step(raw)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw database.fault(code, doing: doing)
    }

    /// Ready to be bound and run again.
    func reset() { sqlite3_reset(raw) }

    func text(_ column: Int) -> String? {
        sqlite3_column_text(raw, Int32(column)).map { String(cString: $0) }
    }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(raw, Int32(column)) }

    func name(_ column: Int) -> String { String(cString: sqlite3_column_name(raw, Int32(column))) }

    /// As the table declares it; nil for an expression, or where the table says nothing.
    func declaredType(_ column: Int) -> String? {
        sqlite3_column_decltype(raw, Int32(column)).map { String(cString: $0) }
    }
}
