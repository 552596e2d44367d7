import Ports

/// The error of this target: what SQLite said, or a value that cannot be kept.
package struct SQLiteFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    /// SQLite's extended result code; nil where SQLite did not speak.
    package var code: Int?

    package init(_ kind: FaultKind, _ message: String, remedy: String? = nil, code: Int? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.code = code
    }
}
