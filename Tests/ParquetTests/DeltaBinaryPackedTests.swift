import Testing
import TestSupport

@testable import Parquet

@Suite("DELTA_BINARY_PACKED")
struct DeltaBinaryPackedTests {
    private func encoded32(_ values: [Int32]) -> [UInt8] {
        let buffer = ByteBuffer(capacity: 1)
        DeltaBinaryPacked.encode(values, count: values.count, into: buffer)
        #expect(buffer.count <= DeltaBinaryPacked.bound(values.count, width: 4))
        return Array(buffer.bytes)
    }

    private func encoded64(_ values: [Int64]) -> [UInt8] {
        let buffer = ByteBuffer(capacity: 1)
        DeltaBinaryPacked.encode(values, count: values.count, into: buffer)
        #expect(buffer.count <= DeltaBinaryPacked.bound(values.count, width: 8))
        return Array(buffer.bytes)
    }

    private func decoded<V: FixedWidthInteger & SignedInteger>(
        _ bytes: [UInt8], as type: V.Type, limit: Int = 1 << 20
    ) throws -> [V] {
        try bytes.withUnsafeBytes { bytes in
            let (values, consumed) = try DeltaBinaryPacked.decode(bytes, as: type, limit: limit)
            #expect(consumed == bytes.count)
            return values
        }
    }

    @Test("the examples of the specification")
    func examples() {
        // 1, 2, 3, 4, 5: "header: 128, 4 (arrow uses 4), 5, 1; block: min delta 1, widths 0".
        #expect(encoded32([1, 2, 3, 4, 5]) == [0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0])
        // 7, 5, 3, 1, 2, 3, 4, 5: deltas -2 -2 -2 1 1 1 1, less -2: 0 0 0 3 3 3 3, two bits each.
        #expect(
            encoded32([7, 5, 3, 1, 2, 3, 4, 5])
                == [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0])
        #expect(encoded32([]) == [0x80, 1, 4, 0, 0])
    }

    @Test(
        "counts around miniblocks and blocks", arguments: [0, 1, 2, 31, 32, 33, 34, 127, 128, 129, 130, 256, 257, 1000])
    func counts(count: Int) throws {
        var random = SeededRandom(UInt64(count))
        let shorts = (0..<count).map { _ in Int32.random(in: -1000...1000, using: &random) }
        #expect(try decoded(encoded32(shorts), as: Int32.self) == shorts)
        let longs = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }
        #expect(try decoded(encoded64(longs), as: Int64.self) == longs)
        let constants = Array(repeating: Int64(-5), count: count)
        #expect(try decoded(encoded64(constants), as: Int64.self) == constants)
    }

    @Test("every width", arguments: 0...64)
    func widths(width: Int) throws {
        var random = SeededRandom(UInt64(width))
        let top: UInt64 = width == 64 ? .max : 1 << UInt64(width) - 1
        var longs: [Int64] = [0]
        for _ in 0..<300 {
            longs.append(longs[longs.count - 1] &+ Int64(bitPattern: .random(in: 0...top, using: &random)))
        }
        #expect(try decoded(encoded64(longs), as: Int64.self) == longs)
        let ints = longs.map { Int32(truncatingIfNeeded: $0) }
        #expect(try decoded(encoded32(ints), as: Int32.self) == ints)
    }

    @Test("extremes side by side")
    func extremes() throws {
        let longs: [Int64] = [.min, .max, .min, 0, .max, -1, .min, .min, .max, .max, 1]
        #expect(try decoded(encoded64(longs), as: Int64.self) == longs)
        let ints: [Int32] = [.min, .max, .min, 0, .max, -1, .min, .min, .max, .max, 1]
        #expect(try decoded(encoded32(ints), as: Int32.self) == ints)
    }

    @Test("appends behind what a buffer holds")
    func appends() throws {
        let buffer = ByteBuffer(capacity: 4)
        buffer.append(9)
        DeltaBinaryPacked.encode([Int32(1), 2], count: 2, into: buffer)
        buffer.append(8)
        #expect(Array(buffer.bytes) == [9] + encoded32([1, 2]) + [8])
    }

    @Test("damage is an error, never a trap, and never more than the limit")
    func damage() throws {
        var random = SeededRandom(3)
        let values = (0..<300).map { _ in Int64.random(in: -1_000_000...1_000_000, using: &random) }
        let good = encoded64(values)
        for count in 0..<good.count {
            #expect(throws: ParquetFault.self) { try decoded(Array(good[..<count]), as: Int64.self) }
        }
        #expect(throws: ParquetFault.self) { try decoded(good, as: Int64.self, limit: 299) }
        for _ in 0..<20_000 {
            var bad = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bad[Int.random(in: 0..<bad.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bad.withUnsafeBytes { bytes in
                if let result = try? DeltaBinaryPacked.decode(bytes, as: Int32.self, limit: 1000) {
                    #expect(result.values.count <= 1000)
                }
            }
        }
    }
}
