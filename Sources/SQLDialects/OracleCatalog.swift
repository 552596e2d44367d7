/// The catalog of Oracle: the ALL_ views show what the user may read.
struct OracleCatalog: CatalogStatements {
    let dialect: OracleDialect

    /// Without one: the schemas that are not Oracle's own. Before 12.1 nothing tells them apart but their names.
    private func matching(
        _ owner: String, _ name: String, _ schema: String?, _ table: String?
    ) throws(SQLDialectFault) -> String {
        let named = try table.map { (text) throws(SQLDialectFault) in " AND \(name) = " + (try dialect.literal(text)) }
        return try matching(owner, schema) + (named ?? "")
    }

    private func matching(_ owner: String, _ schema: String?) throws(SQLDialectFault) -> String {
        if let schema { return "\(owner) = \(try dialect.literal(schema))" }
        return dialect.rowLimit == .rownum
            ? "\(owner) NOT IN (\(Self.old.map { "'\($0)'" }.joined(separator: ", ")))"
            : "\(owner) IN (SELECT u.USERNAME FROM ALL_USERS u WHERE u.ORACLE_MAINTAINED = 'N')"
    }

    private static let old = [
        "SYS", "SYSTEM", "XDB", "CTXSYS", "MDSYS", "OLAPSYS", "ORDSYS", "ORDDATA", "ORDPLUGINS", "EXFSYS", "DBSNMP",
        "WMSYS",
        "OUTLN", "APPQOSSYS", "SYSMAN", "FLOWS_FILES", "APEX_030200", "APEX_PUBLIC_USER", "OWBSYS",
        "SI_INFORMTN_SCHEMA",
    ]

    func schemas() -> String {
        let own = "CASE WHEN u.USERNAME = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') THEN '1' ELSE '0' END"
        let isOld = dialect.rowLimit == .rownum
        let users =
            isOld
            ? "u.USERNAME NOT IN (\(Self.old.map { "'\($0)'" }.joined(separator: ", ")))" : "u.ORACLE_MAINTAINED = 'N'"
        return "SELECT u.USERNAME, \(own) FROM ALL_USERS u WHERE \(users) ORDER BY u.USERNAME"
    }

    func tables(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        // Nested and overflow tables are parts of others; a materialized view is a table as well.
        """
        SELECT o.OWNER, o.OBJECT_NAME, CASE o.OBJECT_TYPE WHEN 'TABLE' THEN \
        CASE WHEN m.MVIEW_NAME IS NULL THEN 'table' ELSE 'materialized view' END ELSE 'view' END, \
        TO_CHAR(t.NUM_ROWS), TO_CHAR(t.NUM_ROWS * t.AVG_ROW_LEN) \
        FROM ALL_OBJECTS o \
        LEFT JOIN ALL_TABLES t ON t.OWNER = o.OWNER AND t.TABLE_NAME = o.OBJECT_NAME AND o.OBJECT_TYPE = 'TABLE' \
        LEFT JOIN ALL_MVIEWS m ON m.OWNER = o.OWNER AND m.MVIEW_NAME = o.OBJECT_NAME \
        WHERE o.OBJECT_TYPE IN ('TABLE', 'VIEW') AND o.SECONDARY = 'N' \
        AND (o.OBJECT_TYPE = 'VIEW' OR (t.NESTED = 'NO' AND (t.IOT_TYPE IS NULL OR t.IOT_TYPE = 'IOT'))) \
        AND \(try matching("o.OWNER", "o.OBJECT_NAME", schema, table)) ORDER BY o.OWNER, o.OBJECT_NAME
        """
    }

    func columns(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT c.OWNER, c.TABLE_NAME, c.COLUMN_NAME, TO_CHAR(c.COLUMN_ID), c.DATA_TYPE || \
        CASE WHEN c.DATA_TYPE IN ('CHAR', 'VARCHAR2', 'NCHAR', 'NVARCHAR2') \
        THEN '(' || TO_CHAR(c.CHAR_LENGTH) || ')' \
        WHEN c.DATA_TYPE = 'RAW' THEN '(' || TO_CHAR(c.DATA_LENGTH) || ')' \
        WHEN c.DATA_TYPE = 'NUMBER' AND c.DATA_PRECISION IS NOT NULL \
        THEN '(' || TO_CHAR(c.DATA_PRECISION) || ',' || TO_CHAR(NVL(c.DATA_SCALE, 0)) || ')' \
        WHEN c.DATA_TYPE = 'NUMBER' AND c.DATA_SCALE = 0 THEN '(38,0)' ELSE '' END, \
        CASE WHEN c.NULLABLE = 'Y' THEN '1' ELSE '0' END \
        FROM ALL_TAB_COLUMNS c WHERE \(try matching("c.OWNER", "c.TABLE_NAME", schema, table)) \
        ORDER BY c.OWNER, c.TABLE_NAME, c.COLUMN_ID
        """
    }

    func primaryKeys(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT k.OWNER, k.TABLE_NAME, c.COLUMN_NAME, TO_CHAR(c.POSITION) FROM ALL_CONSTRAINTS k \
        JOIN ALL_CONS_COLUMNS c ON c.OWNER = k.OWNER AND c.CONSTRAINT_NAME = k.CONSTRAINT_NAME \
        WHERE k.CONSTRAINT_TYPE = 'P' AND \(try matching("k.OWNER", "k.TABLE_NAME", schema, table)) \
        ORDER BY k.OWNER, k.TABLE_NAME, c.POSITION
        """
    }

    func indexes(schema: String?, table: String?) throws(SQLDialectFault) -> String {
        """
        SELECT i.TABLE_OWNER, i.TABLE_NAME, i.INDEX_NAME, CASE WHEN i.UNIQUENESS = 'UNIQUE' THEN '1' ELSE '0' END, \
        c.COLUMN_NAME, TO_CHAR(c.COLUMN_POSITION) FROM ALL_INDEXES i \
        JOIN ALL_IND_COLUMNS c ON c.INDEX_OWNER = i.OWNER AND c.INDEX_NAME = i.INDEX_NAME \
        WHERE i.INDEX_TYPE IN ('NORMAL', 'IOT - TOP') AND i.STATUS <> 'UNUSABLE' \
        AND \(try matching("i.TABLE_OWNER", "i.TABLE_NAME", schema, table)) \
        ORDER BY i.TABLE_OWNER, i.TABLE_NAME, i.INDEX_NAME, c.COLUMN_POSITION
        """
    }
}
