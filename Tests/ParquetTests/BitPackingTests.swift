import Testing
import TestSupport

@testable import Parquet

@Suite("Bit packing")
struct BitPackingTests {
    @Test("packed and hybrid runs decode to what went in", arguments: [1, 2, 3, 7, 8, 9, 12, 17, 18, 31, 32])
    func roundTrip(width: Int) throws {
        var random = SeededRandom(UInt64(width))
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 1_000] {
            for run in [1, 3, 20] {
                let mask = width == 32 ? UInt32.max : UInt32(1) << UInt32(width) - 1
                var values: [UInt32] = []
                while values.count < count {
                    let value = UInt32(truncatingIfNeeded: random.next()) & mask
                    values += repeatElement(value, count: min(run, count - values.count))
                }
                for hybrid in [false, true] {
                    let out = ByteBuffer(capacity: 4)
                    if hybrid {
                        BitPacking.appendHybrid(values, count: count, width: width, to: out)
                    } else {
                        BitPacking.appendPacked(values, count: count, width: width, to: out)
                    }
                    #expect(decode(Array(out.bytes), width: width, count: count) == values, "\(count) \(run) \(hybrid)")
                }
            }
        }
    }

    @Test("runs of eight and more are written as runs, also behind a packed stretch")
    func runs() {
        let values: [UInt32] = [1, 2, 3] + Array(repeating: 5, count: 100)
        let out = ByteBuffer()
        BitPacking.appendHybrid(values, count: values.count, width: 3, to: out)
        // One packed group of 8 (3 bytes + header), then a run of 95 (2 bytes of header, 1 of value).
        #expect(out.count == 1 + 3 + 2 + 1)
    }

    @Test("widths are those of the largest index, and never 0")
    func widths() {
        #expect([0, 1, 2, 3, 4, 5, 256, 257].map { BitPacking.width(entries: $0) } == [1, 1, 1, 2, 2, 3, 8, 9])
    }

    @Test("booleans become bits", arguments: [0, 1, 7, 8, 9, 16, 17, 1000])
    func bits(count: Int) {
        var random = SeededRandom(9)
        let values = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() & 1) }
        let out = ByteBuffer(capacity: 1)
        BitPacking.appendBits(values + Array(repeating: 0, count: 8), count: count, to: out)
        let bytes = Array(out.bytes)
        #expect(bytes.count == (count + 7) / 8)
        #expect((0..<count).allSatisfy { (bytes[$0 / 8] >> UInt8($0 % 8)) & 1 == values[$0] })
    }

    /// Straight from the grammar.
    private func decode(_ bytes: [UInt8], width: Int, count: Int) -> [UInt32] {
        var at = 0
        var result: [UInt32] = []
        while at < bytes.count {
            var header = 0
            var shift = 0
            while true {
                header |= Int(bytes[at] & 0x7F) << shift
                shift += 7
                at += 1
                if bytes[at - 1] < 0x80 { break }
            }
            if header & 1 == 1 {
                let values = header >> 1 * 8
                for index in 0..<values {
                    var value: UInt32 = 0
                    for bit in 0..<width {
                        let position = index * width + bit
                        value |= UInt32(bytes[at + position / 8] >> UInt8(position % 8) & 1) << UInt32(bit)
                    }
                    result.append(value)
                }
                at += values * width / 8
            } else {
                var value: UInt32 = 0
                for index in 0..<((width + 7) / 8) { value |= UInt32(bytes[at + index]) << UInt32(8 * index) }
                at += (width + 7) / 8
                result += repeatElement(value, count: header >> 1)
            }
        }
        return Array(result.prefix(count))
    }
}
