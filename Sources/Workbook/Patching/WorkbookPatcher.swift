import Ports

/// Writes cells into a workbook in place, everything else of it staying byte for byte.
package enum WorkbookPatcher {
    /// How long to wait for a workbook that is open elsewhere or being changed.
    package struct Patience: Sendable {
        package var seconds: Double
        package init(seconds: Double) { self.seconds = seconds }
    }

    /// `choose` sees the workbook as it is at the moment of writing, and may be called again when the file was changed
    /// meanwhile.
    package static func apply(
        to path: String, patience: Patience = Patience(seconds: 30),
        choosing choose: (WorkbookFile) throws(WorkbookFault) -> [CellPatch]
    ) throws(WorkbookFault) -> PatchOutcome {
        throw WorkbookFault(.unsupported, "\(path): patching is not there yet.")
    }

    /// The same for the rows of one sheet.
    package static func apply(
        to path: String, sheet: String, patience: Patience = Patience(seconds: 30),
        choosing choose: (SheetTable) throws(WorkbookFault) -> [CellPatch]
    ) throws(WorkbookFault) -> PatchOutcome {
        try apply(to: path, patience: patience) { (file) throws(WorkbookFault) in try choose(try file.read(sheet)) }
    }

    /// A copy of the workbook in which each of these cells is marked with a comment. Comments that are there stay; where a
    /// cell has one already, the text is added to it.
    package static func annotate(
        _ path: String, comments: [(sheet: String, reference: CellReference, text: String)], to copy: String
    ) throws(WorkbookFault) {
        throw WorkbookFault(.unsupported, "\(path): comments are not there yet.")
    }
}
