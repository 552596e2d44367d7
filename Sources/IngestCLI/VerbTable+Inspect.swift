extension VerbTable {
    static let inspect = VerbSpec(
        name: "inspect", summary: "Show what is in a Parquet file: schema, row groups, sizes, statistics.",
        synopsis: ["inspect [OPTIONS] FILE"],
        description: [
            "Reads only the footer (and, with --pages, the page index) of FILE, whoever wrote it, and prints its schema, its "
                + "writer, its columns with encodings, compression, sizes and statistics, and its key-value metadata. "
                + "Control characters in names and values are printed as escapes."
        ],
        operands: [OperandSpec("FILE", "A Parquet file.", completion: .file)],
        operandCount: 1...1,
        options: [
            OptionSpec("row-groups", "Also list every row group and each of its column chunks."),
            OptionSpec("pages", "Also list every page from the page index; implies --row-groups."),
            OptionSpec("format", value: "FORMAT", completion: .words(["text", "json"]), "text (default) or json."),
            .help,
        ],
        examples: [
            .init("What is in a file", "ingest inspect lake/orders.parquet"),
            .init("Every row group, for a program", "ingest inspect --row-groups --format json lake/orders.parquet"),
        ])
}
