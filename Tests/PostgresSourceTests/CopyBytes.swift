import Columnar
import TestSupport

@testable import PostgresSource

/// Builds binary COPY streams by hand.
struct CopyBytes {
    var bytes: [UInt8] = []

    static func header(flags: UInt32 = 0, extension more: [UInt8] = []) -> CopyBytes {
        var out = CopyBytes(bytes: Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00])
        out.add(flags)
        out.add(Int32(more.count))
        out.bytes += more
        return out
    }

    mutating func add<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes += Array($0) }
    }

    /// A row of fields; nil is NULL.
    mutating func row(_ fields: [[UInt8]?]) {
        add(Int16(fields.count))
        for field in fields {
            add(Int32(field?.count ?? -1))
            bytes += field ?? []
        }
    }

    mutating func trailer() { add(Int16(-1)) }

    static func stream(_ rows: [[[UInt8]?]]) -> [UInt8] {
        var out = header()
        for row in rows { out.row(row) }
        out.trailer()
        return out.bytes
    }

    static func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    static func numeric(_ digits: [UInt16], weight: Int16, sign: UInt16 = 0, scale: UInt16 = 0) -> [UInt8] {
        big(UInt16(digits.count)) + big(weight) + big(sign) + big(scale) + digits.flatMap { big($0) }
    }

    static func array(
        _ elements: [[UInt8]?], oid: UInt32, sizes: [Int32]? = nil, bounds: [Int32]? = nil
    ) -> [UInt8] {
        let sizes = sizes ?? (elements.isEmpty ? [] : [Int32(elements.count)])
        var out = CopyBytes()
        out.add(Int32(sizes.count))
        out.add(Int32(elements.contains { $0 == nil } ? 1 : 0))
        out.add(oid)
        for (i, size) in sizes.enumerated() {
            out.add(size)
            out.add(bounds?[i] ?? 1)
        }
        for element in elements {
            out.add(Int32(element?.count ?? -1))
            out.bytes += element ?? []
        }
        return out.bytes
    }

    static func plan(_ type: ColumnType, _ kind: FieldKind, name: String = "c") -> ColumnPlan {
        ColumnPlan(name: name, type: type, kind: kind, sourceType: "a type")
    }

    static func list(_ type: ColumnType, _ kind: FieldKind, oid: UInt32) -> ColumnPlan {
        ColumnPlan(name: "c", type: type, kind: .list, sourceType: "a list", elementKind: kind, elementOID: oid)
    }

    /// Decodes a stream in pieces of `piece` bytes (nil: whole) and returns the rows as text.
    static func decode(
        _ stream: [UInt8], _ plan: [ColumnPlan], unfit: CopyDecoder.NullOrError = .error, piece: Int? = nil,
        limit: BatchLimit = BatchLimit(rows: 64, bytes: 1 << 16)
    ) throws -> [[String?]] {
        let decoder = try CopyDecoder(plan: plan, unrepresentable: unfit)
        return try decode(stream, with: decoder, piece: piece, limit: limit)
    }

    static func decode(
        _ stream: [UInt8], with decoder: CopyDecoder, piece: Int?, limit: BatchLimit
    ) throws -> [[String?]] {
        let batch = Batch(schema: decoder.schema, limit: limit)
        var rows = [[String?]]()
        decoder.beginUnit(label: "the test")
        decoder.attach(batch)
        defer { decoder.detach() }
        func empty() {
            decoder.detach()
            batch.checkInvariants()
            rows += BatchText.rows(batch)
            batch.reset()
            decoder.attach(batch)
        }
        // A copy of its own per piece, so that reading behind a piece's end is reading behind an allocation.
        var start = 0
        while start < stream.count {
            let piece = Array(stream[start..<min(stream.count, start + (piece ?? stream.count))])
            start += piece.count
            var used = 0
            while used < piece.count {
                let taken = try piece.withUnsafeBytes {
                    try decoder.consume(UnsafeRawBufferPointer(rebasing: $0[used...]))
                }
                used += taken
                if used < piece.count || batch.isFull { empty() }
            }
        }
        empty()
        try decoder.finishUnit()
        return rows
    }
}
