import Columnar
import Ports

/// The first rows of something, and what is said of its columns.
struct Preview {
    struct Column {
        var name: String
        /// Nil where the source has no catalog.
        var sourceType: String?
        var type: ColumnType
        var verdict: TypeVerdict?
        /// What ColumnRules does to it.
        var rule: String?
    }

    /// For the heading: the job and what it reads.
    var title: String
    var columns: [Column]
    var rows: [[String?]]
    /// There are more rows than these.
    var isCut: Bool
    var estimatedRows: Int?
    var notes: [String]
}
