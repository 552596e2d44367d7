extension WorkbookPatcher {
    package static func annotate(
        _ path: String, comments: [(sheet: String, reference: CellReference, text: String)], to copy: String
    ) throws(WorkbookFault) {
        throw WorkbookFault(.unsupported, "\(path): comments are not there yet.")
    }
}
