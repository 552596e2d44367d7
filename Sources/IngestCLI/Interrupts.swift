import Glibc
import Ports
import Synchronization

/// Ctrl-C and its relatives. The first asks the run to stop, which it does cleanly; the second ends the process at once,
/// and what it leaves is removed by the next run.
enum Interrupts {
    private final class State: Sendable {
        let stop = StopSignal()
        let count = Atomic<Int>(0)
        let paints: Bool

        init() { paints = isatty(STDERR_FILENO) == 1 }
    }

    private static let state = State()

    /// What a signal would say with death, `write` says with an error that can be put into words.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
        // Beyond `ulimit -f`: EFBIG.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Handles SIGINT, SIGTERM and SIGHUP, except those that our parent had us ignore (nohup, background jobs).
    static func install() -> StopSignal {
        // Made before a handler can run: initialising it there would not be safe.
        let stop = state.stop
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            sigaction(number, nil, &action)
            if unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { Interrupts.received($0) }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        return stop
    }

    /// Runs in a signal handler: atomics, `write` and `_exit` only.
    private static func received(_ number: Int32) {
        let state = state
        if state.count.wrappingAdd(1, ordering: .relaxed).oldValue == 0 {
            state.stop.raise(number == SIGINT ? .interrupt : .terminate)
            return
        }
        if state.paints {
            var newline: UInt8 = 10
            _ = write(STDERR_FILENO, &newline, 1)
        }
        _exit(number == SIGINT ? ExitCode.interrupted : ExitCode.terminated)
    }
}
