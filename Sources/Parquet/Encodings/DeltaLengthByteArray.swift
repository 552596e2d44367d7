// DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
// https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-length-byte-array-delta_length_byte_array--6
//
//   page := lengths (DELTA_BINARY_PACKED of INT32) bytes

package enum DeltaLengthByteArray {
    /// Value i is `arena[offsets[i] ..< offsets[i + 1]]`; `offsets[0]` need not be 0. Each value is below 2 GiB.
    package static func encode(
        offsets: UnsafePointer<UInt32>, count: Int, arena: UnsafeRawPointer, into out: ByteBuffer
    ) {
        DeltaBinaryPacked.encode(LengthsOfOffsets(offsets: offsets), count: count, into: out)
        guard count > 0 else { return }
        let start = Int(offsets[0])
        out.append(UnsafeRawBufferPointer(start: arena + start, count: Int(offsets[count]) - start))
    }

    /// Returns the values and how many bytes they took.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limit: Int
    ) throws(ParquetFault) -> (values: [[UInt8]], consumed: Int) {
        let (lengths, used) = try DeltaBinaryPacked.decode(bytes, as: Int32.self, limit: limit)
        var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[used...]))
        var values: [[UInt8]] = []
        values.reserveCapacity(lengths.count)
        for length in lengths { values.append(Array(try cursor.take(Int(length)))) }
        return (values, used + cursor.position)
    }
}

struct LengthsOfOffsets: DeltaSource {
    let offsets: UnsafePointer<UInt32>
    subscript(_ index: Int) -> Int32 { Int32(bitPattern: offsets[index &+ 1] &- offsets[index]) }
}
