/// The catalog of PostgreSQL, for reading it through ODBC.
struct PostgreSQLCatalog: CatalogStatements {
    let dialect: PostgreSQLDialect

    private static let own = "('pg_catalog', 'information_schema')"

    private func matching(_ schema: String?, _ table: String? = nil) throws(SQLDialectFault) -> String {
        var sql = "n.nspname NOT IN \(Self.own) AND n.nspname NOT LIKE 'pg!_t%' ESCAPE '!'"
        if let schema { sql = "n.nspname = " + (try dialect.literal(schema)) }
        if let table { sql += " AND c.relname = " + (try dialect.literal(table)) }
        return sql
    }

    func schemas() -> String {
        """
        SELECT CAST(n.nspname AS text), CASE WHEN n.nspname = current_schema() THEN '1' ELSE '0' END \
        FROM pg_catalog.pg_namespace n WHERE n.nspname NOT IN \(Self.own) AND n.nspname NOT LIKE 'pg!_t%' ESCAPE '!' \
        ORDER BY n.nspname
        """
    }

    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        // A partition is a part of its table.
        """
        SELECT CAST(n.nspname AS text), CAST(c.relname AS text), CASE c.relkind WHEN 'r' THEN 'table' \
        WHEN 'p' THEN 'partitioned table' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'view' END, \
        CAST(CAST(NULLIF(GREATEST(c.reltuples, 0), 0) AS bigint) AS text), \
        CASE WHEN c.relkind IN ('r', 'm') THEN CAST(pg_catalog.pg_table_size(c.oid) AS text) END \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND \(try matching(schema, table)) \
        ORDER BY n.nspname, c.relname
        """
    }

    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT CAST(n.nspname AS text), CAST(c.relname AS text), CAST(a.attname AS text), CAST(a.attnum AS text), \
        pg_catalog.format_type(COALESCE(NULLIF(t.typbasetype, 0), a.atttypid), \
        CASE WHEN t.typbasetype <> 0 THEN t.typtypmod ELSE a.atttypmod END), \
        CASE WHEN a.attnotnull THEN '0' ELSE '1' END \
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
        AND NOT c.relispartition AND \(try matching(schema, table)) ORDER BY n.nspname, c.relname, a.attnum
        """
    }

    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT CAST(n.nspname AS text), CAST(c.relname AS text), CAST(a.attname AS text), CAST(k.position AS text) \
        FROM pg_catalog.pg_constraint p JOIN pg_catalog.pg_class c ON c.oid = p.conrelid \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY AS k(attnum, position) \
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
        WHERE p.contype = 'p' AND \(try matching(schema, table)) ORDER BY n.nspname, c.relname, k.position
        """
    }

    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT CAST(n.nspname AS text), CAST(c.relname AS text), CAST(x.relname AS text), \
        CASE WHEN i.indisunique THEN '1' ELSE '0' END, CAST(a.attname AS text), CAST(k.position AS text) \
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_catalog.pg_am m ON m.oid = x.relam AND m.amname = 'btree' \
        CROSS JOIN LATERAL unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k(attnum, position) \
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
        WHERE i.indisvalid AND i.indpred IS NULL AND k.attnum > 0 AND \(try matching(schema, table)) \
        ORDER BY n.nspname, c.relname, x.relname, k.position
        """
    }
}
