import Ports

/// A workbook that could not be made, or not be brought up to date.
package struct TemplateFault: Fault {
    package var message: String
    package var remedy: String?
    package var kind: FaultKind

    package init(_ message: String, remedy: String? = nil, kind: FaultKind = .permanent) {
        self.message = message
        self.remedy = remedy
        self.kind = kind
    }
}
