import Testing
import TestSupport

@testable import Parquet

@Suite("DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY")
struct DeltaLengthByteArrayTests {
    private func encoded(_ values: [[UInt8]], from first: Int = 0) -> [UInt8] {
        var offsets: [UInt32] = [0]
        for value in values { offsets.append(offsets[offsets.count - 1] + UInt32(value.count)) }
        let arena = Array(values.joined()) + [0]
        let buffer = ByteBuffer(capacity: 1)
        offsets.withUnsafeBufferPointer { offsets in
            arena.withUnsafeBytes { arena in
                DeltaLengthByteArray.encode(
                    offsets: offsets.baseAddress! + first, count: values.count - first, arena: arena.baseAddress!,
                    into: buffer)
            }
        }
        return Array(buffer.bytes)
    }

    private func decoded(_ bytes: [UInt8], limit: Int = 10_000) throws -> [[UInt8]] {
        try bytes.withUnsafeBytes { bytes in
            let (values, consumed) = try DeltaLengthByteArray.decode(bytes, limit: limit)
            #expect(consumed == bytes.count)
            return values
        }
    }

    @Test("counts and lengths", arguments: [0, 1, 2, 127, 128, 129, 1000])
    func roundTrip(count: Int) throws {
        var random = SeededRandom(UInt64(count))
        let values = (0..<count).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        #expect(try decoded(encoded(values)) == values)
    }

    @Test("a part of an arena, whose first offset is not 0")
    func part() throws {
        let values = ["a", "bc", "", "def", "g"].map { Array($0.utf8) }
        #expect(try decoded(encoded(values, from: 2)) == Array(values[2...]))
    }

    @Test("the specification's example: Hello, World, Foobar, ABCDEF")
    func example() {
        let bytes = encoded(["Hello", "World", "Foobar", "ABCDEF"].map { Array($0.utf8) })
        #expect(bytes.suffix(22) == Array("HelloWorldFoobarABCDEF".utf8)[...])
    }

    @Test("negative lengths and truncations are errors")
    func damage() throws {
        let lengths = ByteBuffer()
        DeltaBinaryPacked.encode([Int32(-1), 2], count: 2, into: lengths)
        #expect(throws: ParquetFault.self) { try decoded(Array(lengths.bytes) + [1, 2, 3]) }
        let good = encoded([[1, 2, 3], [4]])
        for count in 0..<good.count { #expect(throws: ParquetFault.self) { try decoded(Array(good[..<count])) } }
    }

    private func front(_ prefixes: [Int32], _ suffixes: [String], byteLimit: Int = 1000) throws -> [String] {
        let buffer = ByteBuffer()
        DeltaBinaryPacked.encode(prefixes, count: prefixes.count, into: buffer)
        let bytes = Array(buffer.bytes) + encoded(suffixes.map { Array($0.utf8) })
        return try bytes.withUnsafeBytes { bytes in
            try DeltaByteArray.decode(bytes, limit: 100, byteLimit: byteLimit)
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("shared prefixes: axis, axle, babble, babyhood")
    func prefixes() throws {
        #expect(
            try front([0, 2, 0, 3], ["axis", "le", "babble", "yhood"]) == ["axis", "axle", "babble", "babyhood"])
    }

    @Test("prefixes that are too long, or multiply past the limit, are errors")
    func badPrefixes() {
        #expect(throws: ParquetFault.self) { try front([1], ["a"]) }
        #expect(throws: ParquetFault.self) { try front([0, -1], ["a", "b"]) }
        #expect(throws: ParquetFault.self) { try front([0], ["a", "b"]) }
        #expect(throws: ParquetFault.self) { try front([0, 6, 6], ["abcdef", "", ""], byteLimit: 17) }
    }
}
