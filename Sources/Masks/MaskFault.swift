import Ports

/// A mask that cannot be applied.
package struct MaskFault: Fault, Equatable {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?

    package init(_ kind: FaultKind, _ message: String, remedy: String? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }
}
