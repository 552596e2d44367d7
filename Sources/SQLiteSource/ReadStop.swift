import Ports
import Synchronization

/// Why a connection must not go on: a person's stop, a sibling's failure, or the end of the read. Asked by SQLite itself,
/// in its progress and busy handlers.
final class ReadStop: Sendable {
    let signal: StopSignal
    /// How long a lock of another program is waited for. Infinity: for ever.
    let lockSeconds: Double
    private let closed = Atomic<Bool>(false)

    init(_ signal: StopSignal, lockSeconds: Double) {
        self.signal = signal
        self.lockSeconds = lockSeconds
    }

    func close() { closed.store(true, ordering: .relaxed) }
    var isRaised: Bool { signal.isRaised || closed.load(ordering: .relaxed) }

    /// Waits before the lock is tried for the `attempt`th time. False: it is not to be tried again.
    func waitForLock(attempt: Int, since started: Double) -> Bool {
        guard !isRaised, SystemClock().seconds - started < lockSeconds else { return false }
        _ = signal.wait(seconds: Double(min(1 << min(attempt, 6), 50)) / 1000)
        return !isRaised
    }
}
