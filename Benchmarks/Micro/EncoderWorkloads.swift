import Columnar
import Parquet

extension WorkloadTable {
    private static let batches = 8

    /// One column each, without compression: what is counted is ours. A round is a row group of 8 pages.
    static let encoders: [Workload] =
        shapes.map { workload($0, name: "encode-", .standard) }
        + shapes.filter { ["int64-random", "timestamp", "text-unique", "double"].contains($0.name) }
        .map { workload($0, name: "encode-modern-", .modern) }

    private static func workload(_ shape: Shape, name: String, _ profile: Profile) -> Workload {
        Workload(name: name + shape.name) { setting in
            try EncoderRun(shape, options: uncompressed(profile), repeats: setting.repeats).round
        }
    }

    private static func uncompressed(_ profile: Profile) -> WriterOptions {
        var options = WriterOptions()
        options.profile = profile
        options.compression = Compression(.none)
        return options
    }

    struct Shape: Sendable {
        let name: String
        let type: ColumnType
        let append: @Sendable (Column, _ row: Int, inout Dice) -> Void

        func makeBatches() throws -> [Batch] {
            var dice = Dice(seed: 5)
            var row = 0
            let schema = try Schema([Field("c", type)])
            return (0..<batches).map { _ in
                let batch = Batch(schema: schema)
                for _ in 0..<BatchLimit.defaultRows {
                    append(batch.columns[0], row, &dice)
                    row += 1
                }
                batch.rowCount = BatchLimit.defaultRows
                return batch
            }
        }
    }

    static let shapes: [Shape] = [
        Shape(name: "int32-few", type: .int32) { column, _, dice in column.append(Int32(dice.below(7))) },
        Shape(name: "int64-ascending", type: .int64) { column, row, dice in
            column.append(Int64(row * 4 + dice.below(4)))
        },
        Shape(name: "int64-random", type: .int64) { column, _, dice in
            column.append(Int64(truncatingIfNeeded: dice.next()))
        },
        Shape(name: "decimal64-some", type: .decimal(precision: 15, scale: 2)) { column, _, dice in
            column.append(Int64(dice.below(3_000)))
        },
        Shape(name: "decimal128", type: .decimal(precision: 38, scale: 10)) { column, _, dice in
            column.append(Int128(truncatingIfNeeded: dice.next()) * 1_000_003)
        },
        Shape(name: "date", type: .date) { column, _, dice in column.append(Int32(dice.below(2_500))) },
        Shape(name: "timestamp", type: .timestamp(.microseconds, utc: true)) { column, row, dice in
            column.append(Int64(row) * 10_000_000 + Int64(dice.below(10_000_000)))
        },
        Shape(name: "double", type: .double) { column, _, dice in column.append(Double(dice.below(1 << 40)) / 7) },
        Shape(name: "boolean", type: .boolean) { column, _, dice in column.append(dice.below(2) == 0) },
        Shape(name: "text-few", type: .text) { column, _, dice in
            column.append(["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"][dice.below(7)])
        },
        Shape(name: "text-unique", type: .text) { column, _, dice in
            column.append(String(dice.next(), radix: 36) + " and some more of it")
        },
        Shape(name: "half-null", type: .int32) { column, row, dice in
            if row % 2 == 0 { column.appendNull() } else { column.append(Int32(dice.below(1_000))) }
        },
        Shape(name: "list-int32", type: .list(.int32)) { column, _, dice in
            let count = dice.below(4)
            column.appendList(count: count)
            for _ in 0..<count { column.children[0].append(Int32(dice.below(1_000))) }
        },
    ]
}

/// Encodes the same batches again and again, a row group per round, into a file that goes nowhere.
final class EncoderRun {
    private let batches: [Batch]
    private let repeats: Int
    private let encoder: RowGroupEncoder
    private let file: FileWriter

    init(_ shape: WorkloadTable.Shape, options: WriterOptions, repeats: Int) throws {
        self.repeats = repeats
        batches = try shape.makeBatches()
        encoder = try RowGroupEncoder(schema: batches[0].schema, options: options)
        file = try FileWriter(schema: batches[0].schema, options: options) { _ in }
    }

    func round() throws -> Int {
        var rows = 0
        for _ in 0..<repeats {
            for batch in batches { rows += try encoder.append(batch) }
        }
        try file.append(encoder.finish())
        return rows
    }
}

/// Decoder and encoder together, with the default compression: what one connection's thread does apart from the network.
final class CopyPipeline {
    private let stream: RecordedStream
    private let decoder: DecoderRun
    private let encoder: RowGroupEncoder
    private let file: FileWriter

    init(_ stream: RecordedStream) throws {
        self.stream = stream
        decoder = try DecoderRun(stream)
        encoder = try RowGroupEncoder(schema: decoder.schema, options: WriterOptions())
        file = try FileWriter(schema: decoder.schema, options: WriterOptions()) { _ in }
    }

    func round() throws -> Int {
        try decoder.decode { batch in
            var row = 0
            while row < batch.rowCount {
                row += try encoder.append(batch, from: row)
                if encoder.isFull { try file.append(encoder.finish()) }
            }
            batch.reset()
        }
        if encoder.rowCount > 0 { try file.append(encoder.finish()) }
        return stream.fields
    }
}
