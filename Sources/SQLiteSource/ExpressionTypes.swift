import CSQLite

/// What an expression of a query or view is, where that does not depend on values: CAST(… AS INTEGER) is an integer.
///
/// SQLite keeps this "affinity" of an expression to itself, but writes it into the statement that CREATE TABLE … AS
/// SELECT would store (https://www.sqlite.org/lang_createtable.html#create_table_as_select_statements). So that statement is
/// compiled, not run; what it would store is read from EXPLAIN, and taken apart by SQLite in a database of its own. Where
/// another version of SQLite shows nothing of the kind, the expressions have no type, as they have without this.
enum ExpressionTypes {
    /// `sql` is a SELECT. By column; nil: nothing is known.
    static func declared(of sql: String, on database: Database) -> [String?] {
        guard let definition = try? definition(of: sql, on: database) else { return [] }
        return types(in: definition)
    }

    private static func definition(of sql: String, on database: Database) throws(SQLiteFault) -> String? {
        let doing = "looking at the types of expressions"
        database.letsCreateTemporaryTables = true
        defer { database.letsCreateTemporaryTables = false }
        let statement = try Statement(
            "EXPLAIN CREATE TEMP TABLE ingest_probe AS \(sql)\n", on: database, doing: doing)
        let texts = statement.columnCount > 5 ? 5 : 0
        while try statement.step(doing: doing) {
            if let text = statement.text(texts), text.hasPrefix("CREATE TABLE ingest_probe(") { return text }
        }
        return nil
    }

    private static func types(in definition: String) -> [String?] {
        var raw: OpaquePointer?
        defer { sqlite3_close_v2(raw) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nil) == SQLITE_OK,
            sqlite3_exec(raw, definition, nil, nil, nil) == SQLITE_OK,
            sqlite3_prepare_v2(raw, "SELECT * FROM ingest_probe", -1, &statement, nil) == SQLITE_OK
        else { return [] }
        return (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_decltype(statement, column).map { String(cString: $0) }
        }
    }
}
