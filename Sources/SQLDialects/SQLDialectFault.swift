import Ports

/// What cannot be said in a database's SQL: a name that nothing can quote, a predicate that a type has not got.
package struct SQLDialectFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?

    package init(_ kind: FaultKind = .configuration, _ message: String, remedy: String? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }
}
