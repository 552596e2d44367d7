import HTTPClient

extension Program {
    func status(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try StatusVerb(arguments: arguments, program: self).run()
        say(report.text(width: answerWidth), report.json, format)
    }

    func history(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try HistoryVerb(arguments: arguments, program: self).run()
        say(report.text(width: answerWidth), report.json, format)
    }

    func quality(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try QualityVerb(arguments: arguments, program: self).run()
        say(report.text(width: answerWidth), report.json, format)
    }

    func report(_ arguments: ParsedArguments) throws {
        let written = try ReportVerb(arguments: arguments, program: self).run()
        console.out(masking: PrintableText.escaped(written.path) + "\n")
        if arguments.has("open"), !ReportVerb.open(written.path) {
            console.error("No browser could be started here; the page is at the path above.\n")
        }
        guard arguments.has("mail") else { return }
        let (people, refusals) = try ReportMail(project: written.project, program: self).send(written.page)
        if !people.isEmpty {
            console.error(PrintableText.escaped("mailed to " + people.joined(separator: ", ")) + "\n")
        }
        guard refusals.isEmpty else {
            throw ReportMailFault(
                message: "The mail server refuses " + refusals.map(\.shown).joined(separator: "; "))
        }
    }
}
