// Verbs that look after the tables of the lake.
extension VerbTable {
    static let files = VerbSpec(
        name: "files", summary: "List the files that a job's table consists of now.",
        synopsis: ["files [OPTIONS] JOB"],
        description: [
            "Prints the files that count: of every load that is finished, without those that later loads have replaced. A "
                + "reader of exactly this list never sees half a load, nor rows twice.",
            "The other formats are a line for a program that reads the list, ready to be pasted. With --latest it is the SQL of a "
                + "view that shows the newest version of each primary key: by the watermark, then by when it was loaded.",
            "The list is as of now: loads that replace rows remove the files of the replaced ones.",
        ],
        operands: [OperandSpec("JOB", "The id of the job.")], operandCount: 1...1,
        options: [
            OptionSpec(
                "format", value: "FORMAT", completion: .words(TableFiles.Form.allCases.map(\.rawValue)),
                "paths (default), duckdb, polars, pandas, spark, or json with rows, bytes and checksums."),
            OptionSpec("latest", "The SQL of a view, for DuckDB, that shows the newest version of each row."),
            .project, .environment, .help,
        ],
        examples: [
            .init("What a table consists of", "ingest files orders"),
            .init("Count its rows with DuckDB", "ingest files orders --format duckdb | duckdb"),
            .init("A view of the newest versions", "ingest files orders --latest | duckdb lake.duckdb"),
        ])
}
