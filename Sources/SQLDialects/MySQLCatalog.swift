/// The catalog of MySQL and MariaDB. A schema is what they call a database.
struct MySQLCatalog: CatalogStatements {
    let dialect: MySQLDialect

    private static let own = "('mysql', 'information_schema', 'performance_schema', 'sys')"

    /// - Parameter of: the alias of the view that has TABLE_SCHEMA and TABLE_NAME.
    private func matching(
        _ of: String, _ schema: String?, _ table: String?
    ) throws(SQLDialectFault) -> String {
        var sql = "\(of).TABLE_SCHEMA NOT IN \(Self.own)"
        if let schema { sql = "\(of).TABLE_SCHEMA = " + (try dialect.literal(schema)) }
        if let table { sql += " AND \(of).TABLE_NAME = " + (try dialect.literal(table)) }
        return sql
    }

    func schemas() -> String {
        """
        SELECT s.SCHEMA_NAME, CASE WHEN s.SCHEMA_NAME = DATABASE() THEN '1' ELSE '0' END \
        FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME NOT IN \(Self.own) ORDER BY s.SCHEMA_NAME
        """
    }

    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT t.TABLE_SCHEMA, t.TABLE_NAME, CASE WHEN t.TABLE_TYPE = 'VIEW' THEN 'view' ELSE 'table' END, \
        CAST(t.TABLE_ROWS AS CHAR), CAST(t.DATA_LENGTH AS CHAR) FROM information_schema.TABLES t \
        WHERE t.TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') AND \(try matching("t", schema, table)) \
        ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME
        """
    }

    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, CAST(c.ORDINAL_POSITION AS CHAR), \
        CAST(c.COLUMN_TYPE AS CHAR), CASE WHEN c.IS_NULLABLE = 'YES' THEN '1' ELSE '0' END \
        FROM information_schema.COLUMNS c WHERE \(try matching("c", schema, table)) \
        ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION
        """
    }

    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT s.TABLE_SCHEMA, s.TABLE_NAME, s.COLUMN_NAME, CAST(s.SEQ_IN_INDEX AS CHAR) \
        FROM information_schema.STATISTICS s WHERE s.INDEX_NAME = 'PRIMARY' AND \(try matching("s", schema, table)) \
        ORDER BY s.TABLE_SCHEMA, s.TABLE_NAME, s.SEQ_IN_INDEX
        """
    }

    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        // SUB_PART: only the beginnings of values are in the index.
        """
        SELECT s.TABLE_SCHEMA, s.TABLE_NAME, s.INDEX_NAME, CASE WHEN s.NON_UNIQUE = 0 THEN '1' ELSE '0' END, \
        s.COLUMN_NAME, CAST(s.SEQ_IN_INDEX AS CHAR) FROM information_schema.STATISTICS s \
        WHERE s.INDEX_TYPE = 'BTREE' AND s.SUB_PART IS NULL AND s.COLUMN_NAME IS NOT NULL \
        AND \(try matching("s", schema, table)) \
        ORDER BY s.TABLE_SCHEMA, s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX
        """
    }
}
