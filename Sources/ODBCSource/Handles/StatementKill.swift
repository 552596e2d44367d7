import Ports

/// Stops a statement by a word to its server, through a connection of its own: for drivers whose SQLCancel is no safe way.
struct StatementKill: Sendable {
    let target: ODBCTarget
    let options: ODBCOptions
    /// `KILL QUERY 42`.
    let sql: String

    /// On a thread of its own, which ends by itself; whoever waits for the statement has a deadline.
    func send() {
        try? DetachedThread.start("ingest-cancel") {
            do throws(ODBCFault) {
                let handle = try ConnectionHandle()
                try handle.connect(target, options: options)
                let statement = try StatementHandle(
                    handle, product: .mysql, redactor: target.redactor, cancelled: CancelFlag())
                try statement.executeDirectly(sql, doing: "stopping a statement")
            } catch {
                // The statement has ended, or the server is not to be reached: the connection is left behind.
            }
        }
    }
}
