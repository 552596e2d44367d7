import Ports

/// A sheet's name in the order of its tab.
package struct SheetInfo: Equatable, Sendable {
    package var name: String
    package var isHidden: Bool
}

/// An .xlsx or .xlsm file, read once into memory: it may change on disk while its sheets are being read.
package struct WorkbookFile {
    package let path: String
    package let sheets: [SheetInfo]

    package static func open(path: String) throws(WorkbookFault) -> WorkbookFile {
        throw WorkbookFault(.unsupported, "\(path): reading is not there yet.")
    }

    /// One sheet by its name, exactly or else without regard to case.
    package func read(_ name: String) throws(WorkbookFault) -> SheetTable {
        throw WorkbookFault(.unsupported, "\(path): reading is not there yet.")
    }
}
