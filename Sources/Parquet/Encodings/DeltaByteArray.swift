// DELTA_BYTE_ARRAY: each value as the length of what it shares with the one before, and the rest. Read only: we don't
// write it.
// https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-strings-delta_byte_array--7
//
//   page := prefix-lengths (DELTA_BINARY_PACKED of INT32) suffixes (DELTA_LENGTH_BYTE_ARRAY)

package enum DeltaByteArray {
    /// Prefixes multiply: n bytes of input can stand for n² bytes of values. More than `byteLimit` are refused.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limit: Int, byteLimit: Int
    ) throws(ParquetFault) -> [[UInt8]] {
        let (prefixes, used) = try DeltaBinaryPacked.decode(bytes, as: Int32.self, limit: limit)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
        let suffixes = try DeltaLengthByteArray.decode(rest, limit: limit).values
        guard prefixes.count == suffixes.count else {
            throw ParquetFault(.corrupt, "delta: \(prefixes.count) prefixes for \(suffixes.count) suffixes")
        }
        var values: [[UInt8]] = []
        values.reserveCapacity(prefixes.count)
        var previous: [UInt8] = []
        var total = 0
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix >= 0, Int(prefix) <= previous.count else {
                throw ParquetFault(.corrupt, "delta: a prefix of \(prefix) bytes of a value of \(previous.count)")
            }
            total += Int(prefix) + suffix.count
            guard total <= byteLimit else {
                throw ParquetFault(.corrupt, "delta: values of more than \(byteLimit) bytes")
            }
            previous = previous[..<Int(prefix)] + suffix
            values.append(previous)
        }
        return values
    }
}
