extension VerbTable {
    static let copy = VerbSpec(
        name: "copy", summary: "Copy one table, view or query into Parquet, once, without a workbook.",
        synopsis: ["copy [OPTIONS] SOURCE OBJECT DEST", "copy [OPTIONS] --query SQL SOURCE DEST"],
        description: [
            "Reads OBJECT as of one moment, with several connections where that helps, and writes it as Parquet. A file "
                + "appears under its final name only when it is complete, on the disk, and its row count agrees with what "
                + "the source said it sent. What fails leaves nothing behind; temporary files of a killed run are removed "
                + "by the next run into the same folder, which says so.",
            "DEST that ends in .parquet is the file. Otherwise DEST is a folder (made if missing), and the file in it is "
                + "OBJECT without its schema: orders.parquet, or query.parquet for --query. With --file-per-connection "
                + "there are several: orders-1.parquet, orders-2.parquet and so on.",
            "A password in SOURCE can be seen by other users of this machine while the command runs. Better places: "
                + "PGPASSWORD, ~/.pgpass, or a service file (postgresql://?service=NAME); for any source the project's "
                + "settings, with password = \"${env:NAME}\" in [sources.NAME]. ingest never prints it.",
            "--overwrite replaces files of the same name and, once the new ones are in place, removes those of an earlier "
                + "copy of the same object that were not written again (orders-3.parquet after a copy with two files): "
                + "otherwise a reader of the folder would see old rows. The summary names what was removed.",
        ],
        operands: [
            OperandSpec(
                "SOURCE",
                "Where to read: postgresql://USER@HOST:PORT/DATABASE (what is left out comes from PG* variables, pgpass and "
                    + "service files, as in psql), or sqlite:///PATH for a SQLite file (two slashes: a relative path), "
                    + "or mssql://, azure_sql://, mysql://, mariadb://, oracle:// or odbc:DSN=… through an ODBC driver. Or the name "
                    + "of a source of the project's settings: erp for [sources.erp].",
                completion: .words([
                    "postgresql://", "sqlite://", "mssql://", "mysql://", "mariadb://", "oracle://", "odbc:",
                ])),
            OperandSpec("OBJECT", "Table or view: orders, sales.orders, \"Odd Name\".t. Left out with --query."),
            OperandSpec("DEST", "Folder, or file that ends in .parquet. A path, or file:///path.", completion: .file),
        ],
        operandCount: 2...3, options: copyOptions,
        examples: [
            .init("A table into a folder", "ingest copy postgresql://reader@db/sales public.orders ./lake"),
            .init("A table of a SQLite file", "ingest copy sqlite:///srv/data/shop.db orders ./lake"),
            .init(
                "A table through an ODBC driver, as its data source is called",
                "ingest copy \"odbc:DSN=erp;UID=reader\" orders ./lake"),
            .init("From a source of the settings", "ingest copy erp public.orders ./lake"),
            .init(
                "The result of a query into a named file",
                "ingest copy --query \"select id, total from orders where total > 100\" postgresql://reader@db/sales ./big.parquet"
            ),
            .init(
                "Some columns of some rows, as Hive likes them",
                "ingest copy --columns id,total --where \"placed_on >= date '2026-01-01'\" --profile legacy "
                    + "postgresql://reader@db/sales orders ./lake"),
            .init(
                "Four connections, replace what is there, a summary for a program",
                "ingest copy --parallel 4 --overwrite --format json postgresql://reader@db/sales orders ./lake"),
        ], stopsCleanly: true)

    private static let copyOptions = [
        .project, .environment,
        OptionSpec(
            "query", value: "SQL",
            "Copy the result of one SELECT instead of a table; OBJECT is then left out."),
        OptionSpec(
            "columns", value: "A,B,…", repeats: true,
            "Copy only these columns, in this order. Put a name with a comma or blanks into double quotes."),
        OptionSpec("where", value: "SQL", "Copy only rows that meet this condition, in the source's SQL."),
        OptionSpec("limit", value: "N", "Copy at most N rows. Which ones is up to the source."),
        OptionSpec(
            "parallel", value: "N",
            "Read with at most N connections (1 to 64). Default: decided from the size of the table and the cores here."
        ),
        OptionSpec(
            "split-column", value: "NAME",
            "Divide the read by ranges of this column, where the source's own way does not apply (views, queries)."),
        OptionSpec(
            "overwrite", "Replace files that exist, and remove left-over files of an earlier copy of the same object."),
        OptionSpec("file-per-connection", "Write a file per connection instead of one in all."),
        OptionSpec(
            "profile", value: "NAME", completion: .words(["standard", "legacy", "modern"]),
            "What readers must understand. standard (default): everything that reads Parquet. legacy: Hive, PolyBase, "
                + "Azure Data Factory. modern: Spark 4.1 or later, Trino, DuckDB, Polars, pyarrow; smaller files, and time, "
                + "json and uuid columns keep their types."),
        OptionSpec(
            "compression", value: "CODEC", completion: .words(["zstd", "snappy", "gzip", "lz4", "none"]),
            "How pages are compressed: zstd (default; the level is chosen by trial), zstd:LEVEL (1 to 22), snappy (default of legacy), gzip, "
                + "gzip:LEVEL (1 to 9), lz4, none."),
        OptionSpec(
            "bloom", value: "A,B,…", repeats: true,
            "Write bloom filters for these columns: readers then skip row groups when they look for single values."),
        OptionSpec(
            "row-group-rows", value: "N",
            "Close a row group after N rows (1 to 2147483647; default 524288), or earlier when it grows too big."),
        OptionSpec(
            "on-unrepresentable", value: "WHAT", completion: .words(["error", "null", "string"]),
            "For values that the target type cannot hold (NaN and infinity in numeric, infinite dates, years before 1 or "
                + "after 9999): error (default) stops and names them, null writes NULL and counts them, string makes "
                + "such columns text."),
        OptionSpec(
            "wide-numeric", value: "TYPE", completion: .words(["decimal(38,10)", "string", "double"]),
            "For numeric columns without precision or with more than 38 digits: decimal(P,S) (default decimal(38,10); a "
                + "value that does not fit exactly stops the copy), string, or double (not exact)."),
        OptionSpec(
            "stall-timeout", value: "TIME",
            "Give up when the source sends nothing for this long: 90s, 5m, 1h, or 0 to wait for ever. Default 5m."),
        OptionSpec(
            "format", value: "FORMAT", completion: .words(["text", "json"]),
            "Summary and errors as text on standard error (default), or as one JSON object on standard output."),
        OptionSpec("quiet", "No progress and no summary in text; errors are still printed, and so is JSON."),
        .help,
    ]
}
