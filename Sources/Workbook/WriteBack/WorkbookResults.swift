import Ports

/// Writes a run's results into the rows of its workbook, in one go, everything else staying byte for byte.
package enum WorkbookResults {
    /// Sentences for the run's notes: also that the workbook was open elsewhere and nothing was written.
    package static func write(
        _ results: [RowResult], to path: String, sources: [KnownSource]?, patience: WorkbookPatcher.Patience
    ) throws(WorkbookFault) -> [String] {
        guard !results.isEmpty else { return [] }
        var notes: [String] = []
        let outcome = try WorkbookPatcher.apply(to: path, patience: patience) { (file) throws(WorkbookFault) in
            let cells = try ResultCells(results, in: file, sources: sources)
            notes = cells.notes
            return cells.patches
        }
        switch outcome {
        case .written(_, let more), .unchanged(let more): return notes + more
        case .gaveUp(let sentence): return [sentence]
        }
    }
}
