import Testing
import TestSupport

@testable import Parquet

@Suite("BYTE_STREAM_SPLIT")
struct ByteStreamSplitTests {
    private func bytes(_ count: Int) -> [UInt8] {
        var random = SeededRandom(UInt64(count) + 1)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test("the specification's example: three floats of four bytes")
    func example() {
        let values: [UInt8] = [0xAA, 0xBB, 0xCC, 0xDD, 0x00, 0x11, 0x22, 0x33, 0xA3, 0xB4, 0xC5, 0xD6]
        let buffer = ByteBuffer(capacity: 1)
        ByteStreamSplit.encode(values, count: 3, width: 4, into: buffer)
        #expect(
            Array(buffer.bytes) == [0xAA, 0x00, 0xA3, 0xBB, 0x11, 0xB4, 0xCC, 0x22, 0xC5, 0xDD, 0x33, 0xD6])
    }

    @Test("widths and counts around the groups of eight", arguments: 1...16, [0, 1, 7, 8, 9, 16, 63, 1000])
    func roundTrip(width: Int, count: Int) throws {
        let values = bytes(width * count)
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(77)
        values.withUnsafeBytes { values in
            ByteStreamSplit.encode(
                values.baseAddress ?? UnsafeRawPointer(buffer.base), count: count, width: width, into: buffer)
        }
        #expect(buffer.count == width * count + 1)
        // By the definition, not by our decoder.
        for i in 0..<count {
            for byte in 0..<width { #expect(buffer.bytes[1 + byte * count + i] == values[i * width + byte]) }
        }
        let back = try ByteStreamSplit.decode(
            UnsafeRawBufferPointer(rebasing: buffer.bytes[1...]), count: count, width: width)
        #expect(back == values)
    }

    @Test("decimals: native integers as big-endian bytes of a smaller width", arguments: [1, 4, 7, 9, 16])
    func bigEndian(width: Int) throws {
        let smallest = Int128.min >> Int128(128 - width * 8)
        let values: [Int128] = [0, 1, -1, smallest, ~smallest, 42, -42, 127, -128]
        let buffer = ByteBuffer(capacity: 1)
        values.withUnsafeBytes {
            ByteStreamSplit.encodeBigEndian(
                $0.baseAddress!, stride: 16, count: values.count, width: width, into: buffer)
        }
        let back = try ByteStreamSplit.decode(buffer.bytes, count: values.count, width: width)
        for (index, value) in values.enumerated() {
            let expected = (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> Int128($0 * 8)) }
            #expect(Array(back[index * width..<(index + 1) * width]) == expected)
        }
    }

    @Test("a size that is not count × width is an error")
    func wrongSize() {
        for (count, width, size) in [(2, 4, 7), (2, 4, 9), (3, 4, 8), (-1, 4, 0), (1, 0, 0), (Int.max, 8, 16)] {
            #expect(throws: ParquetFault.self) {
                try [UInt8](repeating: 0, count: size).withUnsafeBytes { bytes in
                    try ByteStreamSplit.decode(bytes, count: count, width: width)
                }
            }
        }
    }
}
