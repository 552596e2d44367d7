import CODBC
import Testing

@testable import ODBCSource

@Suite("Buffers of a column")
struct ColumnBufferTests {
    private static func buffer() -> ColumnBuffer {
        ColumnBuffer(Binding(.narrowText, size: 0, digits: 0, quirks: Quirks()), width: 16, rows: 8)
    }

    private static func pack(_ count: Int, _ byte: UInt8, into buffer: ColumnBuffer, row: Int) {
        let start = buffer.packedBytes
        buffer.reservePacked(count)
        buffer.packedEnd.initializeMemory(as: UInt8.self, repeating: byte, count: count)
        buffer.advancePacked(count)
        buffer.setPacked(row: row, from: start)
    }

    private static func value(_ buffer: ColumnBuffer, _ row: Int) -> [UInt8] {
        let length = buffer.cells.lengths[row]
        return Array(UnsafeRawBufferPointer(start: buffer.cells.start(row, length: length), count: length))
    }

    @Test("long and short values side by side, in any order of rows")
    func packing() {
        let buffer = Self.buffer()
        for (row, count) in [(7, 100), (0, 15), (3, 16), (1, 5000), (2, 0)] {
            Self.pack(count, UInt8(row + 1), into: buffer, row: row)
            #expect(Self.value(buffer, row) == [UInt8](repeating: UInt8(row + 1), count: count))
        }
        // What fits its slot is not kept twice.
        #expect(buffer.packedBytes == 100 + 16 + 5000)
        #expect(Self.value(buffer, 7) == [UInt8](repeating: 8, count: 100))
    }

    @Test("the memory of one oversize value is given back with the next rowset")
    func oversize() {
        let buffer = Self.buffer()
        Self.pack(20 << 20, 1, into: buffer, row: 0)
        #expect(buffer.packedCapacity >= 20 << 20)
        buffer.reshape(width: 16, rows: 8)
        #expect(buffer.packedCapacity == 0)
        Self.pack(100, 2, into: buffer, row: 4)
        #expect(Self.value(buffer, 4) == [UInt8](repeating: 2, count: 100))
    }

    @Test("wider slots and more rows, and back")
    func reshaping() {
        let buffer = Self.buffer()
        for (width, rows) in [(64, 8), (16, 8), (16, 32), (8, 64), (128, 64), (16, 1)] {
            buffer.reshape(width: width, rows: rows)
            #expect(buffer.width == width && buffer.rows == rows)
            for row in 0..<rows { Self.pack(width - 1, UInt8(row), into: buffer, row: row) }
            for row in 0..<rows {
                #expect(Self.value(buffer, row) == [UInt8](repeating: UInt8(row), count: width - 1))
            }
        }
    }

    @Test("lengths of 32 bits are told apart from those of 64", arguments: [1, 2, 3, 100])
    func narrowLengths(rows: Int) {
        let lengths = UnsafeMutablePointer<Int>.allocate(capacity: rows)
        defer { lengths.deallocate() }
        let expected = (0..<rows).map { $0 % 2 == 0 ? $0 : Cells.null }
        func widened() -> [Int] {
            RowFetcher.widen(lengths, rows)
            return Array(UnsafeBufferPointer(start: lengths, count: rows))
        }
        lengths.initialize(from: expected, count: rows)
        #expect(widened() == expected)
        // Side by side.
        lengths.update(repeating: ColumnBuffer.untouched, count: rows)
        let narrow = UnsafeMutableRawPointer(lengths).assumingMemoryBound(to: Int32.self)
        for row in 0..<rows { narrow[row] = Int32(expected[row]) }
        #expect(widened() == expected)
        // Each in the lower half of its place.
        lengths.update(repeating: ColumnBuffer.untouched, count: rows)
        for row in 0..<rows { narrow[row * 2] = Int32(expected[row]) }
        #expect(widened() == expected)
        // Nothing at all.
        lengths.update(repeating: ColumnBuffer.untouched, count: rows)
        #expect(widened() == [Int](repeating: ColumnBuffer.untouched, count: rows))
    }
}
