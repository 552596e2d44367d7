import Ports
import Synchronization

@testable import IngestCLI

/// What one run of the whole program printed, and how it ended.
struct ProgramRun {
    var code: Int32
    var out: String
    var error: String

    init(_ arguments: [String], sources: SourceTable = .standard) {
        let out = Mutex("")
        let error = Mutex("")
        let console = Console(
            out: { text in
                out.withLock { $0 += text }
                return true
            },
            error: { text in
                error.withLock { $0 += text }
                return true
            })
        let program = Program(
            console: console, terminal: Terminal(repaints: false, colours: false), environment: [:], stop: StopSignal(),
            sources: sources)
        code = program.run(arguments)
        self.out = out.withLock { $0 }
        self.error = error.withLock { $0 }
    }
}
