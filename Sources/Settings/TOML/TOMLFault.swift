import Ports

/// Why a document could not be read, and where.
package struct TOMLFault: Fault, Equatable {
    package var kind: FaultKind { .configuration }
    package var message: String
    /// Nil where it is about the document as a whole.
    package var position: TextPosition?

    package init(_ message: String, at position: TextPosition? = nil) {
        self.message = message
        self.position = position
    }
}
