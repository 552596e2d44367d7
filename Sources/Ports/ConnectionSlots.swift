import Synchronization

/// How many connections one source may have open at a time, over all reads of all jobs.
///
/// Who reads takes all that it will use in one step, and gives them back when it closes: nobody waits while it holds some, so
/// no two can wait for each other.
package final class ConnectionSlots: Sendable {
    package let count: Int
    private let free: Mutex<Int>

    package init(_ count: Int) {
        self.count = max(1, count)
        free = Mutex(self.count)
    }

    /// As many as are free, up to `wanted`; waits until there is at least one. Nil: stopped while waiting.
    package func take(upTo wanted: Int, stop: StopSignal) -> ConnectionLease? {
        while true {
            let taken = free.withLock { free in
                let taken = min(free, max(1, wanted))
                free -= taken
                return taken
            }
            if taken > 0 { return ConnectionLease(self, taken) }
            if stop.wait(seconds: 0.01) { return nil }
        }
    }

    fileprivate func giveBack(_ count: Int) { free.withLock { $0 += count } }
}

/// Connections that may be open.
package final class ConnectionLease: Sendable {
    private let slots: ConnectionSlots
    private let held: Mutex<Int>

    fileprivate init(_ slots: ConnectionSlots, _ count: Int) {
        self.slots = slots
        held = Mutex(count)
    }

    deinit { keep(0) }

    package var count: Int { held.withLock { $0 } }

    /// Gives back all but `count`. Idempotent.
    package func keep(_ count: Int) {
        let surplus = held.withLock { held in
            let surplus = max(0, held - count)
            held -= surplus
            return surplus
        }
        if surplus > 0 { slots.giveBack(surplus) }
    }
}
