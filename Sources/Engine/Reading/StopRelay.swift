import Glibc
import Ports

/// Passes the person's interrupt on to the signal of one load.
///
/// A load has a signal of its own, so that a failing unit stops its siblings without looking like an interrupt to the
/// rest of the run. A source waits on one descriptor only; hence a thread that waits on the outer signal for it.
final class StopRelay {
    private let ended = StopSignal()
    private let thread: NamedThread

    init(from outer: StopSignal, to inner: StopSignal) throws(EngineFault) {
        let ended = ended
        thread = try NamedThread("ingest-stop") {
            var descriptors = [
                pollfd(fd: outer.wakeDescriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: ended.wakeDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            while !outer.isRaised, !ended.isRaised {
                _ = poll(&descriptors, nfds_t(descriptors.count), -1)
            }
            if outer.isRaised { inner.raise(outer.reason) }
        }
    }

    func end() {
        ended.raise(.failure)
        thread.join()
    }
}
