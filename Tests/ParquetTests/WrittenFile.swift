import Columnar

@testable import Parquet

/// Writes batches to memory and opens what came out.
enum WrittenFile {
    static func bytes(_ batches: [Batch], _ options: WriterOptions) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let schema = batches[0].schema
        let writer = try FileWriter(schema: schema, options: options) {
            for buffer in $0 { bytes.append(contentsOf: buffer) }
        }
        let encoder = try RowGroupEncoder(schema: schema, options: options)
        for batch in batches {
            batch.checkInvariants()
            var row = 0
            while row < batch.rowCount {
                row += try encoder.append(batch, from: row)
                if encoder.isFull { try writer.append(encoder.finish()) }
            }
        }
        if encoder.rowCount > 0 { try writer.append(encoder.finish()) }
        let summary = try writer.finish()
        precondition(summary.bytes == bytes.count, "the writer says \(summary.bytes) bytes, \(bytes.count) came")
        return bytes
    }

    static func open(_ batches: [Batch], _ options: WriterOptions) throws -> ParquetFile {
        try ParquetFile(MemoryRangeSource(bytes(batches, options)))
    }

    /// One batch of one column, filled by a closure per row.
    static func batch(_ type: ColumnType, rows: Int, _ fill: (Column, Int) -> Void) throws -> Batch {
        let batch = Batch(schema: try Schema([Field("c", type)]), limit: BatchLimit(rows: max(rows, 1)))
        for row in 0..<rows { fill(batch.columns[0], row) }
        batch.rowCount = rows
        return batch
    }
}
