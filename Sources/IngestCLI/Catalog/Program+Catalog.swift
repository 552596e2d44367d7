extension Program {
    func discover(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = DiscoverReport(discovery: try DiscoverVerb(arguments: arguments, program: self).run())
        say(report.text(width: answerWidth), report.json, format)
    }

    func preview(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let preview = try PreviewVerb(arguments: arguments, program: self).run()
        let report = PreviewReport(preview: preview)
        say(report.text(width: answerWidth), report.json, format)
    }
}
