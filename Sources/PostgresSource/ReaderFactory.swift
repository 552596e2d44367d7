import Ports

/// Makes connections that stand in the snapshot of one read and hold its locks.
struct ReaderFactory: Sendable {
    var shelf: ConnectionShelf
    var stop: StopSignal
    var snapshot: String
    /// Statement that takes the locks.
    var lock: String
    var identity: ServerIdentity

    /// Waits for a free connection. The one that holds the snapshot is not given up meanwhile: others end without us.
    func connect() throws(PostgresFault) -> Connection { try joined(try shelf.take(stop: stop)) }

    func connectIfFree() throws(PostgresFault) -> Connection? {
        guard let connection = try shelf.takeIfFree(stop: stop) else { return nil }
        return try joined(connection)
    }

    private func joined(_ connection: Connection) throws(PostgresFault) -> Connection {
        do throws(PostgresFault) {
            try begin(on: connection)
        } catch {
            connection.giveBack()
            throw error
        }
        return connection
    }

    private func begin(on connection: Connection) throws(PostgresFault) {
        do throws(PostgresFault) {
            _ = try connection.execute(
                TransactionText.reader(snapshot: snapshot, on: connection), doing: "joining the snapshot")
        } catch {
            guard error.reason == .server else { throw error }
            throw PostgresFault(
                .snapshotLost, kind: .transient,
                "A reading connection cannot join the snapshot: \(error.message)",
                remedy:
                    "The session that held it is gone, or a pooler or a list of hosts led to another server; connect to one "
                    + "server directly, and read everything again.", sqlstate: error.sqlstate)
        }
        _ = try connection.executeOne(lock, doing: "locking the table for reading")
        let reached = try ServerIdentity(on: connection)
        guard reached == identity else {
            throw PostgresFault(
                .snapshotLost, kind: .configuration,
                "Two connections with the same settings reached two servers (\(connection.place))",
                remedy: "Name one host instead of a list, or read with one connection.")
        }
        // The locks are held; from here on nothing waits for one but what the server itself needs.
        _ = try connection.execute(
            "SET LOCAL lock_timeout = '\(shelf.settings.lockSeconds)s'", doing: "setting up the session")
    }
}
