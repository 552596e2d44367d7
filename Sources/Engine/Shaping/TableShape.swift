import Columnar
import Ports

/// Which column of a table's files comes from which column of the rows. Pure: decided once per load, before the first row.
package struct TableShape: Equatable, Sendable {
    package struct Column: Equatable, Sendable {
        package var field: Field
        /// Its place among the columns of the rows; nil: they have none, and it is NULL.
        package var origin: Int?

        package init(_ field: Field, origin: Int?) {
            self.field = field
            self.origin = origin
        }
    }

    package let columns: [Column]
    package let schema: Schema
    /// Rows go into files as they are.
    package let isIdentity: Bool

    package init(like rows: Schema) {
        columns = rows.fields.enumerated().map { Column($1, origin: $0) }
        schema = rows
        isIdentity = true
    }

    package init(_ columns: [Column], of rows: Schema) throws(SchemaFault) {
        self.columns = columns
        schema = try Schema(columns.map(\.field))
        isIdentity = columns.map(\.origin) == rows.fields.indices.map { $0 } && schema == rows
    }
}
