// Grammar: DeltaBinaryPacked.swift.
extension DeltaBinaryPacked {
    /// Decodes from the beginning of `bytes`; returns the values and how many bytes they took.
    /// More than `limit` values are refused: a block of equal differences takes 6 bytes, whatever it stands for.
    package static func decode<Value: FixedWidthInteger & SignedInteger>(
        _ bytes: UnsafeRawBufferPointer, as _: Value.Type, limit: Int
    ) throws(ParquetFault) -> (values: [Value], consumed: Int) {
        var cursor = ByteCursor(bytes)
        let blockSize = try cursor.varint()
        let perBlock = try cursor.varint()
        let total = try cursor.varint()
        let first = try cursor.zigzag()
        guard total <= UInt64(max(limit, 0)) else {
            throw cursor.corrupt("delta: \(total) values where at most \(limit) can be")
        }
        guard blockSize > 0, blockSize <= UInt64(Int32.max), blockSize % 128 == 0, perBlock > 0,
            perBlock <= UInt64(bytes.count), blockSize % perBlock == 0, blockSize / perBlock % 32 == 0
        else { throw cursor.corrupt("delta: blocks of \(blockSize) values in \(perBlock) parts") }
        let count = Int(total)
        var values: [Value] = []
        guard count > 0 else { return (values, cursor.position) }
        values.reserveCapacity(count)
        var value = Value(truncatingIfNeeded: first)
        values.append(value)
        let miniblock = Int(blockSize / perBlock)
        while values.count < count {
            let smallest = Value(truncatingIfNeeded: try cursor.zigzag())
            let widths = try cursor.take(Int(perBlock))
            for width in widths where values.count < count {
                let width = Int(width)
                guard width <= Value.bitWidth else { throw cursor.corrupt("delta: a width of \(width) bits") }
                // No overflow: at most 2^31 values of 64 bits.
                let packed = try cursor.take(miniblock / 8 * width)
                for i in 0..<min(miniblock, count - values.count) {
                    let delta = BitUnpacking.value(packed, at: i, width: width)
                    value = value &+ smallest &+ Value(truncatingIfNeeded: delta)
                    values.append(value)
                }
            }
        }
        return (values, cursor.position)
    }
}
