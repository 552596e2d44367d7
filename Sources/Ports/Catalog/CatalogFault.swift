/// Why a source's catalog could not answer. The source's own error is put into words here, secrets masked.
package struct CatalogFault: Fault, Equatable {
    package enum Reason: Equatable, Sendable {
        /// No connection, no login, a lost session, a deadline.
        case unreachable
        /// We were told to stop.
        case cancelled
        /// There is no schema of this name; `near` holds those like it.
        case unknownSchema
        /// There is no such table or view; `near` holds those like it.
        case unknownTable
        /// It differs in case from several objects; `near` holds them.
        case ambiguousName
        /// It may not be read; the remedy holds the GRANT where the source knows it.
        case noPermission
        /// The source refuses the query or the filter: it does not parse, or names what is not there.
        case refusedStatement
        /// Anything else.
        case other
    }

    package var reason: Reason
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    /// Names that may have been meant, the nearest first, as a workbook would spell them.
    package var near: [String]

    package init(
        _ reason: Reason, kind: FaultKind = .configuration, _ message: String, remedy: String? = nil,
        near: [String] = []
    ) {
        self.reason = reason
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.near = near
    }

    /// Whether the session is of no use any more.
    package var endsSession: Bool { reason == .unreachable || reason == .cancelled }
}
