import Columnar
import Ports

/// Which column of a table's files comes from which column of the rows. Pure: decided once per load, before the first row.
package struct TableShape: Equatable, Sendable {
    package enum Origin: Equatable, Sendable {
        /// A column of the rows, by its place.
        case rows(Int)
        /// The rows have none.
        case null
        /// Which load the row came with, and when.
        case loadID, loadedAt
    }

    package struct Column: Equatable, Sendable {
        package var field: Field
        package var origin: Origin

        package init(_ field: Field, origin: Origin) {
            self.field = field
            self.origin = origin
        }
    }

    package let columns: [Column]
    package let schema: Schema
    /// Rows go into files as they are.
    package let isIdentity: Bool

    package init(like rows: Schema) {
        columns = rows.fields.enumerated().map { Column($1, origin: .rows($0)) }
        schema = rows
        isIdentity = true
    }

    package init(_ columns: [Column], of rows: Schema) throws(SchemaFault) {
        self.columns = columns
        schema = try Schema(columns.map(\.field))
        isIdentity = columns.map(\.origin) == rows.fields.indices.map { .rows($0) } && schema == rows
    }
}

/// What the columns that mark the rows of a load say.
package struct LoadMark: Equatable, Sendable {
    package var loadID: String
    /// Microseconds since 1970, UTC.
    package var loadedAt: Int

    package init(loadID: String, loadedAt: Int) {
        self.loadID = loadID
        self.loadedAt = loadedAt
    }
}
