import Ports

/// What is known around the workbook.
package struct CheckOptions: Sendable {
    /// Names of `[destinations.NAME]`; nil: not known, not checked.
    package var destinations: [String]?
    /// Whether a file of the project exists, for queries by file; nil: not checked.
    package var fileExists: (@Sendable (String) -> Bool)?

    /// Masks that need a key which the settings do not have, with the setting's name.
    package var missingKeys: [(mask: ColumnRule.Mask, setting: String)]

    package init(
        destinations: [String]? = nil, fileExists: (@Sendable (String) -> Bool)? = nil,
        missingKeys: [(mask: ColumnRule.Mask, setting: String)] = []
    ) {
        self.destinations = destinations
        self.fileExists = fileExists
        self.missingKeys = missingKeys
    }
}
