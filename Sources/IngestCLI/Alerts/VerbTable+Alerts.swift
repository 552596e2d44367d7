extension VerbTable {
    static let alert = VerbSpec(
        name: "alert", summary: "Try whether alerts arrive.",
        synopsis: ["alert test [OPTIONS]"],
        description: [
            "Sends a test through each channel that the settings name, mail and webhooks, and says what the other side answered "
                + "(docs/alerts.md). Runs send alerts by themselves.",
            "Exit codes: 0 everything was taken; 1 something was not; 2 the settings cannot be used, or name no channel.",
        ],
        operands: [OperandSpec("ACTION", "test.", completion: .words(["test"]))],
        operandCount: 1...1,
        options: [
            OptionSpec("to", value: "LIST", repeats: true, "Mail these addresses instead, and post to no webhook."),
            .project, .environment,
            OptionSpec("format", value: "FORMAT", completion: .words(["text", "json"]), "text (default) or json."),
            .help,
        ],
        examples: [
            .init("Every channel", "ingest alert test"),
            .init("A mail to oneself", "ingest alert test --to ana@example.com"),
        ])
}
