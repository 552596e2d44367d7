/// The manual page, from the table of verbs. Format: man(7).
enum ManPage {
    static var text: String {
        var lines = [
            ".\\\" Made by: ingest help --man", ".TH INGEST 1 \"\" \"ingest \(Version.number)\" \"User Commands\"",
            ".SH NAME", "ingest \\- land other people\\(aqs tables in a data lake", ".SH SYNOPSIS",
        ]
        for verb in VerbTable.verbs {
            for form in verb.synopsis { lines += ["\\fBingest\\fR " + escaped(form), ".br"] }
        }
        lines += ["\\fBingest \\-\\-version\\fR"]
        for verb in VerbTable.verbs { lines += section(verb) }
        lines += [".SH EXIT STATUS"]
        for (code, meaning) in HelpText.exitCodes { lines += [".TP", code, escaped(meaning)] }
        lines += [".SH ENVIRONMENT"]
        for (name, meaning) in environment { lines += [".TP", "\\fB\(escaped(name))\\fR", escaped(meaning)] }
        lines += [".SH SEE ALSO", "\\fBpsql\\fR(1). More is in /usr/share/doc/ingest."]
        return lines.joined(separator: "\n") + "\n"
    }

    private static let environment = [
        ("PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSERVICE, …", "What SOURCE leaves out, as in psql."),
        ("NO_COLOR", "No colours."), ("TERM", "With dumb, plain lines instead of a progress bar."),
    ]

    private static func section(_ verb: VerbSpec) -> [String] {
        var lines = [".SH \"INGEST \(verb.name.uppercased())\"", escaped(verb.summary)]
        for paragraph in verb.description { lines += [".PP", escaped(paragraph)] }
        for operand in verb.operands { lines += [".TP", "\\fI\(operand.name)\\fR", escaped(operand.help)] }
        for option in verb.options {
            let value = option.value.map { " \\fI" + escaped($0) + "\\fR" } ?? ""
            lines += [".TP", "\\fB" + escaped("--" + option.name) + "\\fR" + value]
            lines.append(escaped(option.help + (option.repeats ? " May be repeated." : "")))
        }
        for example in verb.examples {
            lines += [
                ".PP", escaped(example.purpose) + ":", ".PP", ".nf", ".RS 4", escaped(example.command), ".RE", ".fi",
            ]
        }
        return lines
    }

    /// A dash is to be a dash that can be pasted, a backslash itself, and no text a request.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case _ where !character.isASCII:
                for scalar in character.unicodeScalars {
                    let hex = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\[u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "]"
                }
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
