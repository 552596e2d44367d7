import Glibc
import Ports

/// One wait on a socket and the stop signal.
enum SocketWait {
    enum Outcome: Equatable { case ready, stopped, late }

    /// `deadline` on the monotonic clock. Ready also on errors of the socket: the next read reports them.
    static func wait(socket: Int32, events: Int16, stop: StopSignal, until deadline: Double) -> Outcome {
        var descriptors = [
            pollfd(fd: stop.wakeDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: events, revents: 0),
        ]
        while true {
            if stop.isRaised { return .stopped }
            let left = deadline - MonotonicClock.now
            guard left > 0 else { return .late }
            // Rounded up, so that the last poll does not spin.
            let milliseconds = Int32(min(left * 1000 + 1, 1_000_000_000))
            let ready = poll(&descriptors, 2, milliseconds)
            if ready > 0 {
                if descriptors[0].revents != 0 { return .stopped }
                return .ready
            }
            // 0: late, decided above; EINTR: again. Other errors: let the read report them.
            if ready < 0 && errno != EINTR { return .ready }
        }
    }
}
