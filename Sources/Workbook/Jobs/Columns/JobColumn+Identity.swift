extension JobColumn {
    static let identityColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .enabled,
            SheetColumnSpec(
                "enabled", aliases: ["active", "is_active", "is_enabled"], group: .identity, need: .always, kind: .flag,
                width: 9, example: "Y",
                "Y: the row is loaded. N, or blank: it is kept but skipped.")
        ),
        (
            .jobID,
            SheetColumnSpec(
                "job_id", aliases: ["job", "job_name"], group: .identity, kind: .name, width: 22,
                example: "orders_daily",
                "A name for the row, unique in the sheet. Blank: source_name.table_name.")
        ),
        (
            .sourceType,
            SheetColumnSpec(
                "source_type", group: .identity, kind: .choice(sourceTypes), width: 12, example: "postgresql",
                "What kind of source it is. Blank: as the settings say; what stands here must agree with them.")
        ),
        (
            .sourceName,
            SheetColumnSpec(
                "source_name", aliases: ["source"], group: .identity, need: .always, kind: .name, width: 20,
                example: "postgres_source",
                "The source's name in the settings: [sources.NAME] of ingest.toml. Passwords stand there, never here.")
        ),
        (
            .schemaName,
            SheetColumnSpec(
                "schema_name", aliases: ["schema"], group: .identity, kind: .name, width: 14, example: "public",
                "The schema that the table is in. Blank: where the source looks first. Not used for APIs.")
        ),
        (
            .tableName,
            SheetColumnSpec(
                "table_name", aliases: ["table"], group: .identity, need: .always, kind: .name, width: 22,
                example: "orders",
                "The table or view to read, as the source spells it; for an API the name of the table to write.")
        ),
    ]

    static let selectionColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .query,
            SheetColumnSpec(
                "query", aliases: ["sql", "custom_query"], group: .selection, kind: .sql, width: 28,
                example: "@queries/orders.sql",
                "A SELECT to read instead of the table, or @ and a file of the project. {watermark_from}, {watermark_to} and "
                    + "{filter} place the conditions; without them it is wrapped as a subquery.")
        ),
        (
            .columns,
            SheetColumnSpec(
                "columns", aliases: ["column_list", "select_columns"], group: .selection, kind: .list, width: 22,
                example: "id, placed_on, total",
                "The columns to take, separated by comma. Blank: all of them.")
        ),
        (
            .queryFilter,
            SheetColumnSpec(
                "query_filter", aliases: ["filter", "where", "where_clause"], group: .selection, kind: .sql, width: 26,
                example: "status = 'active'",
                "Only rows that meet this SQL condition; it is added with AND. For an API: further query parameters.")
        ),
    ]

    /// A source type that cannot be read yet is no mistake of the workbook: a warning, and no offer in the drop-down.
    private static let sourceTypes = [
        CellChoice("postgresql", aliases: ["postgres", "pg"]),
        CellChoice("mssql", aliases: ["sqlserver", "sql_server", "mssqlserver"]),
        CellChoice("azure_sql", aliases: ["azure", "azuresqldatabase"]),
        CellChoice("oracle"), CellChoice("mysql"),
        CellChoice("mariadb"),
        CellChoice("sqlite", aliases: ["sqlite3"]),
        CellChoice("odbc"),
        CellChoice("api", aliases: ["rest", "rest_api"], isInThisVersion: false),
        CellChoice("file", aliases: ["files"], isInThisVersion: false),
    ]
}
