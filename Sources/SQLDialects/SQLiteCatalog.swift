/// The catalog of a SQLite file. The schema is the name that the file is attached by: `main`.
struct SQLiteCatalog: CatalogStatements {
    let dialect: SQLiteDialect

    /// SQLite's own tables begin so; nobody else's may.
    private func objects(_ schema: String?, _ table: String? = nil) throws(SQLDialectFault) -> String {
        let place = try dialect.identifier(schema ?? "main")
        let named = try table.map { (name) throws(SQLDialectFault) in " AND m.name = " + (try dialect.literal(name)) }
        return "\(place).sqlite_master m WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            + (named ?? "")
    }

    private func label(_ schema: String?) throws(SQLDialectFault) -> String { try dialect.literal(schema ?? "main") }

    func schemas() -> String {
        "SELECT name, CASE WHEN name = 'main' THEN '1' ELSE '0' END FROM pragma_database_list ORDER BY seq"
    }

    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        "SELECT \(try label(schema)), m.name, m.type, NULL, NULL FROM \(try objects(schema, table)) ORDER BY m.name"
    }

    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        // Hidden: 1 is a virtual table's; generated ones (2, 3) are read.
        """
        SELECT \(try label(schema)), m.name, c.name, CAST(c.cid + 1 AS TEXT), c.type, \
        CASE WHEN c."notnull" = 0 AND c.pk = 0 THEN '1' ELSE '0' END \
        FROM pragma_table_xinfo(m.name, \(try label(schema))) c JOIN \
        \(try objects(schema, table)) AND c.hidden <> 1 ORDER BY m.name, c.cid
        """
    }

    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT \(try label(schema)), m.name, c.name, CAST(c.pk AS TEXT) \
        FROM pragma_table_info(m.name, \(try label(schema))) c JOIN \
        \(try objects(schema, table)) AND c.pk > 0 ORDER BY m.name, c.pk
        """
    }

    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT \(try label(schema)), m.name, i.name, CAST(i."unique" AS TEXT), c.name, CAST(c.seqno + 1 AS TEXT) \
        FROM pragma_index_list(m.name, \(try label(schema))) i JOIN pragma_index_info(i.name, \(try label(schema))) c JOIN \
        \(try objects(schema, table)) AND i.partial = 0 AND c.name IS NOT NULL ORDER BY m.name, i.name, c.seqno
        """
    }
}
