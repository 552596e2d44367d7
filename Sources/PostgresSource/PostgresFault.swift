import Ports

/// What went wrong between us and a PostgreSQL server, in words that name the object.
package struct PostgresFault: Fault, Equatable {
    package enum Reason: Equatable, Sendable {
        /// The server refused; `sqlstate` says why.
        case server
        /// No connection, or it was lost.
        case connection
        /// No byte came for longer than the stall deadline.
        case stalled
        /// We were told to stop.
        case cancelled
        /// What was asked for cannot be: a wrong name, a query that is none.
        case invalidUse
        /// The stream is not what the server described.
        case corruptStream
        /// A value that the column's type cannot hold.
        case unrepresentable
        /// The units would not be of one moment any more; all of them are to be read again.
        case snapshotLost
    }

    package var reason: Reason
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    package var sqlstate: String?
    package var column: String?

    package init(
        _ reason: Reason, kind: FaultKind, _ message: String, remedy: String? = nil, sqlstate: String? = nil,
        column: String? = nil
    ) {
        self.reason = reason
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.sqlstate = sqlstate
        self.column = column
    }

    static func cancelled(_ what: String) -> PostgresFault {
        PostgresFault(.cancelled, kind: .cancelled, "Stopped while \(what)")
    }
}
