/// One cell to be written, and what it shall hold afterwards.
package struct CellPatch: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
        /// The cell keeps its format.
        case text(String)
        /// The cell gets the format `@`, so that neither Excel nor a person who edits it makes a number or a date of it:
        /// for watermarks, whose microseconds no date cell holds.
        case exactText(String)
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
    /// `notes` name cells that were left as they are: formulas are never overwritten.
    case written(cells: Int, notes: [String])
    /// Every cell held its value already, or none may be written; the file was not touched.
    case unchanged(notes: [String])
    /// A sentence for the run's notes.
    case gaveUp(String)
}
