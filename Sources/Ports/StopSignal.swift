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

    /// Readable once stopped: put it beside the sockets in `poll`. −1, which `poll` skips, where the system had no
    /// descriptor left: waits then end at their deadlines.
    package let wakeDescriptor: Int32
    private let writeEnd: Int32
    private let state = Atomic<Reason>(.none)

    package init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeDescriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        guard wakeDescriptor >= 0 else { return }
        _ = Glibc.close(wakeDescriptor)
        _ = Glibc.close(writeEnd)
    }

    package var reason: Reason { state.load(ordering: .acquiring) }
    package var isRaised: Bool { reason != .none }

    /// Waits for so long, or until it is raised. Whether it is raised then.
    package func wait(seconds: Double) -> Bool {
        let clock = SystemClock()
        let end = clock.seconds + seconds
        while !isRaised, case let left = end - clock.seconds, left > 0 {
            var wake = pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)
            // Rounded up, so that the last poll does not spin.
            _ = poll(&wake, 1, Int32(min(left * 1000 + 1, 60_000)))
        }
        return isRaised
    }

    /// The first reason stays.
    package func raise(_ reason: Reason) {
        _ = state.compareExchange(expected: .none, desired: reason, ordering: .acquiringAndReleasing)
        guard writeEnd >= 0 else { return }
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
