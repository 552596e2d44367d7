import CSQLite
import Ports

/// The error of this target: what SQLite said, or a value that cannot be kept.
package struct SQLiteFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    /// SQLite's extended result code; nil where SQLite did not speak.
    package var code: Int?
    /// Where a name was not found: those like it. Nil for every other fault.
    package var namesLikeIt: [String]?

    package init(
        _ kind: FaultKind, _ message: String, remedy: String? = nil, code: Int? = nil, namesLikeIt: [String]? = nil
    ) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.code = code
        self.namesLikeIt = namesLikeIt
    }

    /// What the write lock could not be had for.
    enum LockRefusal { case busy, notWritable, other }

    var lockRefusal: LockRefusal {
        switch Int32(truncatingIfNeeded: code ?? 0) & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: .notWritable
        default: .other
        }
    }

    /// What SQLite answered while `doing` something to `file`.
    static func answered(_ code: Int32, _ text: String, doing: String, file: String) -> SQLiteFault {
        let (kind, remedy) = meaning(of: code, file: file)
        let message =
            kind == .cancelled ? "Stopped while \(doing)" : "SQLite, \(doing): \(text) (result code \(code), '\(file)')"
        return SQLiteFault(kind, message, remedy: remedy, code: Int(code))
    }

    /// Decided by the result code alone (https://www.sqlite.org/rescode.html).
    private static func meaning(of code: Int32, file: String) -> (FaultKind, String?) {
        switch code {
        case SQLITE_READONLY | 3 << 8, SQLITE_BUSY | 1 << 8:
            // SQLITE_READONLY_ROLLBACK: "a hot journal needs to be rolled back"; SQLITE_BUSY_RECOVERY.
            return (
                .transient,
                "A program that wrote to it was cut off. Open the file once with a program that may write to it, for "
                    + "instance: sqlite3 '\(file)' 'SELECT count(*) FROM sqlite_schema'. ingest writes nothing to a source."
            )
        case SQLITE_READONLY | 1 << 8, SQLITE_READONLY | 5 << 8, SQLITE_READONLY | 6 << 8:
            return (
                .permanent,
                "The file is in WAL mode, and reading it needs the right to write its -shm file or to make one in its folder. "
                    + "Grant that, or read a copy made by: sqlite3 '\(file)' '.backup COPY'."
            )
        default: break
        }
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return (
                .transient,
                "Another program keeps the file locked; try again later, or wait longer (--stall-timeout, stall_timeout)."
            )
        case SQLITE_INTERRUPT: return (.cancelled, nil)
        case SQLITE_PROTOCOL, SQLITE_SCHEMA: return (.transient, "Try again.")
        case SQLITE_NOMEM: return (.transient, "There is not enough memory; close other programs, or try again.")
        case SQLITE_CORRUPT:
            return (
                .permanent,
                "The file is damaged: sqlite3 '\(file)' 'PRAGMA integrity_check' says where. Restore it from a backup, or "
                    + "rescue what can be had with sqlite3's .recover."
            )
        case SQLITE_NOTADB:
            return (.permanent, "The file is no SQLite database, or it is encrypted; ingest reads neither.")
        case SQLITE_CANTOPEN, SQLITE_PERM:
            return (
                .permanent,
                "Check that the file and its folder may be read. A file in WAL mode also needs its -shm and -wal files, or "
                    + "the right to make them in its folder."
            )
        case SQLITE_IOERR, SQLITE_FULL:
            return (.permanent, "Check the disk, and the space where SQLite sorts (SQLITE_TMPDIR, else /var/tmp).")
        case SQLITE_TOOBIG:
            return (.permanent, "SQLite handles values of at most 1,000,000,000 bytes; leave the row or column out.")
        case SQLITE_AUTH:
            return (.configuration, "Only reading is allowed here; give a SELECT statement.")
        case SQLITE_ERROR:
            return (.configuration, "Check the statement, best by running it in the sqlite3 shell.")
        default: return (.permanent, nil)
        }
    }
}
