import Glibc

extension Program {
    func status(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try StatusVerb(arguments: arguments, program: self).run()
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(width: columns))
        }
    }

    func history(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try HistoryVerb(arguments: arguments, program: self).run()
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(width: columns))
        }
    }

    func quality(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try QualityVerb(arguments: arguments, program: self).run()
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(width: columns))
        }
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

    /// Of the terminal that answers go to; nil where they go into a file or another program.
    private var columns: Int? { isatty(STDOUT_FILENO) == 1 ? Terminal.width : nil }
}
