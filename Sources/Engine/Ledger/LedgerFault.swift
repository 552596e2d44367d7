import Ports

/// What is wrong with the state of a table, or why a load of it may not go on.
package struct LedgerFault: Fault {
    package enum Reason: Equatable, Sendable {
        /// Another run is loading the table.
        case locked
        /// Another load took this one's number: nothing of it is visible, and the next run reads the same window.
        case superseded
        /// Whether the load is committed cannot be found out now; the next run settles it.
        case undecided
        /// A record is missing, changed or unreadable.
        case damaged
        /// The table belongs to another job, source or object.
        case foreign
        /// The load was committed, but its files are gone.
        case withdrawn
        /// There are files in the table's folder and no record of a load.
        case unrecorded
    }

    package var reason: Reason
    package var kind: FaultKind
    package var message: String
    package var remedy: String?

    package init(_ reason: Reason, _ kind: FaultKind, _ message: String, remedy: String? = nil) {
        self.reason = reason
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    static func foreign(_ name: String, in key: String, of table: String) -> LedgerFault {
        damaged(key, "names '\(name)', which is not in the folder of '\(table)'")
    }

    static func damaged(_ key: String, _ what: String) -> LedgerFault {
        LedgerFault(
            .damaged, .permanent, "'\(key)' \(what)",
            remedy:
                "Nothing was changed. Restore the folder '_ingest' from a backup; it is the list of what the table holds."
        )
    }
}
