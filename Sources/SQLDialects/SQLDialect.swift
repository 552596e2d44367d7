import Ports

/// How one kind of database wants to be asked. One conforming type per kind; which one a source gets is decided where its
/// connection is made, never by trying.
///
/// A dialect makes text and knows nothing of connections: each statement that it makes is parsed by an independent parser
/// in the tests.
package protocol SQLDialect: Sendable {
    /// For messages: "SQL Server".
    var title: String { get }
    /// How names are quoted, folded and limited.
    var names: NameRules { get }
    /// How text of users (queries, conditions) is taken apart.
    var lexicon: Lexicon { get }
    var rowLimit: RowLimit { get }
    /// A quoted name. Throws for what no quotes can hold.
    func identifier(_ name: String) throws(SQLDialectFault) -> String
    /// A text constant. Throws for what the database has no constant for (NUL).
    func literal(_ text: String) throws(SQLDialectFault) -> String
    /// How a column of this type stands in a SELECT list so that its values arrive whole.
    func reading(of type: DatabaseType) -> ColumnReading
    /// How values of this type bound a range; nil where they can't (floats, UUIDs, LOBs).
    func key(of type: DatabaseType) -> KeyType?
    /// What is said to a new connection, and how a read of one moment begins and ends.
    var session: SessionStatements { get }
    /// What the database's clock says; nil where there is no portable way to ask.
    var clock: DatabaseClock? { get }
    /// Names of what could still write below a frozen watermark; nil where there is no list of it.
    var openTransactions: OpenTransactions? { get }
    /// Queries of the catalog; nil: the driver's own catalog functions are asked (SQLTables, SQLColumns…).
    var catalog: (any CatalogStatements)? { get }
    /// How about `rows` of about `total` rows are picked at random; nil where the database has no cheap way.
    /// - Parameter isTable: of a table itself, not of a view or a query.
    func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause?
    /// What stands behind a table's name so that it shows the moment `moment` (of `session.moment`); nil where nothing does.
    func asOf(moment: String) -> String?
    /// A query that is 1 where the rows of a table are as its transaction's snapshot shows them (`MomentProof`); nil where
    /// there is none.
    func isInSnapshot(schema: String?, table: String) throws(SQLDialectFault) -> String?
    /// That an expression has no value.
    func isNull(_ expression: String) -> String
    /// What names a statement's only row where it reads no table (` FROM DUAL`).
    var fromNothing: String { get }
}

extension SQLDialect {
    package func identifier(_ name: String) throws(SQLDialectFault) -> String {
        try names.quoted(name, title: title)
    }

    package func asOf(moment: String) -> String? { nil }
    package func isInSnapshot(schema: String?, table: String) throws(SQLDialectFault) -> String? { nil }
    package func isNull(_ expression: String) -> String { "\(expression) IS NULL" }
    package var fromNothing: String { "" }
}

/// Which rows of a table are looked at where all would be too many.
package enum SampleClause: Equatable, Sendable {
    /// Behind the table's name: `TABLESAMPLE (1 PERCENT)`.
    case behindTable(String)
    /// A condition.
    case condition(String)
}
