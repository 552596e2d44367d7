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
            .init("A query over it, for DuckDB", "ingest files orders --format duckdb > orders.sql"),
            .init("A view of the newest versions", "ingest files orders --latest > orders_latest.sql"),
        ])

    static let schema = VerbSpec(
        name: "schema", summary: "Show a table's columns, and how they changed.",
        synopsis: ["schema [OPTIONS] JOB"],
        description: [
            "Prints the columns of a job's table in the order of its files: the type in the lake, the source's own type, since "
                + "when a column is as it is, and whether the source still has it. With --history: the loads that changed them.",
            "It is read from the lake's records; no source is asked. What the source's columns of today would change is said by "
                + "`ingest plan`.",
        ],
        operands: [OperandSpec("JOB", "The id of the job.")], operandCount: 1...1,
        options: [
            OptionSpec("history", "The loads that changed the columns, the oldest first."),
            .project, .environment, .answerFormat, .help,
        ],
        examples: [
            .init("A table's columns", "ingest schema orders"),
            .init("What changed, and when", "ingest schema orders --history"),
        ])

    static let plan = VerbSpec(
        name: "plan", summary: "Say what a run would do, and write nothing.",
        synopsis: ["plan [OPTIONS] [JOB ...]"],
        description: [
            "For each job: what is read, in which slices, about how many rows, into which folder, what of the table it replaces, "
                + "where the watermark stands then, and what stands in the way. The same as `ingest run --dry-run`.",
            "Each source is opened as a load would open it, so missing columns and permissions are found; nothing is read from it "
                + "beyond that, and nothing is written anywhere. Statements are for people: the source itself binds the values. "
                + "A plan does not wait for open transactions; a run does, so its windows may end elsewhere.",
            "Exit codes: 0 every job could be loaded; 1 something stands in the way of one.",
        ],
        operands: [OperandSpec("JOB", "Ids of jobs, as the column job_id has them.")], operandCount: 0...Int.max,
        options: [
            OptionSpec("jobs", value: "LIST", repeats: true, "Only these jobs: ids with commas between."),
            OptionSpec("tags", value: "LIST", repeats: true, "Only jobs with one of these tags."),
            OptionSpec("sources", value: "LIST", repeats: true, "Only jobs of these sources."),
            OptionSpec("full-refresh", "As if the named jobs' tables were to be loaded anew."),
            .project, .environment, .answerFormat, .help,
        ],
        examples: [
            .init("What the next run will do", "ingest plan"),
            .init("What loading a table anew would replace", "ingest plan orders --full-refresh"),
        ])

    static let watermark = VerbSpec(
        name: "watermark", summary: "Show or change where a job's next load goes on.",
        synopsis: [
            "watermark show [OPTIONS] [JOB ...]", "watermark set [OPTIONS] JOB VALUE", "watermark reset [OPTIONS] JOB",
        ],
        description: [
            "show prints up to where each incremental table is loaded, as the lake's own records say, and who wrote that.",
            "set writes a record after which the next load goes on at VALUE: from there on for times and dates, behind it for "
                + "numbers. Set back, the range is read again, and what the table holds of it is replaced in the same commit, "
                + "so no row is there twice. Set forward, rows in between are left out: that needs --yes.",
            "reset lets the next load read everything again and replace the table.",
        ],
        operands: [
            OperandSpec("ACTION", "show, set or reset.", completion: .words(["show", "set", "reset"])),
            OperandSpec("JOB", "The id of the job."),
            OperandSpec("VALUE", "As the column shows it: 2026-02-01 13:30:00, 12345."),
        ],
        operandCount: 1...Int.max,
        options: [
            OptionSpec("reason", value: "TEXT", "Why, for whoever reads the record."),
            OptionSpec("yes", "Rows that are left out are meant."),
            .project, .environment, .answerFormat, .help,
        ],
        examples: [
            .init("Where everything stands", "ingest watermark show"),
            .init(
                "Read again what changed since Monday",
                "ingest watermark set orders 2026-11-16 --reason \"a fix of the prices\""),
            .init("Read everything again", "ingest watermark reset orders"),
        ], stopsCleanly: true)

    static let backfill = VerbSpec(
        name: "backfill", summary: "Load a range of a job's watermark once more.",
        synopsis: ["backfill [OPTIONS] --from VALUE JOB"],
        description: [
            "Reads the rows from --from up to (not including) --to, and replaces what the table holds of that range, in one "
                + "commit: each row is there once, as the source has it now. A range that cuts into a slice of the table is "
                + "stretched to its end. The watermark moves only where the range goes beyond it.",
            "With --chunk there is a load per piece, oldest first. What is done stays done when it is interrupted, and doing all "
                + "of it again changes nothing.",
            "Where many rows would become few or none, the load is refused with both numbers until --accept-shrink says that the "
                + "source is right.",
        ],
        operands: [OperandSpec("JOB", "The id of the job.")], operandCount: 1...1,
        options: [
            OptionSpec("from", value: "VALUE", "Where the range begins; START for the first row."),
            OptionSpec("to", value: "VALUE", "Where it ends; that value is not part of it. Default: up to now."),
            OptionSpec("chunk", value: "WIDTH", "A load per piece of that width: 12h, 7d, 1mo; for numbers 100000."),
            OptionSpec("accept-shrink", "Let it replace many rows by few, or by none: the source is right."),
            .project, .environment,
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output at the end."),
            OptionSpec("quiet", "Say only what went wrong."),
            .help,
        ],
        examples: [
            .init("November again", "ingest backfill orders --from 2026-11-01 --to 2026-12-01"),
            .init("Three years, week by week", "ingest backfill orders --from 2023-11-21 --chunk 7d"),
        ], stopsCleanly: true)

    static let repair = VerbSpec(
        name: "repair", summary: "Put tables in order, and compare their files with their records.",
        synopsis: ["repair [OPTIONS] [JOB ...]"],
        description: [
            "Finishes or undoes what interrupted runs left, makes the hints in `_ingest` again, and writes what is missing in the "
                + "audit trail and in watermarks.csv, all from the lake's own records. Without a JOB: for every table of the "
                + "workbook.",
            "Then every file that counts is looked up: whether it is there with its size, and with --verify whether its bytes have "
                + "the checksum and its footer the rows that its load wrote. Files of the folder that no record names are listed. "
                + "No data file is ever removed.",
            "Exit codes: 0 all is in order; 1 a table needs attention.",
        ],
        operands: [OperandSpec("JOB", "Ids of jobs.")], operandCount: 0...Int.max,
        options: [
            OptionSpec("verify", "Read every file that counts, and compare checksums and rows."),
            .project, .environment, .answerFormat, .help,
        ],
        examples: [
            .init("Everything, after a crash", "ingest repair"),
            .init("Every byte of a table", "ingest repair orders --verify"),
        ], stopsCleanly: true)

    static let adopt = VerbSpec(
        name: "adopt", summary: "Take over the Parquet files of another tool, or a table of a renamed job.",
        synopsis: ["adopt [OPTIONS] JOB"],
        description: [
            "Makes the first record of a table from the Parquet files that lie in its folder, at any depth. The files stay where "
                + "they are, and count from then on like those of a load: later loads go on behind them, and may replace and "
                + "remove them. All must have the same columns.",
            "An incremental job needs to know up to where the files hold what the source holds: --watermark, or the row's "
                + "last_watermark.",
            "A table that was loaded by us is taken over only by the same job under a new name, once the old row is gone.",
        ],
        operands: [OperandSpec("JOB", "The id of the job.")], operandCount: 1...1,
        options: [
            OptionSpec(
                "watermark", value: "VALUE", "Up to where the files are complete: the next load goes on there."),
            .project, .environment, .answerFormat, .help,
        ],
        examples: [
            .init("Go on where another tool stopped", "ingest adopt orders --watermark \"2026-11-20 00:00:00\""),
            .init("After a row's job_id was changed", "ingest adopt new_name"),
        ], stopsCleanly: true)

    static let doctor = VerbSpec(
        name: "doctor", summary: "Try everything that a run needs, and say what is wrong.",
        synopsis: ["doctor [OPTIONS]"],
        description: [
            "Looks at the settings, the secrets and the workbook; connects to every source; proves for every destination that of "
                + "two writers one wins and that files under way stay invisible; looks for room on the disk, folders that "
                + "can't be written, clocks that differ, time zones and drivers.",
            "Each line is ok, warn or FAIL, with what to do. Exit codes: 0 nothing failed; 1 something did.",
        ],
        operands: [], operandCount: 0...0,
        options: [.project, .environment, .answerFormat, .help],
        examples: [.init("Before the first run, and when one fails", "ingest doctor")])
}

extension OptionSpec {
    static let answerFormat = OptionSpec(
        "format", value: "FORMAT", completion: .words(["text", "json"]), "text (default) or json.")
}
