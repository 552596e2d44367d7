/// Something to tell the person who edits a workbook or the settings, at one place.
package struct Finding: Equatable, Sendable {
    package enum Severity: Int, Comparable, Sendable, CaseIterable {
        case note, warning, error
        package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
    }

    package var severity: Severity
    /// `SourceConfig!J4`, `ingest.toml:12`, or the name of a sheet or file.
    package var place: String
    /// The sheet's row, to group by; nil where it is about a sheet, a column or a file.
    package var row: Int?
    /// The column's header as it is known to the tool.
    package var column: String?
    /// The value as it stands, invisible characters shown; nil where the cell is empty.
    package var value: String?
    /// What is wrong, what is allowed, the nearest match, what to do: one or two sentences.
    package var message: String

    package init(
        _ severity: Severity, place: String, row: Int? = nil, column: String? = nil, value: String? = nil,
        message: String
    ) {
        self.severity = severity
        self.place = place
        self.row = row
        self.column = column
        self.value = value
        self.message = message
    }
}
