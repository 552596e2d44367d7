/// Rows for one of our sheets, each cell by the name of its column as it is known to us.
package struct RowsToAdd: Sendable {
    /// `SourceConfig`, `ColumnRules` …
    package var sheet: String
    package var rows: [[String: CellPatch.Value]]

    package init(sheet: String, rows: [[String: CellPatch.Value]]) {
        self.sheet = sheet
        self.rows = rows
    }
}

/// Where the new rows came to stand.
package struct AddedRows: Equatable, Sendable {
    /// The sheet as its tab is named.
    package var sheet: String
    package var rows: ClosedRange<Int>
}

package enum AppendOutcome: Equatable, Sendable {
    /// Notes name what could not be written: a column that the sheet has not.
    case written([AddedRows], notes: [String])
    case unchanged(notes: [String])
    /// A sentence: the workbook is open elsewhere.
    case gaveUp(String)
}
