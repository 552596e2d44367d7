import Ports

/// The one error of reading and patching workbooks: one sentence, with the file and, where there is one, the cell.
package struct WorkbookFault: Fault {
    package enum Code: Equatable, Sendable {
        /// No such file, or no right to read or write it.
        case access
        /// Not a workbook at all, or one of another kind (.xls, .ods, password-protected).
        case notAWorkbook
        /// The bytes contradict the format or themselves, or end early.
        case corrupt
        /// Beyond what a workbook of settings needs: entries, sizes, ratio, cells.
        case tooLarge
        /// Valid, but not something we do.
        case unsupported
        /// No such sheet.
        case missingSheet
        /// The caller's mistake, as a cell beyond the sheet's last column.
        case invalidUse
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var kind: FaultKind

    package init(_ code: Code, _ message: String, remedy: String? = nil, kind: FaultKind = .configuration) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.kind = kind
    }
}
