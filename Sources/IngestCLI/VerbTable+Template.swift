extension VerbTable {
    static let template = VerbSpec(
        name: "template", summary: "Write an empty workbook to fill in: drop-downs, comments, a Guide.",
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
        options: [
            OptionSpec("force", "Write over FILE if it exists."),
            .help,
        ],
        examples: [.init("A workbook in this folder", "ingest template")])
}
