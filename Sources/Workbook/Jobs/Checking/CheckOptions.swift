import Ports

/// What is known around the workbook.
package struct CheckOptions: Sendable {
    /// Names of `[destinations.NAME]`; nil: not known, not checked.
    package var destinations: [String]?
    /// Whether a file of the project exists, for queries by file; nil: not checked.
    package var fileExists: (@Sendable (String) -> Bool)?

    package init(destinations: [String]? = nil, fileExists: (@Sendable (String) -> Bool)? = nil) {
        self.destinations = destinations
        self.fileExists = fileExists
    }
}
