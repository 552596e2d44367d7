extension VerbTable {
    static let validate = VerbSpec(
        name: "validate", summary: "Check the workbook and the settings, and name every cell that is wrong.",
        synopsis: ["validate [OPTIONS] [WORKBOOK]"],
        description: [
            "Reads the workbook and the settings that belong to it, and prints everything that is wrong, in sheet order: the "
                + "cell, the value as it stands, what is allowed, what may have been meant. Nothing is connected to, unless --connect says so.",
            "--connect goes on to the sources of the enabled rows: whether tables, columns and queries are there and may be "
                + "read, whether the watermark is fit to be one, and which columns need a decision about their type. Each "
                + "source is connected to once; nothing is read from its tables.",
            "An error refuses its row; the other rows still run. A warning is worth a look. A note says what was repaired or "
                + "read in a way that is not obvious.",
            "Exit codes: 0 also with warnings; 2 with errors, or if the workbook cannot be read; with --strict also with "
                + "warnings.",
        ],
        operands: [
            OperandSpec(
                "WORKBOOK",
                "An .xlsx or .xlsm file, a SourceConfig.csv, or a folder of CSV files. Default: the project's workbook.",
                completion: .file)
        ],
        operandCount: 0...1,
        options: projectOptions + [
            OptionSpec("connect", "Also look into the sources: tables, columns, permission, watermarks, types."),
            OptionSpec("strict", "Warnings count as errors for the exit code."),
            OptionSpec(
                "annotate", value: "FILE", completion: .file,
                "Write a copy of the workbook in which each cell with an error or a warning is marked with a comment."),
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output."),
            .help,
        ],
        examples: [
            .init("The workbook of this project", "ingest validate"),
            .init(
                "A copy with a comment on every bad cell",
                "ingest validate --annotate marked.xlsx ingestion_config.xlsx"),
            .init("Also against the databases", "ingest validate --connect"),
            .init("In a check before a commit", "ingest validate --strict --format json"),
        ])

    static let diff = VerbSpec(
        name: "diff", summary: "Say in words what changed between two workbooks.",
        synopsis: ["diff [OPTIONS] OLD NEW"],
        description: [
            "Compares two workbooks by job and column and prints what changed and what it means for the next run. Where rows "
                + "and columns stand, how values are spelled, and what the tool itself writes makes no difference."
        ],
        operands: [
            OperandSpec("OLD", "The earlier workbook, CSV file or folder.", completion: .file),
            OperandSpec("NEW", "The later one.", completion: .file),
        ],
        operandCount: 2...2,
        options: [
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output."),
            .help,
        ],
        examples: [.init("Before and after an edit", "ingest diff old.xlsx new.xlsx")])

    static let projectOptions: [OptionSpec] = [.project, .environment]
}
