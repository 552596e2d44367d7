import Testing

@testable import Parquet

@Suite("Thrift compact protocol")
struct ThriftTests {
    private func written(_ body: (inout CompactWriter) -> Void) -> [UInt8] {
        let buffer = ByteBuffer(capacity: 1)
        var writer = CompactWriter(into: buffer)
        let outer = writer.begin()
        body(&writer)
        writer.end(outer)
        return Array(buffer.bytes)
    }

    private func reading<R>(_ bytes: [UInt8], _ body: (inout CompactReader) throws -> R) throws -> R {
        try bytes.withUnsafeBytes {
            var reader = CompactReader($0)
            return try body(&reader)
        }
    }

    private func code(_ bytes: [UInt8]) -> ParquetFault.Code? {
        do {
            try reading(bytes) { reader in
                let outer = try reader.begin()
                while let field = try reader.next() { try reader.skip(field) }
                reader.end(outer)
            }
            return nil
        } catch {
            return (error as? ParquetFault)?.code
        }
    }

    @Test("bytes are those of the specification")
    func knownBytes() {
        #expect(written { $0.field(1, int32: 1) } == [0x15, 0x02, 0])
        #expect(written { $0.field(1, int32: -1) } == [0x15, 0x01, 0])
        #expect(written { $0.field(16, int64: 150) } == [0x06, 0x20, 0xAC, 0x02, 0])
        #expect(written { $0.field(15, bool: true) } == [0xF1, 0])
        #expect(written { $0.field(2, bool: false) } == [0x22, 0])
        #expect(written { $0.field(1, text: "é") } == [0x18, 0x02, 0xC3, 0xA9, 0])
        #expect(written { $0.field(1, int8: -2) } == [0x13, 0xFE, 0])
        #expect(written { $0.field(1, int16: 300) } == [0x14, 0xD8, 0x04, 0])
        #expect(written { $0.field(3, double: 1) } == [0x37, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0])
        #expect(written { $0.list(1, int64: [1, -1]) } == [0x19, 0x26, 0x02, 0x01, 0])
        #expect(
            written { $0.list(1, int64: Array(repeating: 0, count: 15)) }
                == [0x19, 0xF6, 0x0F] + Array(repeating: 0, count: 15) + [0])
        // Ids that go back, or stay, are written in full.
        #expect(
            written {
                $0.field(5, bool: true)
                $0.field(2, bool: true)
            } == [0x51, 0x01, 0x04, 0])
        #expect(
            written {
                $0.header(1, .structure)
                let inner = $0.begin()
                $0.field(1, int32: 0)
                $0.end(inner)
                $0.field(2, int32: 0)
            } == [0x1C, 0x15, 0x00, 0x00, 0x15, 0x00, 0x00])
    }

    @Test("extremes come back", arguments: [Int64.min, Int64.min + 1, -1, 0, 1, 1 << 31, Int64.max])
    func extremes(value: Int64) throws {
        let bytes = written { $0.field(-7, int64: value) }
        let (id, back) = try reading(bytes) { reader in
            _ = try reader.begin()
            let field = try #require(try reader.next())
            return (field.id, try reader.int64(field))
        }
        #expect(id == -7)
        #expect(back == value)
    }

    @Test("an Int32 field refuses what does not fit it")
    func narrow() throws {
        let bytes = written { $0.field(1, int64: 1 << 31) }
        #expect(throws: ParquetFault.self) {
            try reading(bytes) { reader in
                _ = try reader.begin()
                let field = try #require(try reader.next())
                _ = try reader.int32(field)
            }
        }
    }

    @Test("every truncation of a structure is an error")
    func truncation() {
        let whole = written { writer in
            writer.field(1, text: "name")
            writer.list(2, int64: [1, 2, 1 << 40])
            writer.header(3, .structure)
            let inner = writer.begin()
            writer.field(1, double: 2)
            writer.end(inner)
            writer.field(9, int8: 4)
        }
        #expect(code(whole) == nil)
        for count in 0..<whole.count { #expect(code(Array(whole[..<count])) == .truncated, "\(count) bytes") }
    }

    struct Malformed: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var expected: ParquetFault.Code

        init(
            _ name: String, _ bytes: [UInt8], _ filler: (byte: UInt8, count: Int), _ end: [UInt8],
            _ code: ParquetFault.Code
        ) {
            testDescription = name
            self.bytes = bytes + Array(repeating: filler.byte, count: filler.count) + end
            expected = code
        }
    }

    static let malformedInputs: [Malformed] = [
        Malformed("unknown type", [0x1E], (0, 0), [0], .corrupt),
        Malformed("field id past Int16", [0xF1, 0x01, 0xFE, 0xFF, 0x03, 0x11], (0, 0), [0], .corrupt),
        Malformed("integer of 11 bytes", [0x16], (0xFF, 10), [1, 0], .corrupt),
        Malformed("integer of 70 bits", [0x16], (0xFF, 9), [2, 0], .corrupt),
        Malformed("list longer than the bytes", [0x19, 0xF6], (0xFF, 4), [0x0F, 0], .truncated),
        Malformed("list of 2^63", [0x19, 0xF6], (0xFF, 9), [1, 0], .truncated),
        Malformed("text longer than the bytes", [0x18, 0x7F], (0, 0), [0], .truncated),
        Malformed("structures nested for ever", [], (0x1C, 100_000), [], .corrupt),
        Malformed("lists nested for ever", [], (0x19, 100_000), [], .corrupt),
        Malformed("map longer than the bytes", [0x1B, 0x7F, 0x55], (0, 0), [0], .truncated),
    ]

    @Test("malformed bytes are errors", arguments: malformedInputs)
    func malformed(input: Malformed) { #expect(code(input.bytes) == input.expected) }

    @Test("text that is not UTF-8 is an error, not a replacement")
    func invalidText() {
        #expect(throws: ParquetFault.self) {
            try reading([0x18, 0x01, 0xFF, 0]) { reader in
                _ = try reader.begin()
                let field = try #require(try reader.next())
                _ = try reader.text(field)
            }
        }
    }

    @Test("more structures than their bytes can account for are refused")
    func budget() {
        // A million empty structures, each a single byte.
        let bytes = [0x19, 0xFC, 0xC0, 0x84, 0x3D] + Array(repeating: UInt8(0), count: 1_000_001)
        #expect(throws: ParquetFault.self) {
            try reading(bytes) { reader in
                _ = try reader.begin()
                let field = try #require(try reader.next())
                _ = try reader.structures(field, ColumnChunk.read)
            }
        }
    }
}
