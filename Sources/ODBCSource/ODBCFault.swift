import Ports

/// The error of this target: what the driver manager, a driver or a database said, or what came that cannot be kept.
package struct ODBCFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    /// Of the decisive diagnostic record; nil where no driver spoke.
    package var sqlstate: String?
    package var nativeCode: Int?
    /// Of the value that cannot be kept.
    package var column: String?

    package init(
        _ kind: FaultKind, _ message: String, remedy: String? = nil, sqlstate: String? = nil, nativeCode: Int? = nil,
        column: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.sqlstate = sqlstate
        self.nativeCode = nativeCode
        self.column = column
    }

    static func cancelled(_ what: String) -> ODBCFault { ODBCFault(.cancelled, "Stopped while \(what)") }
}
