import Glibc

extension Program {
    func runJobs(_ arguments: ParsedArguments) throws -> Int32 {
        if arguments.has("dry-run") { return try plan(arguments) }
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try RunVerb(arguments: arguments, program: self).run()
        switch format {
        case .json: console.out(report.json)
        case .text: if !arguments.has("quiet") { console.error(report.text) }
        }
        return report.exitCode
    }
}
