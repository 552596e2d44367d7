import Glibc
import Ports

extension Program {
    /// The whole process: takes the arguments, environment and signals as they are. Returns the exit code.
    package static func runProcess() -> Int32 {
        ProcessMemory.configureAllocator()
        let environment = currentEnvironment()
        var redactor = Redactor()
        if let password = environment["PGPASSWORD"] { redactor.add(secret: password) }
        let program = Program(
            console: Console(redactor: redactor), terminal: Terminal(environment: environment),
            environment: environment, stop: Interrupts.install(), sources: .standard)
        return program.run(Array(CommandLine.arguments.dropFirst()))
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
