import Ports
import Synchronization

/// Runs the next unit's statement, on a thread of its own, while rows of the present one are fetched: for drivers that take
/// whole results into memory, where server and driver would otherwise stand still in turn. The connection has one
/// statement that runs at a time, and its moment is the same for all.
///
/// The results of MariaDB's driver lie in memory, but its fetches are not quite by themselves. Each clears the connection's last
/// error, and a failure without an error counts as success, with a result of no rows: so what came without rows is asked for
/// once more while nothing is fetched, and rows that come then mean a failure. And a fetch behind the last row would end
/// the statement beside it: it waits for that one.
///
/// `@unchecked Sendable`: used on the driver's thread, which leaves `spare` alone between `begin` and `wait`.
final class ResultAhead: @unchecked Sendable {
    private let thread: DriverThread
    private let order: UnitStatements
    /// The one whose rows are not being fetched.
    private var spare: BoundStatement
    private var begun: (unit: Int, call: DriverCall<Result>)?
    private let connection: ConnectionHandle

    struct Result: Sendable {
        var bindings: [Binding]
        /// That lie in memory.
        var rows: Int
    }

    init(_ order: UnitStatements, spare: StatementHandle) throws(ODBCFault) {
        thread = try DriverThread(name: "ingest-ahead")
        connection = spare.connection
        self.order = order
        self.spare = BoundStatement(spare)
    }

    deinit { thread.end() }

    /// A statement runs. From any thread.
    var isUnderWay: Bool { connection.runsAside.load(ordering: .acquiring) }

    /// Has a unit's result brought, where there is such a unit and nothing has been begun.
    func begin(_ unit: Int) {
        guard begun == nil, order.units.indices.contains(unit) else { return }
        let (order, statement, connection) = (order, spare.handle, connection)
        connection.runsAside.store(true, ordering: .releasing)
        let call = thread.submit { () throws(ODBCFault) in
            defer { connection.runsAside.store(false, ordering: .releasing) }
            return Result(bindings: try order.begin(unit, on: statement), rows: statement.rowCount)
        }
        begun = (unit, call)
    }

    /// The unit's result, in place of that of `present` where it has rows. Nil: something else was begun, or nothing.
    func take(_ unit: Int, replacing present: inout BoundStatement) throws(ODBCFault) -> Result? {
        wait()
        defer { begun = nil }
        guard let begun, begun.unit == unit else { return nil }
        let result = try begun.call.result()
        if result.rows > 0 {
            swap(&present, &spare)
        } else if spare.handle.cancelled.isSet {
            throw .cancelled(UnitStatements.doing(order.units[unit]))
        }
        return result
    }

    /// Until the statement has ended, which whoever stops the connection's statement ends early.
    func wait() {
        if let begun { _ = thread.wait(for: begun.call, until: .infinity, stop: nil) }
    }

    /// Gives the result up.
    func close() {
        wait()
        begun = nil
        spare.handle.closeCursor()
        // Once the thread does something else it has let go of the statement.
        _ = thread.wait(for: thread.submit { () throws(ODBCFault) in }, until: .infinity, stop: nil)
    }
}
