import Ports

/// A configuration kept as CSV: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.
package enum CSVFile {
    /// All values are text; a row's number is the line that its record begins on.
    package static func read(path: String) throws(WorkbookFault) -> SheetTable {
        throw WorkbookFault(.unsupported, "\(path): reading is not there yet.")
    }
}
