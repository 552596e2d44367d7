import Glibc
import Ports

extension Program {
    /// The whole process: takes the arguments, environment and signals as they are. Returns the exit code.
    package static func runProcess() -> Int32 {
        // First of all: what is opened later must not get the number of a standard stream.
        StandardStreams.occupyClosed()
        ProcessMemory.configureAllocator()
        let environment = currentEnvironment()
        var redactor = Redactor()
        if let password = environment["PGPASSWORD"] { redactor.add(secret: password) }
        let console = Console(redactor: redactor)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let index = firstArgumentThatIsNotUTF8 {
            console.error("error: argument \(index) is not UTF-8\n  Names in another encoding cannot be given here.\n")
            return ExitCode.usage
        }
        guard OpenFiles.raiseLimit() else {
            console.error(
                "error: this process may open fewer than \(OpenFiles.needed) files\n  Raise the limit (ulimit -n).\n")
            return ExitCode.failed
        }
        Interrupts.ignoreBrokenPipes()
        let stop = arguments.first.flatMap(VerbTable.verb)?.stopsCleanly == true ? Interrupts.install() : StopSignal()
        let program = Program(
            console: console, terminal: Terminal(environment: environment), environment: environment, stop: stop,
            sources: .standard)
        return program.run(arguments)
    }

    /// Swift repairs such arguments, so that a file would be looked for, or made, under another name. The program's name
    /// is number 0.
    private static var firstArgumentThatIsNotUTF8: Int? {
        (1..<max(1, Int(CommandLine.argc))).first { index in
            // SAFETY: argv has argc entries, each ends with a NUL; nobody changes them.
            CommandLine.unsafeArgv[index].map { String(validatingCString: $0) == nil } ?? false
        }
    }

    private static func currentEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        // SAFETY: read once, before any thread of ours exists.
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return result
    }
}
