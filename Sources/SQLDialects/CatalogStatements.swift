/// Queries of a database's catalog: one per kind of fact, for one table, for a whole schema or for all. All columns come as text, in the
/// order given here, so that one reader serves every database.
package protocol CatalogStatements: Sendable {
    /// name, `1` for the schema of the session's own unqualified names. Without the database's own schemas.
    func schemas() -> String
    /// schema, name, `CatalogTable.Kind`'s raw value, rows or NULL, bytes or NULL.
    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String
    /// schema, table, column, position, type (`datetime2(7)`, `bigint unsigned`), `1` where NULL is allowed, else `0`.
    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String
    /// schema, table, column, position in the key.
    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String
    /// schema, table, index, `1` where unique, column, position in the index. Without those on expressions.
    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String
}
