import Glibc
import Ports

/// Waits, once for all jobs, for the transactions that could still write below what is frozen, and tells for those that
/// stay open what they cannot have written below.
struct TransactionWait {
    let list: TransactionList
    let terms: WindowTerms
    let stop: StopSignal
    let memory: ListingMemory
    /// Identifies the server's run.
    let server: String

    /// Those that are open after the wait, and those whose start tells enough without one.
    /// - Parameter all: waits for these, too: of numbers and texts a time says nothing.
    func open(
        all: Bool, recording listing: ListingMemory.Listing
    ) throws(PostgresFault) -> [OpenTransaction] {
        let deadline = MonotonicClock.now + terms.waitSeconds
        let first = try list.running()
        let isAwaited = { (transaction: OpenTransaction) in
            transaction.id != nil && (all || transaction.start == nil)
        }
        var open = first.filter { !isAwaited($0) }
        open += try wait(for: first.filter(isAwaited), until: deadline)
        // Who prepares its transaction gives up its virtual number: only now is the list of these complete.
        let prepared = try list.prepared()
        open += try wait(for: prepared, until: deadline)
        var listing = listing
        listing.open = Set((first + prepared).compactMap(\.id))
        memory.record(listing, server: server)
        return open
    }

    private func wait(for transactions: [OpenTransaction], until deadline: Double) throws(PostgresFault)
        -> [OpenTransaction]
    {
        var open = transactions
        var pause = 0.002
        while !open.isEmpty {
            open = try list.stillOpen(open)
            let left = deadline - MonotonicClock.now
            if open.isEmpty || left <= 0 { break }
            try Self.sleep(min(pause, left), stop: stop)
            pause = min(pause * 1.5, 0.25)
        }
        return open
    }

    static func sleep(_ seconds: Double, stop: StopSignal) throws(PostgresFault) {
        if stop.wait(seconds: seconds) { throw .cancelled("waiting for open transactions") }
    }
}
