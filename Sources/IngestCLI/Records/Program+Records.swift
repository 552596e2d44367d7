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
        let (page, path) = try ReportVerb(arguments: arguments, program: self).run()
        console.out(masking: PrintableText.escaped(path) + "\n")
        if arguments.has("mail") {
            let (people, notes) = try ReportMail(arguments: arguments, program: self).send(page)
            let lines = ["mailed to \(people.joined(separator: ", "))"] + notes.map { "refused for \($0)" }
            console.error(lines.map { PrintableText.escaped($0) + "\n" }.joined())
        }
        guard arguments.has("open"), !ReportVerb.open(path) else { return }
        console.error("No browser could be started here; the page is at the path above.\n")
    }
}
