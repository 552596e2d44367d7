import Glibc
import Workbook

extension Program {
    func validate(_ arguments: ParsedArguments) throws -> Int32 {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try ValidateVerb(arguments: arguments, program: self).run()
        say(report.text(colours: coloursAnswers), report.json, format)
        return report.exitCode
    }

    func diff(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let old = try ConfigurationFiles.read(path: arguments.operands[0])
        let new = try ConfigurationFiles.read(path: arguments.operands[1])
        let report = DiffReport(difference: WorkbookDifference(old: old, new: new))
        say(report.text, report.json, format)
    }

    /// The terminal's facts are about standard error; answers go to standard output.
    private var coloursAnswers: Bool {
        Terminal(environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1).colours
    }
}
