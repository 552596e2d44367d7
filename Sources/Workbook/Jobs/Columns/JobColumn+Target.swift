extension JobColumn {
    static let targetColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .targetContainer,
            SheetColumnSpec(
                "target_container", aliases: ["container", "bucket"], group: .target, kind: .name, width: 16,
                example: "raw-data",
                "Another container or bucket than the destination's. On a file system: the first folder.")
        ),
        (
            .targetFolderPath,
            SheetColumnSpec(
                "target_folder_path", aliases: ["target_folder", "folder_path"], group: .target, kind: .name, width: 20,
                example: "sales/raw",
                "Folder under the destination. Blank: its top.")
        ),
        (
            .targetTable,
            SheetColumnSpec(
                "target_table", aliases: ["target_table_name"], group: .target, kind: .name, width: 18,
                example: "orders_raw",
                "The table's name in the lake. Blank: table_name, spelled as in the cell.")
        ),
        (
            .destination,
            SheetColumnSpec(
                "destination", group: .target, kind: .name, width: 14, example: "archive",
                "A destination of the settings: [destinations.NAME]. Blank: the default one.")
        ),
        (
            .partitionColumn,
            SheetColumnSpec(
                "partition_column", aliases: ["split_column"], group: .reading, kind: .name, width: 16, example: "id",
                "The column to divide a big read by, where the source has no better way.")
        ),
        (
            .parallelism,
            SheetColumnSpec(
                "parallelism", group: .reading, kind: .integer(1...64), width: 11, example: "4",
                "How many connections may read this table. Blank or 1: the tool decides.")
        ),
        (
            .chunkSize,
            SheetColumnSpec(
                "chunk_size", aliases: ["batch_size"], group: .reading, kind: .integer(1...Int.max), width: 11,
                example: "100000",
                "At most so many rows per fetch. Blank: the tool decides. It never decides the size of files.")
        ),
        (
            .schemaPolicy,
            SheetColumnSpec(
                "schema_policy", aliases: ["schema_contract"], group: .guards,
                kind: .choice([CellChoice("evolve"), CellChoice("freeze"), CellChoice("ignore_new")]), width: 13,
                example: "freeze",
                "When the source's columns change: evolve takes new ones (also when blank), freeze stops, ignore_new leaves "
                    + "them out.")
        ),
        (
            .minRows,
            SheetColumnSpec(
                "min_rows", group: .guards, kind: .integer(0...Int.max), width: 10, example: "1000",
                "A load with fewer rows is refused.")
        ),
        (
            .maxChangePercent,
            SheetColumnSpec(
                "max_change_pct", aliases: ["max_change_percent"], group: .guards, kind: .percent, width: 11,
                example: "20",
                "A load whose row count differs from the last one's by more than so many per cent is refused.")
        ),
        (
            .rowCountCheck,
            SheetColumnSpec(
                "row_count_check", group: .guards,
                kind: .choice([CellChoice("stream"), CellChoice("query"), CellChoice("off", aliases: ["none"])]),
                width: 12, example: "query",
                "How the number of rows is proved: stream takes the server's own count, query asks for COUNT(*), off does "
                    + "not. Blank: what the source does best.")
        ),
        (
            .rowCountTolerance,
            SheetColumnSpec(
                "row_count_tolerance_pct", group: .guards, kind: .percent, width: 12, example: "1",
                "By how many per cent row_count_check may be off. Blank: 0 under a snapshot, else 1.")
        ),
        (
            .allowEmpty,
            SheetColumnSpec(
                "allow_empty", group: .guards, kind: .flag, width: 10, example: "N",
                "Y: a load of no rows may replace a table that has some.")
        ),
        (
            .owner,
            SheetColumnSpec(
                "owner", group: .people, kind: .name, width: 16, example: "Sales data team",
                "Who to ask about this table.")
        ),
        (
            .notify,
            SheetColumnSpec(
                "notify", group: .people, kind: .list, width: 24, example: "ana@example.com",
                "Mail addresses that hear of this job's failures too.")
        ),
        (
            .description,
            SheetColumnSpec(
                "description", aliases: ["comment", "comments", "notes"], group: .people, kind: .prose, width: 30,
                example: "Orders of the web shop", "What the table is, for people.")
        ),
        (
            .partitionBy,
            SheetColumnSpec(
                "partition_by", group: .layout, kind: .list, width: 14, example: "order_date", isUsed: false,
                "Columns that a table format partitions by.")
        ),
        (
            .clusterBy,
            SheetColumnSpec(
                "cluster_by", group: .layout, kind: .list, width: 14, example: "customer_id", isUsed: false,
                "Columns that a table format clusters by.")
        ),
    ]
}
