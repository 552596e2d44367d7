import Glibc
import Ports
import Synchronization

/// The thread on which every call into a driver for one connection is made, one after the other, but for what `ResultAhead`
/// does on another one.
///
/// Drivers ignore login timeouts, query timeouts and cancellation as they please, and a call into one cannot be
/// interrupted. So whoever wants something of a driver waits here beside the thread that does it: until it is done, a
/// deadline passes or somebody asks to stop. A call that never returns costs this thread and its connection, which are
/// left behind, and nobody else's time.
final class DriverThread: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isEnding = false
    }

    private let state = Mutex(State())
    private let work: WakePipe
    private let completion: WakePipe
    /// Held during each call, for drivers that are not thread-safe.
    private let gate = Mutex<DriverGate?>(nil)

    init(name: String = "ingest-odbc") throws(ODBCFault) {
        work = try WakePipe()
        completion = try WakePipe()
        try DetachedThread.start(name) { [self] in run() }
    }

    /// From now on no two calls are made at a time under the same gate.
    func serialise(by gate: DriverGate) { self.gate.withLock { $0 = gate } }

    /// Has `body` done after everything that was submitted before.
    func submit<R: Sendable>(_ body: @escaping @Sendable () throws(ODBCFault) -> R) -> DriverCall<R> {
        let call = DriverCall<R>()
        enqueue { [self] in
            let gate = gate.withLock { $0 }
            gate?.enter()
            do throws(ODBCFault) { call.settle(.success(try body())) } catch { call.settle(.failure(error)) }
            gate?.leave()
            completion.wake()
        }
        return call
    }

    /// Ends the thread after what was submitted. Nothing may be submitted after this.
    func end() {
        state.withLock { $0.isEnding = true }
        work.wake()
    }

    enum WaitEnd { case done, deadline, stopped }

    /// `stop` may be nil: then only the deadline ends the wait. One thread waits at a time.
    func wait<R: Sendable>(for call: DriverCall<R>, until deadline: Double, stop: StopSignal?) -> WaitEnd {
        let clock = SystemClock()
        while !call.isSettled {
            if stop?.isRaised == true { return .stopped }
            let left = deadline - clock.seconds
            guard left > 0 else { return .deadline }
            var descriptors = [
                pollfd(fd: completion.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop?.wakeDescriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&descriptors, 2, Int32(min(left * 1000 + 1, 1_000_000)))
            if descriptors[0].revents != 0 { completion.drain() }
        }
        return .done
    }

    private func enqueue(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        work.wake()
    }

    private func run() {
        while true {
            let (job, isEnding) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isEnding)
            }
            if let job {
                job()
            } else if isEnding {
                return
            } else {
                var descriptor = pollfd(fd: work.descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&descriptor, 1, -1)
                work.drain()
            }
        }
    }
}

/// What a call into a driver came to, once it returned.
final class DriverCall<R: Sendable>: Sendable {
    private let outcome = Mutex<Result<R, ODBCFault>?>(nil)

    var isSettled: Bool { outcome.withLock { $0 != nil } }
    func settle(_ result: Result<R, ODBCFault>) { outcome.withLock { $0 = result } }

    func result() throws(ODBCFault) -> R {
        guard let outcome = outcome.withLock({ $0 }) else { preconditionFailure("wait for a call before taking it") }
        return try outcome.get()
    }
}

/// Lets one thread at a time into a driver that is not thread-safe.
final class DriverGate: @unchecked Sendable {
    // SAFETY: a pthread mutex at a fixed address, which is what it is for. Swift's `Mutex` lends itself to closures only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private static let gates = Mutex<[String: DriverGate]>([:])

    private init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    /// One per driver, for as long as the process lives.
    static func of(driver: String) -> DriverGate {
        gates.withLock { gates in
            if let gate = gates[driver] { return gate }
            let gate = DriverGate()
            gates[driver] = gate
            return gate
        }
    }

    func enter() { pthread_mutex_lock(mutex) }
    func leave() { pthread_mutex_unlock(mutex) }
}
