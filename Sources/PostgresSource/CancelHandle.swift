import CLibpq
import Glibc
import Synchronization

/// Owns one PGcancel: the means to stop a running statement from another thread.
///
/// Sendable by libpq's word: "The application can therefore use this … from a thread different from the one manipulating
/// the PGconn object" (https://www.postgresql.org/docs/current/libpq-cancel.html).
final class CancelHandle: @unchecked Sendable {
    private let raw: OpaquePointer
    private let done: Mutex<Bool> = Mutex(false)

    init?(_ connection: OpaquePointer) {
        guard let raw = PQgetCancel(connection) else { return nil }
        self.raw = raw
        LiveHandles.cancels.add(1, ordering: .relaxed)
    }

    deinit {
        PQfreeCancel(raw)
        LiveHandles.cancels.subtract(1, ordering: .relaxed)
    }

    /// Asks the server to stop the statement. PQcancel connects anew and waits as long as the network lets it, so it runs
    /// on a thread of its own and is waited for `seconds` at most; the thread then ends by itself.
    func send(waitingAtMost seconds: Double = 5) {
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { argument in
                let handle = Unmanaged<CancelHandle>.fromOpaque(argument!).takeRetainedValue()
                var complaint = [CChar](repeating: 0, count: 256)
                _ = PQcancel(handle.raw, &complaint, 256)
                handle.done.withLock { $0 = true }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        guard started == 0 else {
            Unmanaged.passUnretained(self).release()
            return
        }
        pthread_detach(thread)
        let deadline = MonotonicClock.now + seconds
        while !done.withLock({ $0 }) && MonotonicClock.now < deadline { usleep(1000) }
    }
}

/// Seconds on a clock that only goes forward.
enum MonotonicClock {
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
