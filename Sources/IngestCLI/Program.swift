import Glibc
import Ports

/// The program: from arguments to an exit code.
package struct Program: Sendable {
    package var console: Console
    package var terminal: Terminal
    package var environment: [String: String]
    package var stop: StopSignal
    package var sources: SourceTable

    package init(
        console: Console, terminal: Terminal, environment: [String: String], stop: StopSignal, sources: SourceTable
    ) {
        self.console = console
        self.terminal = terminal
        self.environment = environment
        self.stop = stop
        self.sources = sources
    }

    /// `arguments` without the program's name.
    package func run(_ arguments: [String]) -> Int32 {
        // Before anything can fail: errors may quote what they were given.
        for argument in arguments { console.hideSecrets(of: argument) }
        let code = dispatch(arguments)
        guard console.lostOutput else { return code }
        let isCopied = code == ExitCode.done && arguments.first == VerbTable.copy.name
        console.error(
            "error: cannot write to standard output" + (isCopied ? "; the copy itself is complete" : "") + "\n")
        return code == ExitCode.done ? ExitCode.failed : code
    }

    private func dispatch(_ arguments: [String]) -> Int32 {
        guard let first = arguments.first else {
            console.error(HelpText.overview(width: helpWidth))
            return ExitCode.usage
        }
        switch first {
        case "--version", "-V":
            console.out(Version.line + "\n")
            return ExitCode.done
        case "--help", "-h":
            console.out(HelpText.overview(width: helpWidth))
            return ExitCode.done
        default: break
        }
        let wantsJSON = OutputFormat.isJSON(arguments)
        do {
            guard let verb = VerbTable.verb(first) else { throw unknownVerb(first) }
            let parsed = try ParsedArguments(arguments.dropFirst(), for: verb)
            if parsed.has("help") {
                console.out(HelpText.manual(for: verb, width: helpWidth))
                return ExitCode.done
            }
            return try perform(verb, parsed)
        } catch {
            return report(error, asJSON: wantsJSON)
        }
    }

    private func perform(_ verb: VerbSpec, _ arguments: ParsedArguments) throws -> Int32 {
        switch verb.name {
        case "demo": return try DemoVerb(folder: arguments.operands.first ?? "ingest-demo", program: self).run()
        case "run": return try runJobs(arguments)
        case "files": try files(arguments)
        case "status": try status(arguments)
        case "history": try history(arguments)
        case "quality": try quality(arguments)
        case "plan": return try plan(arguments)
        case "watermark": try watermark(arguments)
        case "backfill": return try backfill(arguments)
        case "repair": return try repair(arguments)
        case "adopt": try adopt(arguments)
        case "report": try report(arguments)
        case "schema": try schema(arguments)
        case "doctor": return try doctor(arguments)
        case "copy": try copy(arguments)
        case "inspect": try inspect(arguments)
        case "init": try initialise(arguments)
        case "template": try template(arguments)
        case "validate": return try validate(arguments)
        case "diff": try diff(arguments)
        case "discover": try discover(arguments)
        case "preview": try preview(arguments)
        case "alert": return try alert(arguments)
        case "config": return try config(arguments)
        case "completions":
            let shell = arguments.operands[0]
            guard let script = CompletionScript(rawValue: shell) else {
                throw UsageFault("'\(shell)' is not one of bash, zsh, fish", verb: verb.name)
            }
            console.out(script.text)
        case "help" where arguments.has("man"): console.out(ManPage.text)
        case "help":
            guard let name = arguments.operands.first else {
                console.out(HelpText.overview(width: helpWidth))
                break
            }
            guard let verb = VerbTable.verb(name) else { throw unknownVerb(name) }
            console.out(HelpText.manual(for: verb, width: helpWidth))
        default: throw UsageFault("'\(verb.name)' is not in this version", verb: nil)
        }
        return ExitCode.done
    }

    private func copy(_ arguments: ParsedArguments) throws {
        let options = try CopyOptions(arguments)
        let report = try CopyVerb(options: options, program: self).run()
        switch options.format {
        case .json: console.out(report.json)
        case .text: if !options.quiet { console.error(report.text) }
        }
    }

    private func inspect(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let depth: FileInspection.Depth =
            arguments.has("pages") ? .pages : arguments.has("row-groups") ? .rowGroups : .file
        let inspection = try FileInspection(path: arguments.operands[0], depth: depth)
        switch format {
        case .json: console.out(try inspection.json().text + "\n")
        case .text: console.out(try inspection.text())
        }
    }

    private func report(_ error: any Error, asJSON: Bool) -> Int32 {
        let report = FaultReport(error)
        if asJSON {
            console.out(report.json)
        } else {
            console.error(report.text(colours: terminal.colours))
        }
        return ExitCode.of(report.fault, stop: stop.reason)
    }

    private func unknownVerb(_ name: String) -> UsageFault {
        let nearest = NearestName.suggestion(for: name, among: VerbTable.verbs.map(\.name))
        let kind = name.hasPrefix("-") ? "option" : "verb"
        return UsageFault("Unknown \(kind) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""), verb: nil)
    }

    private var helpWidth: Int {
        isatty(STDOUT_FILENO) == 1 ? min(max(Terminal.width, 60), 100) : 80
    }
}
