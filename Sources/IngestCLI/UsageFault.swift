import Ports

/// What is wrong with a command line. Exit code 2.
package struct UsageFault: Fault {
    package var message: String
    package var remedy: String?
    package var kind: FaultKind { .configuration }

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    init(_ message: String, verb: String?) {
        self.message = message
        remedy = "Try: ingest \(verb.map { $0 + " " } ?? "")--help"
    }
}
