/// One cell to be written, and what it shall hold afterwards.
package struct CellPatch: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
        /// Written as text with the format `@`, so that neither Excel nor a person's edit makes a number of it.
        case text(String)
        case number(Double)
        /// Written as a serial; a cell without a date format of its own gets one.
        case dateTime(SheetDate)
        case boolean(Bool)
        /// The cell stays with its format, without a value.
        case empty
    }

    package var sheet: String
    package var reference: CellReference
    package var value: Value

    package init(sheet: String, reference: CellReference, value: Value) {
        self.sheet = sheet
        self.reference = reference
        self.value = value
    }
}

/// What became of a wish to write. A workbook that is open elsewhere is no fault: the ledger has the truth, and the next
/// run writes the cells.
package enum PatchOutcome: Equatable, Sendable {
    case written(cells: Int)
    /// Every cell held its value already; the file was not touched.
    case unchanged
    /// A sentence for the run's notes.
    case gaveUp(String)
}
