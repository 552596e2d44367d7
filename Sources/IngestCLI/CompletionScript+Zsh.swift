extension CompletionScript {
    static func zshScript() -> String {
        var lines = ["#compdef ingest", "# zsh completion for ingest; made by: ingest completions zsh", "_ingest() {"]
        lines += ["    local -a verbs", "    verbs=("]
        for verb in VerbTable.verbs { lines.append("        " + quoted(verb.name + ":" + escaped(verb.summary))) }
        lines += [
            "    )", "    if (( CURRENT == 2 )); then",
            "        _describe 'verb' verbs",
            "        _arguments '--help[print help]' '--version[print the version]'", "        return", "    fi",
            "    local verb=$words[2]", "    shift words; (( CURRENT-- ))", "    case $verb in",
        ]
        for verb in VerbTable.verbs {
            lines.append("    \(verb.name)) _arguments \\")
            for option in verb.options { lines.append("        " + argument(option) + " \\") }
            for (index, operand) in verb.operands.enumerated() {
                let optional = index >= verb.operandCount.lowerBound ? ":" : ""
                lines.append(
                    "        "
                        + quoted("\(index + 1):\(optional)\(operand.name.lowercased()):\(action(operand.completion))")
                        + " \\")
            }
            lines.append("        ;;")
        }
        lines += [
            "    esac", "}",
            "# From a folder of fpath, this file is the function's first call; sourced, it registers it.",
            "if [ \"$funcstack[1]\" = _ingest ]; then _ingest \"$@\"; else compdef _ingest ingest; fi",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func argument(_ option: OptionSpec) -> String {
        let star = option.repeats ? "*" : ""
        var text = star + "--" + option.name + (option.value == nil ? "" : "=")
        text += "[" + escaped(firstSentence(option.help)) + "]"
        if let value = option.value { text += ":" + escaped(value.lowercased()) + ":" + action(option.completion) }
        return quoted(text)
    }

    private static func action(_ completion: Completion) -> String {
        switch completion {
        case .none: " "
        case .file: "_files"
        case .words(let words): "(" + words.map(escaped).joined(separator: " ") + ")"
        }
    }

    /// Colons, brackets and parentheses mean something to `_arguments`.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if ":[]()\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
