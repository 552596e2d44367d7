/// At most one page of rows, bounded in bytes: the unit in which rows travel from a source to a file.
///
/// A batch is filled until `isFull`, handed on, `reset()` and filled again; its memory is allocated once.
package final class Batch {
    package let schema: Schema
    package let columns: [Column]
    package let limit: BatchLimit
    package var rowCount = 0
    /// Bytes of values of variable width that were added since the last reset; kept by whoever fills the batch.
    package var variableBytes = 0

    package init(schema: Schema, limit: BatchLimit = BatchLimit()) {
        self.schema = schema
        self.limit = limit.fitted(to: schema)
        let rows = self.limit.rows
        columns = schema.fields.map { Column($0.type, slots: rows) }
    }

    /// The rows of another batch with further columns behind its own; nothing is copied. Filled by nobody.
    package init(_ batch: Batch, adding added: [Column], schema: Schema) {
        self.schema = schema
        limit = batch.limit
        columns = batch.columns + added
        rowCount = batch.rowCount
        variableBytes = batch.variableBytes
    }

    /// Other columns for as many rows, filled by whoever made them.
    package init(_ batch: Batch, columns: [Column], rowCount: Int, schema: Schema) {
        self.schema = schema
        limit = batch.limit
        self.columns = columns
        self.rowCount = rowCount
    }

    package var isFull: Bool { rowCount >= limit.rows || variableBytes >= limit.variableBytes }
    package var isEmpty: Bool { rowCount == 0 }

    /// Bytes that the values take when written plainly, without levels.
    package var plainBytes: Int { columns.reduce(0) { $0 + $1.plainBytes } }

    package func reset() {
        rowCount = 0
        variableBytes = 0
        // One oversize value may enlarge an arena; it is given back when it is more than the batch's whole budget.
        for column in columns { column.reset(keepArena: max(limit.bytes, 1 << 20)) }
    }

    package func checkInvariants() {
        for column in columns {
            assert(column.slotCount == rowCount)
            column.checkInvariants()
        }
    }
}
