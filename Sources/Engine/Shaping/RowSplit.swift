import Columnar
import Ports

/// Divides a batch into the rows that stay and those that are kept out. Its columns are used again for each batch.
final class RowSplit {
    private let schema: Schema
    private let quarantineSchema: Schema
    private let keptColumns: [Column]
    private let refusedColumns: [Column]

    init(_ schema: Schema, quarantine: Schema) {
        self.schema = schema
        quarantineSchema = quarantine
        keptColumns = schema.fields.map { Column($0.type, slots: 0) }
        refusedColumns = quarantine.fields.map { Column($0.type, slots: 0) }
    }

    func kept(_ batch: Batch, without refused: [QuarantinedRow]) -> Batch {
        var ranges: [Range<Int>] = []
        var next = 0
        for row in refused {
            if row.row > next { ranges.append(next..<row.row) }
            next = row.row + 1
        }
        if next < batch.rowCount { ranges.append(next..<batch.rowCount) }
        copy(ranges, of: batch, to: keptColumns)
        return Batch(batch, columns: keptColumns, rowCount: batch.rowCount - refused.count, schema: schema)
    }

    /// With the rule and the reason behind the columns.
    func refused(_ batch: Batch, _ refused: [QuarantinedRow]) -> Batch {
        copy(refused.map { $0.row..<$0.row + 1 }, of: batch, to: refusedColumns)
        let (rules, reasons) = (refusedColumns[refusedColumns.count - 2], refusedColumns[refusedColumns.count - 1])
        for row in refused {
            rules.append(row.rule)
            reasons.append(row.reason)
        }
        return Batch(batch, columns: refusedColumns, rowCount: refused.count, schema: quarantineSchema)
    }

    private func copy(_ ranges: [Range<Int>], of batch: Batch, to columns: [Column]) {
        for column in columns { column.reset() }
        for (source, target) in zip(batch.columns, columns) { target.append(ranges, of: source) }
    }
}
