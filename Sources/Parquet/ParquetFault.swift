/// The one error of this target.
package struct ParquetFault: Error, CustomStringConvertible {
    package enum Code: Equatable, Sendable {
        /// The file ends before what it promises.
        case truncated
        /// The bytes contradict the format or themselves.
        case corrupt
        /// Valid, or wished for, but not something we do.
        case unsupported
        /// The caller's mistake.
        case invalidUse
        /// A C library refused.
        case codec
    }

    package var code: Code
    /// What was attempted, what was found, what was expected.
    package var message: String
    package var column: String?
    package var offset: Int?

    package init(_ code: Code, _ message: String, column: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.column = column
        self.offset = offset
    }

    package var description: String {
        var text = ""
        if let column { text += "Column '\(column)': " }
        text += message
        if let offset { text += " (at byte \(offset))" }
        return text
    }
}
