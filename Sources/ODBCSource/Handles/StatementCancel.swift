import CODBC
import Glibc
import Synchronization

/// SQLCancel: the one call that is made beside another on the same handle.
enum StatementCancel {
    /// Some drivers connect anew to cancel, and wait as long as the network lets them: so on a thread of its own, which ends
    /// by itself. The handle is not freed before that.
    static func send(_ statement: StatementHandle) {
        let (raw, cancellations) = (Unchecked(value: statement.raw), statement.cancellations)
        cancellations.begin()
        do {
            try DetachedThread.start("ingest-cancel") {
                SQLCancel(raw.value)
                cancellations.end()
            }
        } catch {
            cancellations.end()
        }
    }

    private struct Unchecked: @unchecked Sendable {
        // SAFETY: "canceling a function running on the statement on another thread" is what SQLCancel is for.
        let value: SQLHSTMT
    }
}

/// How many cancellations of one handle are under way.
final class Cancellations: Sendable {
    private let count = Atomic<Int>(0)

    func begin() { count.add(1, ordering: .acquiringAndReleasing) }
    func end() { count.subtract(1, ordering: .acquiringAndReleasing) }
    var isUnderWay: Bool { count.load(ordering: .acquiring) > 0 }
}

/// Statement handles that nobody uses any more. They are freed on the driver's thread, which may wait for its driver: freeing
/// one whose answer was cut off makes some drivers read that answer to its end, however long it does not come. And before
/// their connection is closed, which takes along those that are left: a later SQLFreeHandle would meet whatever has their
/// address by then.
final class RetiredStatements: @unchecked Sendable {
    private struct State {
        var waiting: [(raw: UInt, cancellations: Cancellations)] = []
        /// The connection is being closed, or is.
        var isOver = false
    }

    // SAFETY: the handles in it belong to nobody else.
    private let state = Mutex(State())

    func add(_ raw: SQLHSTMT, _ cancellations: Cancellations) {
        state.withLock { if !$0.isOver { $0.waiting.append((UInt(bitPattern: raw), cancellations)) } }
    }

    /// Those that are not being cancelled. On the driver's thread.
    func freeIdle() {
        let idle = state.withLock { state in
            let idle = state.waiting.filter { !$0.cancellations.isUnderWay }
            state.waiting.removeAll { retired in idle.contains { $0.raw == retired.raw } }
            return idle
        }
        for (raw, _) in idle { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), SQLHSTMT(bitPattern: raw)) }
    }

    /// The last ones. On the driver's thread.
    func freeAll() {
        let retired = state.withLock { state in
            defer { state.waiting = [] }
            state.isOver = true
            return state.waiting
        }
        for (raw, cancellations) in retired {
            while cancellations.isUnderWay { usleep(1000) }
            SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), SQLHSTMT(bitPattern: raw))
        }
    }
}
