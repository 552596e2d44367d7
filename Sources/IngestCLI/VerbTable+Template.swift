extension VerbTable {
    static let template = VerbSpec(
        name: "template", summary: "Write a workbook to fill in: drop-downs, comments, a Guide.",
        synopsis: ["template [OPTIONS] [FILE]"],
        description: [
            "Writes a workbook with the sheets SourceConfig, QualityRules, ColumnRules and Guide. Every column has a comment, "
                + "formats and, where only certain words are allowed, a drop-down; sources are offered by the names that the "
                + "project's settings give them. The example rows are switched off.",
            "A file that exists is kept, unless --force is given.",
        ],
        operands: [
            OperandSpec("FILE", "The workbook to write; ingestion_config.xlsx if not given.", completion: .file)
        ],
        operandCount: 0...1,
        options: projectOptions + [
            OptionSpec("force", "Write over FILE if it exists."),
            .help,
        ],
        examples: [
            .init("A workbook in this folder", "ingest template"),
            .init("With the sources of a project", "ingest template --project /srv/sales new.xlsx"),
        ])

    static let initialise = VerbSpec(
        name: "init", summary: "Make a project: settings, a workbook, a folder for queries.",
        synopsis: ["init [OPTIONS] [DIR]", "init --upgrade FILE [OPTIONS]"],
        description: [
            "Makes DIR (default: this folder) a project: ingest.toml, ingestion_config.xlsx, a .gitignore that keeps "
                + "secrets.toml out of Git, and queries/. Files that exist are kept. An ingest.toml that is there already "
                + "says which sources the workbook offers.",
            "With --upgrade, FILE gets the columns that it lacks, with their comments, behind its last column, the drop-downs and "
                + "the sheets that it lacks; drop-downs that ingest made offer the sources and words of today. Nothing else of "
                + "it changes; where that cannot be done safely it stays as it is, and the reason is said.",
        ],
        operands: [OperandSpec("DIR", "The project's folder; made if it is not there.", completion: .file)],
        operandCount: 0...1,
        options: [
            OptionSpec(
                "upgrade", value: "FILE", completion: .file,
                "Add the columns, drop-downs and sheets that the workbook FILE lacks; bring its drop-downs up to date."),
            OptionSpec(
                "project", value: "DIR", completion: .file,
                "With --upgrade: the folder of the settings. Default: INGEST_PROJECT, or the nearest upwards."),
            OptionSpec("env", value: "NAME", "The [env.NAME] of settings that are there already. Default: INGEST_ENV."),
            .help,
        ],
        examples: [
            .init("A new project", "ingest init sales"),
            .init("Bring a workbook up to date", "ingest init --upgrade ingestion_config.xlsx"),
        ])
}
