/// A job as records name it. What was refused before it could be understood has a label too.
package struct JobLabel: Equatable, Hashable, Sendable {
    /// Unique in the workbook.
    package var id: String
    package var source: String
    /// The table's name in the source; for an API the target table.
    package var table: String

    package init(id: String, source: String, table: String) {
        self.id = id
        self.source = source
        self.table = table
    }

    /// The column `job_name` of the audit trail: the same for every version of the workbook's row.
    package var name: String { source.isEmpty ? table : source + "." + table }
}
