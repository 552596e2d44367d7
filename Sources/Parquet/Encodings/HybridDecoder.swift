// The hybrid of runs and bit-packing that levels, dictionary ids and RLE booleans use.
// https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
//
//   data := run*
//   run  := varint(count << 1) value                  value in (width + 7) / 8 bytes, little-endian
//         | varint(groups << 1 | 1) packed            groups × 8 values of `width` bits, least significant bit first

package enum HybridDecoder {
    /// Exactly `count` values; bit-packed groups may go on behind the last, as they come in eights.
    /// Returns how many bytes were read. The caller has bounded `count`.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, width: Int, count: Int
    ) throws(ParquetFault) -> (values: [UInt32], consumed: Int) {
        guard width >= 0, width <= 32 else { throw ParquetFault(.corrupt, "runs of values of \(width) bits") }
        var cursor = ByteCursor(bytes)
        var values: [UInt32] = []
        values.reserveCapacity(count)
        while values.count < count {
            let header = try cursor.varint()
            let length = header >> 1
            guard length > 0, length <= UInt64(Int32.max) else { throw cursor.corrupt("a run of \(length) values") }
            let missing = count - values.count
            if header & 1 == 0 {
                guard length <= UInt64(missing) else {
                    throw cursor.corrupt("a run of \(length) values where \(missing) are missing")
                }
                var value: UInt32 = 0
                for index in 0..<(width + 7) / 8 { value |= UInt32(try cursor.byte()) << UInt32(8 * index) }
                guard width == 32 || value >> UInt32(width) == 0 else {
                    throw cursor.corrupt("a value of \(value) in \(width) bits")
                }
                values.append(contentsOf: repeatElement(value, count: Int(length)))
            } else {
                let groups = Int(length)
                guard (groups - 1) * 8 < missing else {
                    throw cursor.corrupt("\(groups) groups of 8 values where \(missing) are missing")
                }
                let packed = try cursor.take(groups * width)
                for index in 0..<min(groups * 8, missing) {
                    values.append(UInt32(truncatingIfNeeded: BitUnpacking.value(packed, at: index, width: width)))
                }
            }
        }
        return (values, cursor.position)
    }
}
