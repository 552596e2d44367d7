import Ports

/// Why rules cannot be judged: a rule that does not fit its table, or a means that failed.
package struct QualityFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    package var cause: (any Error)?

    package init(_ kind: FaultKind, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}
