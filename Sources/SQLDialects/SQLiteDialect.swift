import Ports

/// SQLite 3.
package struct SQLiteDialect: SQLDialect {
    package let title = "SQLite"
    package let names = NameRules(open: "\"", close: "\"", folding: .none, limit: .none)
    package let rowLimit = RowLimit.limit

    package init() {}

    package var lexicon: Lexicon {
        Lexicon(quotes: [.init("'", "'"), .init("\"", "\""), .init("`", "`"), .init("[", "]")])
    }

    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        try QuotedText.standardLiteral(text, title: title)
    }

    /// A declared type is a wish: what a value is, it says itself.
    package func reading(of type: DatabaseType) -> ColumnReading { .plain }

    /// By affinity (https://www.sqlite.org/datatype3.html#determination_of_column_affinity): times are text, and compare as
    /// such.
    package func key(of type: DatabaseType) -> KeyType? {
        let name = type.name
        if name.contains("int") { return .cast(.integer, tag: "integer", to: "INTEGER", text: "TEXT") }
        if ["decimal", "numeric", "number"].contains(name) {
            return .cast(.decimal(scale: type.digits ?? 0), tag: "numeric", to: "NUMERIC", text: "TEXT")
        }
        let isText = ["char", "clob", "text", "date", "time"].contains { name.contains($0) }
        return isText ? .cast(.text, tag: "text", to: "TEXT", text: "TEXT") : nil
    }

    package var session: SessionStatements {
        SessionStatements(
            opening: ["PRAGMA query_only = ON"],
            consistent: ConsistentRead(begin: ["BEGIN"], end: ["COMMIT"], otherwise: ""))
    }

    package var clock: DatabaseClock? {
        DatabaseClock(
            local: "strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime')", utc: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
            instant: nil)
    }

    /// BEGIN IMMEDIATE proves that nobody writes.
    package var openTransactions: OpenTransactions? { nil }
    package var catalog: (any CatalogStatements)? { SQLiteCatalog(dialect: self) }

    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? {
        .condition("random() % \(SampleShare.oneIn(rows, of: total)) = 0")
    }
}
