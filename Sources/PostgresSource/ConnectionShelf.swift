import Glibc
import Ports
import Synchronization

/// The connections of one source: at most so many at a time, over all who read from it; who is done with one leaves it for
/// the next, which spares signing in.
///
/// Nobody who holds a connection ever waits for another one: what is wanted beyond the first is taken only where it is free.
/// So two reads cannot wait for each other.
final class ConnectionShelf: Sendable {
    private struct State {
        /// In use, those included that are just being made.
        var lent = 0
        var idle: [Connection] = []
        /// Who waits for a place, in the order of coming.
        var waiting: [UInt64] = []
        var tickets: UInt64 = 0
    }

    let settings: ConnectionSettings
    let limit: Int
    private let state = Mutex(State())

    init(_ settings: ConnectionSettings, limit: Int) {
        self.settings = settings
        self.limit = max(1, limit)
    }

    /// Those that lie here are closed when the last who could use them goes.
    deinit {
        for connection in state.withLock({ $0.idle }) { connection.close() }
    }

    /// Waits until there is a place.
    func take(stop: StopSignal) throws(PostgresFault) -> Connection {
        let ticket = state.withLock { state in
            state.tickets += 1
            state.waiting.append(state.tickets)
            return state.tickets
        }
        while true {
            let mayGo = state.withLock { state in
                guard state.waiting.first == ticket, state.lent < limit else { return false }
                state.waiting.removeFirst()
                state.lent += 1
                return true
            }
            if mayGo { return try lend(stop: stop) }
            // A wait on nothing but the stop signal.
            let outcome = SocketWait.wait(socket: -1, events: 0, stop: stop, until: MonotonicClock.now + 0.005)
            if outcome == .stopped {
                state.withLock { $0.waiting.removeAll { $0 == ticket } }
                throw .cancelled("waiting for a free connection to \(settings["host"] ?? "the server")")
            }
        }
    }

    /// Nil where none is free, or somebody waits who has none.
    func takeIfFree(stop: StopSignal) throws(PostgresFault) -> Connection? {
        let mayGo = state.withLock { state in
            guard state.waiting.isEmpty, state.lent < limit else { return false }
            state.lent += 1
            return true
        }
        return mayGo ? try lend(stop: stop) : nil
    }

    private func lend(stop: StopSignal) throws(PostgresFault) -> Connection {
        do throws(PostgresFault) {
            while let connection = state.withLock({ $0.idle.popLast() }) {
                if connection.lend(from: self, stop: stop) { return connection }
                connection.close()
                if stop.isRaised { throw .cancelled("connecting") }
            }
            let connection = try Connection.connect(settings, stop: stop)
            connection.lender = self
            return connection
        } catch {
            placeIsFree()
            throw error
        }
    }

    func placeIsFree() { state.withLock { $0.lent -= 1 } }

    /// Healthy, and in no transaction.
    func takeBack(_ connection: Connection) {
        state.withLock { state in
            state.lent -= 1
            state.idle.append(connection)
        }
    }

    /// For tests.
    var counts: (lent: Int, idle: Int) { state.withLock { ($0.lent, $0.idle.count) } }
}

extension Connection {
    /// Ends the transaction and goes back to where the connection came from, for whoever needs one next. One that has
    /// anything wrong with it is closed.
    func giveBack() {
        // ROLLBACK takes back what a query may have set for the session.
        guard let lender, !isClosed, !stop.isRaised, !weCancelled, tidy("ROLLBACK") else { return close() }
        self.lender = nil
        lender.takeBack(self)
    }

    /// As if it were new. False: it is dead, or does not obey.
    fileprivate func lend(from shelf: ConnectionShelf, stop: StopSignal) -> Bool {
        adopt(stop)
        guard tidy("DISCARD ALL") else { return false }
        lender = shelf
        return true
    }
}
