extension WorkbookPatcher {
    /// Adds rows to the workbook in place. `choose` sees it as it is at the moment of writing, and is called again when the
    /// file was changed meanwhile.
    package static func append(
        to path: String, patience: Patience = Patience(seconds: 5),
        choosing choose: (WorkbookFile) throws(WorkbookFault) -> [RowsToAdd]
    ) throws(WorkbookFault) -> AppendOutcome {
        var added: [AddedRows] = []
        let outcome = try write(to: path, patience: patience) { (file) throws(WorkbookFault) in
            let append = try RowAppend(file, try choose(file))
            added = append.added
            return Plan(
                parts: append.parts, values: append.values, cells: append.values.values.reduce(0) { $0 + $1.count },
                notes: append.notes)
        }
        switch outcome {
        case .written(_, let notes): return .written(added, notes: notes)
        case .unchanged(let notes): return .unchanged(notes: notes)
        case .gaveUp(let sentence): return .gaveUp(sentence)
        }
    }
}
