import Columnar
import Ports

/// Column rules and the table's shape, applied to one batch after another. What it returns stands until the next call. Columns
/// that go on as they are, are not copied. Used by one thread at a time.
package final class RowShaper {
    private let shaping: RowShaping
    private let maskers: [(column: Int, masker: any ColumnMasker, masked: Column)]
    /// What the rows do not have, as long as the last batch; by place in the shape.
    private var filled: [Int: Column] = [:]

    package init(_ shaping: RowShaping) throws {
        self.shaping = shaping
        maskers = try shaping.ruling.columns.enumerated().compactMap { index, column in
            try column.mask.map { (index, try $0.makeMasker(), Column(column.field.type, slots: 0)) }
        }
    }

    package func ruled(_ batch: Batch) throws -> Batch {
        let ruling = shaping.ruling
        guard !ruling.isIdentity else { return batch }
        var columns = ruling.columns.map { batch.columns[$0.origin] }
        for (index, masker, masked) in maskers {
            masked.reset()
            masked.reserveSlots(batch.rowCount)
            try masker.append(columns[index], to: masked)
            precondition(masked.slotCount == batch.rowCount, "a mask answers for each slot")
            columns[index] = masked
        }
        return Batch(batch, columns: columns, rowCount: batch.rowCount, schema: ruling.schema)
    }

    package func shaped(_ batch: Batch) -> Batch {
        let shape = shaping.shape
        guard !shape.isIdentity else { return batch }
        let columns = shape.columns.enumerated().map { index, column in
            if case .rows(let place) = column.origin { return batch.columns[place] }
            return filling(index, column, batch.rowCount)
        }
        return Batch(batch, columns: columns, rowCount: batch.rowCount, schema: shape.schema)
    }

    private func filling(_ index: Int, _ column: TableShape.Column, _ count: Int) -> Column {
        let values = filled[index] ?? Column(column.field.type, slots: count)
        filled[index] = values
        if values.slotCount > count { values.reset() }
        switch column.origin {
        case .rows, .null: values.appendNulls(count - values.slotCount)
        case .loadID: for _ in values.slotCount..<count { values.append(shaping.mark.loadID) }
        case .loadedAt: for _ in values.slotCount..<count { values.append(Int64(shaping.mark.loadedAt)) }
        }
        return values
    }
}
