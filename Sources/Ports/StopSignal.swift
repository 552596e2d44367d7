import Glibc
import Synchronization

/// Tells every thread of a run to stop, and wakes those that wait in `poll`.
///
/// Raising is async-signal-safe: an atomic store and a `write` to a pipe that is never read, so that every `poll` on it
/// returns at once from then on.
package final class StopSignal: Sendable {
    package enum Reason: Int, Sendable, AtomicRepresentable {
        case none = 0
        /// SIGINT, SIGTERM, or another unit's failure.
        case interrupt, terminate, failure
    }

    /// Readable once stopped: put it beside the sockets in `poll`.
    package let wakeDescriptor: Int32
    private let writeEnd: Int32
    private let state = Atomic<Reason>(.none)

    package init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system refuses a pipe: too many open files")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeDescriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        _ = Glibc.close(wakeDescriptor)
        _ = Glibc.close(writeEnd)
    }

    package var reason: Reason { state.load(ordering: .acquiring) }
    package var isRaised: Bool { reason != .none }

    /// The first reason stays.
    package func raise(_ reason: Reason) {
        _ = state.compareExchange(expected: .none, desired: reason, ordering: .acquiringAndReleasing)
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
