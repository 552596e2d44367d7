import Columnar
import PostgresSource

extension WorkloadTable {
    private static let kindRows = 10_000
    private static let kindColumns = 8

    static let decoders: [Workload] =
        [
            Workload(name: "decode-lineitem") { setting in
                let stream = try setting.stream.map(RecordedStream.init(readingLineitem:)) ?? .lineitem(rows: 10_000)
                return try DecoderRun(stream).round
            }
        ]
        + kinds.map { kind in
            Workload(name: "decode-" + kind.name) { _ in
                var builder = StreamBuilder()
                var dice = Dice(seed: 3)
                for row in 0..<kindRows {
                    builder.row(fields: kindColumns)
                    for _ in 0..<kindColumns { kind.append(&builder, row, &dice) }
                }
                builder.end()
                let plan = (0..<kindColumns).map {
                    ColumnPlan(
                        name: "c\($0)", type: kind.type, kind: kind.kind, sourceType: kind.name, elementKind: .int32,
                        elementOID: 23)
                }
                return try DecoderRun(RecordedStream(plan: plan, bytes: builder.bytes)).round
            }
        }

    private struct Kind: Sendable {
        let name: String
        let type: ColumnType
        let kind: FieldKind
        let append: @Sendable (inout StreamBuilder, _ row: Int, inout Dice) -> Void
    }

    private static let kinds: [Kind] = [
        Kind(name: "int32", type: .int32, kind: .int32) { stream, _, dice in
            stream.field(Int32(truncatingIfNeeded: dice.next()))
        },
        Kind(name: "int64", type: .int64, kind: .int64) { stream, _, dice in
            stream.field(Int64(truncatingIfNeeded: dice.next()))
        },
        Kind(name: "null", type: .int64, kind: .int64) { stream, _, _ in stream.null() },
        Kind(name: "half-null", type: .int64, kind: .int64) { stream, row, _ in
            if row % 2 == 0 { stream.null() } else { stream.field(Int64(row)) }
        },
        Kind(name: "bool", type: .boolean, kind: .bool) { stream, _, dice in stream.field(UInt8(dice.below(2))) },
        Kind(name: "double", type: .double, kind: .float64) { stream, _, dice in
            stream.field(Double(dice.below(1 << 30)).bitPattern)
        },
        Kind(name: "date", type: .date, kind: .date) { stream, _, dice in stream.field(Int32(dice.below(20_000))) },
        Kind(name: "timestamp", type: .timestamp(.microseconds, utc: true), kind: .timestamp) { stream, _, dice in
            stream.field(Int64(dice.below(1 << 50)))
        },
        Kind(name: "decimal64", type: .decimal(precision: 15, scale: 2), kind: .decimal64) { stream, _, dice in
            stream.numeric(unscaled: dice.below(100_000_000), scale: 2)
        },
        Kind(name: "decimal128", type: .decimal(precision: 38, scale: 10), kind: .decimal128) { stream, _, dice in
            stream.numeric(unscaled: dice.below(1 << 52), scale: 8)
        },
        Kind(name: "text", type: .text, kind: .bytes) { stream, _, dice in
            stream.field(LineitemTable.words[dice.below(LineitemTable.words.count)])
        },
        Kind(name: "uuid-text", type: .text, kind: .uuidText) { stream, _, dice in
            stream.field((0..<16).map { _ in UInt8(truncatingIfNeeded: dice.next()) })
        },
    ]
}

/// Decodes a stream row by row into one reused batch, as the source does, and forgets what it decoded.
final class DecoderRun {
    private let stream: RecordedStream
    private let decoder: CopyDecoder
    private let batch: Batch

    init(_ stream: RecordedStream) throws {
        self.stream = stream
        decoder = try CopyDecoder(plan: stream.plan)
        batch = Batch(schema: decoder.schema)
    }

    func round() throws -> Int {
        try decode { $0.reset() }
        return stream.fields
    }

    /// Hands each full batch to `take`, which must leave it empty.
    func decode(_ take: (Batch) throws -> Void) throws {
        decoder.beginUnit(label: "")
        decoder.attach(batch)
        try stream.bytes.withUnsafeBytes { bytes in
            var start = 0
            for end in stream.pieces {
                var at = start
                while at < end {
                    at += try decoder.consume(UnsafeRawBufferPointer(rebasing: bytes[at..<end]))
                    if batch.isFull {
                        decoder.detach()
                        try take(batch)
                        decoder.attach(batch)
                    }
                }
                start = end
            }
        }
        decoder.detach()
        try decoder.finishUnit()
        if !batch.isEmpty { try take(batch) }
    }

    var schema: Schema { decoder.schema }
}
