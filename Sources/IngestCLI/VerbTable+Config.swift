extension VerbTable {
    static let config = VerbSpec(
        name: "config", summary: "Show the settings in force and where each comes from.",
        synopsis: ["config show [OPTIONS]"],
        description: [
            "Prints every setting of the project with its value and its origin: the command line, an environment variable, "
                + "a file and line, or the default. Secrets are masked; references such as ${env:NAME} are shown as they "
                + "are and not resolved.",
            "What is wrong with the settings is printed to standard error, by file and line; with an error among it the "
                + "exit code is 2.",
        ],
        operands: [OperandSpec("ACTION", "show.", completion: .words(["show"]))],
        operandCount: 1...1,
        options: [
            .project, .environment,
            OptionSpec("format", value: "FORMAT", completion: .words(["text", "json"]), "text (default) or json."),
            .help,
        ],
        examples: [
            .init("What is in force here", "ingest config show"),
            .init("For a program, as production sees it", "ingest config show --env prod --format json"),
        ])
}
