import Ports
import Synchronization

/// Runs the next unit's statement, on a thread of its own, while rows of the present one are fetched: for drivers that take
/// whole results into memory, where server and driver would otherwise stand still in turn. The connection has one
/// statement that runs at a time, and its moment is the same for all.
///
/// Each fetch of MariaDB's driver clears the last error of the connection, and a failure without an error counts as success
/// there: a statement beside it may have failed although nothing says so, with a result of no rows. So only a result that has
/// rows is relied on. Whatever else came is asked for once more while nothing is fetched, and then says what it is.
///
/// `@unchecked Sendable`: used on the driver's thread only, apart from `isUnderWay`.
final class ResultAhead: @unchecked Sendable {
    private let thread: DriverThread
    private let order: UnitStatements
    /// The one whose rows are not being fetched.
    private var spare: BoundStatement
    private var begun: (unit: Int, call: DriverCall<Result>)?
    private let runs = Atomic<Bool>(false)

    struct Result: Sendable {
        var bindings: [Binding]
        /// That lie in memory.
        var rows: Int
    }

    init(_ order: UnitStatements, spare: StatementHandle) throws(ODBCFault) {
        thread = try DriverThread()
        self.order = order
        self.spare = BoundStatement(spare)
    }

    deinit { thread.end() }

    /// A statement runs.
    var isUnderWay: Bool { runs.load(ordering: .acquiring) }

    /// Has a unit's result brought, where there is such a unit and nothing has been begun.
    func begin(_ unit: Int) {
        guard begun == nil, order.units.indices.contains(unit) else { return }
        let (order, statement) = (order, spare.handle)
        runs.store(true, ordering: .releasing)
        let call = thread.submit { [self] () throws(ODBCFault) in
            defer { runs.store(false, ordering: .releasing) }
            return Result(bindings: try order.begin(unit, on: statement), rows: statement.rowCount)
        }
        begun = (unit, call)
    }

    /// The unit's result in place of that of `present`, which nobody needs any more. Nil: there is none to rely on.
    func take(_ unit: Int, replacing present: inout BoundStatement) throws(ODBCFault) -> Result? {
        let begun = begun
        settle()
        guard let begun, begun.unit == unit else { return nil }
        do throws(ODBCFault) {
            let result = try begun.call.result()
            guard result.rows > 0 else { return nil }
            swap(&present, &spare)
            return result
        } catch {
            // Nobody waits for it.
            guard !spare.handle.cancelled.isSet else { throw error }
            return nil
        }
    }

    /// Waits for what was begun: until then nothing else may be asked of the connection. It is stopped by whoever stops
    /// the connection's statement.
    func settle() {
        guard let begun else { return }
        _ = thread.wait(for: begun.call, until: .infinity, stop: nil)
        self.begun = nil
    }

    /// Gives the result up.
    func close() {
        settle()
        spare.handle.closeCursor()
    }
}
