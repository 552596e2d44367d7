extension CompletionScript {
    static func bashScript() -> String {
        let verbs = VerbTable.verbs.map(\.name)
        var lines = [
            "# bash completion for ingest; made by: ingest completions bash",
            "_ingest() {",
            "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" verb=\"${COMP_WORDS[1]}\"",
            "    COMPREPLY=()",
            "    # Bash splits --option=value at the equals sign.",
            "    if [ \"$current\" = \"=\" ]; then current=",
            "    elif [ \"$previous\" = \"=\" ] && [ \"$COMP_CWORD\" -gt 2 ]; then previous=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi",
            "    if [ \"$COMP_CWORD\" -eq 1 ]; then",
            "        COMPREPLY=($(compgen -W \(quoted((verbs + ["--help", "--version"]).joined(separator: " "))) -- \"$current\"))",
            "        return",
            "    fi",
            "    case \"$verb\" in",
        ]
        for verb in VerbTable.verbs { lines += bashVerb(verb) }
        lines += ["    esac", "}", "complete -F _ingest ingest"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func bashVerb(_ verb: VerbSpec) -> [String] {
        var lines = ["    \(verb.name))", "        case \"$previous\" in"]
        for option in verb.options where option.value != nil {
            lines.append("        --\(option.name)) " + reply(to: option.completion) + "; return ;;")
        }
        lines += ["        esac", "        if [[ \"$current\" == -* ]]; then"]
        let names = verb.options.map { "--" + $0.name }.joined(separator: " ")
        lines.append("            COMPREPLY=($(compgen -W \(quoted(names)) -- \"$current\"))")
        lines.append("        else")
        let words = verb.operands.flatMap { operand -> [String] in
            if case .words(let words) = operand.completion { words } else { [] }
        }
        let takesFiles = verb.operands.contains { $0.completion == .file }
        let wordList = "-W " + list(words, backslashes: 3)
        lines.append("            COMPREPLY=($(compgen \(wordList) -- \"$current\"))")
        if takesFiles {
            // Names may contain blanks; a folder is to end in a slash, not in a blank. `compopt` works while completing only.
            lines += [
                "            if [ ${#COMPREPLY[@]} -eq 0 ] || [ -z \"$current\" ]; then",
                "                mapfile -t COMPREPLY < <(compgen -f -- \"$current\")",
                "                compopt -o filenames 2>/dev/null",
                "            else compopt -o nospace 2>/dev/null; fi",
            ]
        }
        lines += ["        fi", "        ;;"]
        return lines
    }

    private static func reply(to completion: Completion) -> String {
        switch completion {
        case .none: "COMPREPLY=()"
        case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .words(let words): "COMPREPLY=($(compgen -W \(list(words, backslashes: 3)) -- \"$current\"))"
        }
    }
}
