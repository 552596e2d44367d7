extension VerbTable {
    static let discover = VerbSpec(
        name: "discover", summary: "List what is in a source, and add rows for it to the workbook.",
        synopsis: ["discover [OPTIONS] SOURCE", "discover --add --tables GLOB [OPTIONS] SOURCE"],
        description: [
            "Lists tables and views with estimated rows, size, primary key, and the column that would best tell new rows from "
                + "old, with the reason: its name, its type, whether it may be NULL, whether an index begins with it.",
            "--add writes a row for each chosen table into the project's workbook, inside its table, and leaves everything "
                + "else there as it is. The rows are not enabled unless --enable says so. INCREMENTAL is proposed for tables of "
                + "100,000 rows and more with a column that shows changes, FULL for all others. Numbers that are declared "
                + "without digits are measured, and get a row in ColumnRules. A table that a row reads already is left out.",
        ],
        operands: [
            OperandSpec("SOURCE", "A source of the settings, or a URL such as postgresql://USER@HOST/DATABASE.")
        ],
        operandCount: 1...1,
        options: [
            OptionSpec("schema", value: "GLOB", "Only schemas of this name; * and ? stand for any characters."),
            OptionSpec(
                "tables", value: "GLOB", repeats: true,
                "Only tables of this name, or schema.name; may be given several times."),
            OptionSpec("add", "Add a row for each of them to the workbook. Needs --tables."),
            OptionSpec("enable", "With --add: enabled = Y."),
            OptionSpec(
                "workbook", value: "FILE", completion: .file, "With --add: this workbook instead of the project's."),
            .project, .environment,
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output."),
            .help,
        ],
        examples: [
            .init("What is there", "ingest discover sales"),
            .init(
                "Rows for two tables and a family of them",
                "ingest discover sales --add --tables orders --tables 'dim_*'"),
            .init("Without a project", "ingest discover postgresql://me@db.example/sales --schema public"),
        ])

    static let preview = VerbSpec(
        name: "preview", summary: "Show the first rows of a job or table, and what becomes of each column.",
        synopsis: [
            "preview [OPTIONS] JOB", "preview [OPTIONS] --source SOURCE --table TABLE",
            "preview [OPTIONS] --source SOURCE --query SQL",
        ],
        description: [
            "Prints the first rows, then each column with its type in the source, its type in the lake and a verdict: exact, "
                + "widened, text, or needs a decision. Nothing is written.",
            "A job is shown with its columns, its filter or its query; where it has a watermark, from the beginning. A column "
                + "for which ColumnRules has a mask shows (masked).",
        ],
        operands: [OperandSpec("JOB", "A job_id of the project's workbook, enabled or not.")],
        operandCount: 0...1,
        options: [
            OptionSpec("source", value: "SOURCE", "A source of the settings, or a URL, instead of a job."),
            OptionSpec("table", value: "TABLE", "With --source: a table or view, such as public.orders."),
            OptionSpec("query", value: "SQL", "With --source: a SELECT statement."),
            OptionSpec("limit", value: "N", "How many rows (default 20)."),
            OptionSpec(
                "workbook", value: "FILE", completion: .file,
                "The workbook that JOB stands in, instead of the project's."),
            .project, .environment,
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output."),
            .help,
        ],
        examples: [
            .init("A job of the workbook", "ingest preview orders_daily"),
            .init("A table", "ingest preview --source sales --table public.orders --limit 5"),
            .init(
                "A query, without a project",
                "ingest preview --source postgresql://me@db.example/sales --query \"SELECT 1 AS one\""),
        ])
}
