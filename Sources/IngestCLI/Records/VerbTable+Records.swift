extension VerbTable {
    private static let format = OptionSpec(
        "format", value: "FORMAT", completion: .words(["text", "json"]), "text (default) or json.")

    static let status = VerbSpec(
        name: "status", summary: "Show how each job stands.",
        synopsis: ["status [OPTIONS] [JOB ...]"],
        description: [
            "Prints a line for each row of the workbook: how and when its last run ended, how many rows it loaded, and the "
                + "watermark where its next load begins. Nothing is read but the workbook and the project's records "
                + "(docs/records.md)."
        ],
        operands: [OperandSpec("JOB", "Ids of jobs, as the column job_id has them. Default: all.")],
        operandCount: 0...Int.max,
        options: [.project, .environment, format, .help],
        examples: [
            .init("All jobs", "ingest status"),
            .init("For another program", "ingest status --format json"),
        ])

    static let history = VerbSpec(
        name: "history", summary: "Show what jobs did, the newest first.",
        synopsis: ["history [OPTIONS] [JOB]"],
        description: [
            "Prints the attempts that are on record in metadata/audit_*.csv, of one job or of all, also those that the "
                + "earlier framework wrote."
        ],
        operands: [OperandSpec("JOB", "The id of a job, or source_name.table_name.")],
        operandCount: 0...1,
        options: [
            OptionSpec("limit", value: "N", "How many lines. Default: 20."), .project, .environment, format, .help,
        ],
        examples: [
            .init("The last twenty", "ingest history"),
            .init("One job, further back", "ingest history orders --limit 200"),
        ])
}
