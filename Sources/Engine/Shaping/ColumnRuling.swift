import Columnar
import Ports

/// Which columns go on to the table, under which names and masks.
package struct ColumnRuling: Sendable {
    package struct Column: Sendable {
        /// As it goes on.
        package var field: Field
        /// Its place among the columns that are read.
        package var origin: Int
        package var mask: (any ColumnMask)?

        package init(field: Field, origin: Int, mask: (any ColumnMask)? = nil) {
            self.field = field
            self.origin = origin
            self.mask = mask
        }
    }

    package let columns: [Column]
    package let schema: Schema
    /// Every column goes on as it is read.
    package let isIdentity: Bool

    package init(_ schema: Schema) {
        columns = schema.fields.enumerated().map { Column(field: $1, origin: $0) }
        self.schema = schema
        isIdentity = true
    }

    init(_ columns: [Column], of read: Schema) throws(SchemaFault) {
        self.columns = columns
        schema = try Schema(columns.map(\.field))
        isIdentity = schema == read && columns.allSatisfy { $0.mask == nil }
    }
}
