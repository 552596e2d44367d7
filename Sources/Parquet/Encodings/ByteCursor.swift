/// Reads forward through bytes that nobody vouches for; every step past the end is an error. It borrows the bytes.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position...]) }

    mutating func byte() throws(ParquetFault) -> UInt8 {
        guard position < bytes.count else { throw truncated(1) }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func take(_ count: Int) throws(ParquetFault) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw truncated(count) }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) throws(ParquetFault) -> T {
        T(littleEndian: try take(MemoryLayout<T>.size).loadUnaligned(as: T.self))
    }

    mutating func varint() throws(ParquetFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw corrupt("an integer of more than 64 bits") }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    mutating func zigzag() throws(ParquetFault) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    func corrupt(_ message: String) -> ParquetFault { ParquetFault(.corrupt, message, offset: position) }

    private func truncated(_ wanted: Int) -> ParquetFault {
        ParquetFault(.truncated, "\(wanted) bytes wanted where \(remaining) are left", offset: position)
    }
}

enum BitUnpacking {
    /// The value at an index of values packed least significant bit first. The bytes must reach far enough.
    static func value(_ bytes: UnsafeRawBufferPointer, at index: Int, width: Int) -> UInt64 {
        guard width > 0 else { return 0 }
        var bit = index * width
        var value: UInt64 = 0
        var got = 0
        while got < width {
            let take = min(8 - bit & 7, width - got)
            let part = UInt64(bytes[bit >> 3]) >> UInt64(bit & 7) & (1 << UInt64(take) - 1)
            value |= part << UInt64(got)
            got += take
            bit += take
        }
        return value
    }
}
