import Ports

/// What was found in a source.
struct Discovery {
    struct Table {
        var table: CatalogTable
        var candidates: [WatermarkCandidate]
        var proposal: LoadProposal

        init(_ table: CatalogTable) {
            self.table = table
            candidates = WatermarkRanking.candidates(in: table)
            proposal = LoadProposal(table, candidates)
        }

        /// None of its columns may be read.
        var isClosed: Bool { !table.columns.isEmpty && table.columns.allSatisfy { $0.maySelect == false } }
    }

    /// As it was named.
    var source: String
    var tables: [Table]
    /// What `--add` did; nil where it was not asked for.
    var additions: WorkbookAdditions.Outcome?
}
