/// Help as text, from the table of verbs.
package enum HelpText {
    /// For `ingest --help`.
    package static func overview(width: Int = 80) -> String {
        let longest = VerbTable.verbs.map(\.name.count).max() ?? 0
        var lines = [
            "ingest \(Version.number): lands other people's tables in a data lake.", "",
            "Usage:", "  ingest VERB [OPTIONS] …", "  ingest VERB --help", "  ingest --version", "", "Verbs:",
        ]
        for verb in VerbTable.verbs {
            let summary = wrapped(verb.summary, indent: longest + 4, width: width)
            lines.append("  " + padded(verb.name, to: longest + 2) + summary[0].dropFirst(longest + 4))
            lines += summary.dropFirst()
        }
        lines += ["", "Examples:"]
        for example in VerbTable.verbs.compactMap(\.examples.first) {
            lines += wrapped("# " + example.purpose, indent: 2, width: width)
            lines.append("  " + example.command)
        }
        lines += ["", "Exit codes:"] + exitCodes(width: width)
        return lines.joined(separator: "\n") + "\n"
    }

    /// For `ingest VERB --help`.
    package static func manual(for verb: VerbSpec, width: Int = 80) -> String {
        var lines = wrapped("ingest \(verb.name): \(verb.summary)", indent: 0, width: width) + ["", "Usage:"]
        lines += verb.synopsis.map { "  ingest " + $0 }
        for paragraph in verb.description {
            lines.append("")
            lines += wrapped(paragraph, indent: 0, width: width)
        }
        if !verb.operands.isEmpty {
            lines += ["", "Arguments:"]
            for operand in verb.operands { lines += entry(operand.name, operand.help, width: width) }
        }
        lines += ["", "Options:"]
        for option in verb.options {
            let head = "--" + option.name + (option.value.map { " " + $0 } ?? "")
            lines += entry(head, option.help + (option.repeats ? " May be repeated." : ""), width: width)
        }
        lines += ["", "Examples:"]
        for (index, example) in verb.examples.enumerated() {
            if index > 0 { lines.append("") }
            lines += wrapped("# " + example.purpose, indent: 2, width: width)
            lines.append("  " + example.command)
        }
        lines += ["", "Exit codes:"] + exitCodes(width: width)
        return lines.joined(separator: "\n") + "\n"
    }

    static let exitCodes = [
        ("0", "Done."), ("1", "Failed: the source, the network, the disk, a value that cannot be written."),
        ("2", "The command line or a setting is wrong: an unknown table, a destination that exists."),
        ("130", "Interrupted (Ctrl-C)."), ("143", "Told to terminate (SIGTERM, SIGHUP)."),
    ]

    private static func exitCodes(width: Int) -> [String] {
        exitCodes.flatMap { code, meaning in
            let lines = wrapped(meaning, indent: 7, width: width)
            return ["  " + padded(code, to: 5) + lines[0].dropFirst(7)] + lines.dropFirst()
        }
    }

    private static func entry(_ head: String, _ text: String, width: Int) -> [String] {
        ["  " + head] + wrapped(text, indent: 6, width: width)
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Breaks at blanks. A word longer than the line stands on a line of its own.
    static func wrapped(_ text: String, indent: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(margin + line) }
        return lines
    }
}
