/// The catalog of SQL Server. Its views show each user just what he may know of.
struct SQLServerCatalog: CatalogStatements {
    let dialect: SQLServerDialect

    private func matching(_ schema: String?, _ table: String? = nil) throws(SQLDialectFault) -> String {
        var sql = schema == nil ? "s.name NOT IN (N'sys', N'INFORMATION_SCHEMA')" : ""
        if let schema { sql = "s.name = " + (try dialect.literal(schema)) }
        if let table { sql += " AND o.name = " + (try dialect.literal(table)) }
        return sql
    }

    func schemas() -> String {
        // Those from 16384 on stand for the fixed roles.
        """
        SELECT s.name, CASE WHEN s.name = SCHEMA_NAME() THEN '1' ELSE '0' END FROM sys.schemas s \
        WHERE s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'guest') AND s.schema_id < 16384 ORDER BY s.name
        """
    }

    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT s.name, o.name, CASE o.type WHEN 'U' THEN 'table' ELSE 'view' END, \
        CONVERT(varchar(20), r.row_count), CONVERT(varchar(20), b.byte_count) \
        FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id \
        LEFT JOIN (SELECT p.object_id, SUM(p.rows) AS row_count FROM sys.partitions p \
        WHERE p.index_id IN (0, 1) GROUP BY p.object_id) r ON r.object_id = o.object_id \
        LEFT JOIN (SELECT p.object_id, SUM(a.used_pages) * 8192 AS byte_count FROM sys.partitions p \
        JOIN sys.allocation_units a ON a.container_id = p.partition_id \
        WHERE p.index_id IN (0, 1) GROUP BY p.object_id) b ON b.object_id = o.object_id \
        WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND \(try matching(schema, table)) ORDER BY s.name, o.name
        """
    }

    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        // An alias type stands for its base type; one of an assembly only for itself.
        """
        SELECT s.name, o.name, c.name, CONVERT(varchar(11), c.column_id), \
        CASE WHEN t.is_assembly_type = 1 THEN t.name ELSE TYPE_NAME(c.system_type_id) END + \
        CASE WHEN TYPE_NAME(c.system_type_id) IN (N'char', N'varchar', N'binary', N'varbinary') \
        THEN CASE WHEN c.max_length = -1 THEN '(max)' ELSE '(' + CONVERT(varchar(11), c.max_length) + ')' END \
        WHEN TYPE_NAME(c.system_type_id) IN (N'nchar', N'nvarchar') \
        THEN CASE WHEN c.max_length = -1 THEN '(max)' ELSE '(' + CONVERT(varchar(11), c.max_length / 2) + ')' END \
        WHEN TYPE_NAME(c.system_type_id) IN (N'decimal', N'numeric') \
        THEN '(' + CONVERT(varchar(11), c.precision) + ',' + CONVERT(varchar(11), c.scale) + ')' \
        WHEN TYPE_NAME(c.system_type_id) IN (N'time', N'datetime2', N'datetimeoffset') \
        THEN '(' + CONVERT(varchar(11), c.scale) + ')' ELSE '' END, \
        CASE WHEN c.is_nullable = 1 THEN '1' ELSE '0' END \
        FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id \
        JOIN sys.schemas s ON s.schema_id = o.schema_id JOIN sys.types t ON t.user_type_id = c.user_type_id \
        WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND \(try matching(schema, table)) \
        ORDER BY s.name, o.name, c.column_id
        """
    }

    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT s.name, o.name, c.name, CONVERT(varchar(11), k.key_ordinal) \
        FROM sys.key_constraints q JOIN sys.objects o ON o.object_id = q.parent_object_id \
        JOIN sys.schemas s ON s.schema_id = o.schema_id \
        JOIN sys.index_columns k ON k.object_id = o.object_id AND k.index_id = q.unique_index_id \
        JOIN sys.columns c ON c.object_id = o.object_id AND c.column_id = k.column_id \
        WHERE q.type = 'PK' AND \(try matching(schema, table)) ORDER BY s.name, o.name, k.key_ordinal
        """
    }

    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT s.name, o.name, i.name, CASE WHEN i.is_unique = 1 THEN '1' ELSE '0' END, c.name, \
        CONVERT(varchar(11), k.key_ordinal) \
        FROM sys.indexes i JOIN sys.objects o ON o.object_id = i.object_id \
        JOIN sys.schemas s ON s.schema_id = o.schema_id \
        JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id \
        JOIN sys.columns c ON c.object_id = i.object_id AND c.column_id = k.column_id \
        WHERE i.type IN (1, 2) AND i.has_filter = 0 AND i.is_disabled = 0 AND i.is_hypothetical = 0 \
        AND k.key_ordinal > 0 AND o.is_ms_shipped = 0 AND \(try matching(schema, table)) \
        ORDER BY s.name, o.name, i.name, k.key_ordinal
        """
    }
}
