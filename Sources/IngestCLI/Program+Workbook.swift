import Glibc
import Workbook

extension Program {
    func validate(_ arguments: ParsedArguments) throws -> Int32 {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try ValidateVerb(arguments: arguments, program: self).run()
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text(colours: coloursAnswers))
        }
        return report.exitCode
    }

    func diff(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let old = try ConfigurationFiles.read(path: arguments.operands[0])
        let new = try ConfigurationFiles.read(path: arguments.operands[1])
        let report = DiffReport(difference: WorkbookDifference(old: old, new: new))
        switch format {
        case .json: console.out(report.json)
        case .text: console.out(masking: report.text)
        }
    }

    /// The terminal's facts are about standard error; answers go to standard output.
    private var coloursAnswers: Bool {
        Terminal(environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1).colours
    }
}
