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

    static let quality = VerbSpec(
        name: "quality", summary: "Show what quality rules found in a job's last loads.",
        synopsis: ["quality [OPTIONS] JOB"],
        description: [
            "Prints each rule of the sheet QualityRules as the job's last load found it, how many rows failed it in the loads "
                + "before, and up to five rows that fail (docs/quality.md)."
        ],
        operands: [OperandSpec("JOB", "The id of a job, as the column job_id has it.")],
        operandCount: 1...1,
        options: [
            OptionSpec("runs", value: "N", "How many loads to look back. Default: 10."), .project, .environment, format,
            .help,
        ],
        examples: [
            .init("The last load and its trend", "ingest quality orders"),
            .init("For another program", "ingest quality orders --runs 100 --format json"),
        ])

    static let report = VerbSpec(
        name: "report", summary: "Make a page that shows how the loads are doing.",
        synopsis: ["report [OPTIONS]"],
        description: [
            "Writes one HTML page from the project's records: each job with its state, rows and time over its last loads, the "
                + "watermark's age, what fails and since when, columns that changed, and the days of all jobs together. The page "
                + "holds everything it shows, so it can be mailed or put on a share; it fits a phone and a sheet of paper. No "
                + "source is asked (docs/report.md).",
            "The path of the page is printed.",
        ],
        operands: [], operandCount: 0...0,
        options: [
            OptionSpec(
                "output", value: "FILE", completion: .file,
                "Where the page goes. Default: metadata/report.html of the project."),
            OptionSpec("open", "Show it in the browser."),
            OptionSpec("mail", "Mail how every job stands to those in alerts.email.to, once, now (docs/alerts.md)."),
            .project, .environment, .help,
        ],
        examples: [
            .init("Look at it", "ingest report --open"),
            .init("Every morning by cron", "ingest report --mail"),
            .init("For a web server, every ten minutes by cron", "ingest report --output /srv/www/loads.html"),
        ])
}
