extension CompletionScript {
    static func fishScript() -> String {
        let verbs = VerbTable.verbs.map(\.name).joined(separator: " ")
        var lines = [
            "# fish completion for ingest; made by: ingest completions fish", "complete -c ingest -f",
            "complete -c ingest -n __fish_use_subcommand -l help -d 'Print help'",
            "complete -c ingest -n __fish_use_subcommand -l version -d 'Print the version'",
        ]
        for verb in VerbTable.verbs {
            let summary = quoted(verb.summary, fish: true)
            lines.append(
                "complete -c ingest -n \"not __fish_seen_subcommand_from \(verbs)\" -a \(verb.name) -d \(summary)")
            let seen = "complete -c ingest -n '__fish_seen_subcommand_from \(verb.name)'"
            for option in verb.options {
                var line = seen + " -l \(option.name)"
                if option.value != nil { line += " -x" }
                switch option.completion {
                case .none: break
                case .file: line += " -F"
                case .words(let words): line += " -a " + list(words, fish: true)
                }
                lines.append(line + " -d " + quoted(firstSentence(option.help), fish: true))
            }
            for operand in verb.operands {
                switch operand.completion {
                case .none: break
                case .file: lines.append(seen + " -F")
                case .words(let words): lines.append(seen + " -a " + list(words, fish: true))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
