/// Every verb of the program.
package enum VerbTable {
    package static let verbs = [
        run, plan, status, history, quality, report,
        files, schema, watermark, backfill, repair, adopt, doctor,
        demo, copy, inspect, initialise, template, validate, diff, discover, preview,
        alert, config, completions, help,
    ]

    package static func verb(_ name: String) -> VerbSpec? { verbs.first { $0.name == name } }

    static let help = VerbSpec(
        name: "help", summary: "Explain the program or one of its verbs.",
        synopsis: ["help [--man] [VERB]"],
        description: ["Prints what `ingest --help` or `ingest VERB --help` print."],
        operands: [
            OperandSpec(
                "VERB", "The verb to explain.",
                completion: .words([
                    "run", "plan", "status", "history", "quality", "report",
                    "files", "schema", "watermark", "backfill", "repair", "adopt", "doctor",
                    "demo", "copy", "inspect", "init", "template", "validate", "diff", "discover", "preview",
                    "alert", "config", "completions",
                ])
            )
        ],
        operandCount: 0...1,
        options: [OptionSpec("man", "Print the whole manual as a man page."), .help],
        examples: [
            .init("Explain one verb", "ingest help copy"),
            .init("Install the man page for this user", "ingest help --man > ~/.local/share/man/man1/ingest.1"),
        ])

    static let demo = VerbSpec(
        name: "demo", summary: "Make a small project, load it, change its data, and load it again.",
        synopsis: ["demo [DIR]"],
        description: [
            "Makes a folder with a SQLite database, settings and a workbook, and runs its jobs twice, with a day of business in "
                + "between: full and incremental loads, a row that fails, the watermark in the sheet, the audit trail, the "
                + "files and how to query them. Nothing outside the folder is touched; no server and no account is needed."
        ],
        operands: [OperandSpec("DIR", "The folder to make. Default: ingest-demo.", completion: .file)],
        operandCount: 0...1, options: [.help],
        examples: [.init("See what it does", "ingest demo /tmp/shop")], stopsCleanly: true)

    static let completions = VerbSpec(
        name: "completions", summary: "Print a completion script for a shell.",
        synopsis: ["completions bash|zsh|fish"],
        description: [
            "Prints a script that lets the shell complete verbs, options and values. Put it where the shell looks for it, "
                + "or load it at the start of a session."
        ],
        operands: [OperandSpec("SHELL", "bash, zsh or fish.", completion: .words(["bash", "zsh", "fish"]))],
        operandCount: 1...1, options: [.help],
        examples: [
            .init("Load them into this bash", "source <(ingest completions bash)"),
            .init("Install them for zsh", "ingest completions zsh > ~/.zfunc/_ingest"),
            .init("Install them for fish", "ingest completions fish > ~/.config/fish/completions/ingest.fish"),
        ])
}
