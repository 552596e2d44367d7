import Glibc

extension Program {
    func discover(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = DiscoverReport(discovery: try DiscoverVerb(arguments: arguments, program: self).run())
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(width: answerWidth))
        }
    }

    func preview(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let preview = try PreviewVerb(arguments: arguments, program: self).run()
        let report = PreviewReport(preview: preview)
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(width: answerWidth))
        }
    }

    /// Columns of the terminal that answers go to; nil where they go into a file or another program.
    private var answerWidth: Int? { isatty(STDOUT_FILENO) == 1 ? Terminal.width : nil }
}
