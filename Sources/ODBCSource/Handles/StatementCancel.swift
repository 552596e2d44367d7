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

/// Statement handles that nobody uses any more while they are being cancelled. They are freed before their connection is
/// closed: it would take them along, and a later SQLFreeHandle would meet whatever has their address by then.
final class RetiredStatements: @unchecked Sendable {
    // SAFETY: the handles in it belong to nobody else.
    private let waiting = Mutex<[(raw: UInt, cancellations: Cancellations)]>([])

    func free(_ raw: SQLHSTMT, after cancellations: Cancellations) {
        if cancellations.isUnderWay {
            waiting.withLock { $0.append((UInt(bitPattern: raw), cancellations)) }
        } else {
            SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), raw)
        }
    }

    /// On the driver thread, which may wait for its driver.
    func freeAll() {
        let retired = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for (raw, cancellations) in retired {
            while cancellations.isUnderWay { usleep(1000) }
            SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), SQLHSTMT(bitPattern: raw))
        }
    }
}
