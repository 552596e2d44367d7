import Ports

/// The error of this target: what goes wrong between a source and a table rather than in one of them.
package struct EngineFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?

    package init(_ kind: FaultKind, _ message: String, remedy: String? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    static let interrupted = EngineFault(.cancelled, "Stopped on request; nothing was written under its final name")
}
