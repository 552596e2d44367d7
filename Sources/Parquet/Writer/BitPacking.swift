/// The RLE / bit-packed hybrid of levels, dictionary indices and booleans.
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3
///
///     encoded-data := run*
///     run          := bit-packed-run | rle-run
///     bit-packed-run := varint(groups of 8 << 1 | 1) values, least significant bit first
///     rle-run        := varint(length << 1) value in ceil(width / 8) bytes, little-endian
enum BitPacking {
    /// Bits that the largest index of a dictionary needs; at least 1, as some readers refuse 0.
    static func width(entries: Int) -> Int { max(1, Int.bitWidth - max(0, entries - 1).leadingZeroBitCount) }

    static func appendRun(value: UInt32, count: Int, width: Int, to out: ByteBuffer) {
        out.append(varint: UInt64(count) << 1)
        var rest = value
        for _ in 0..<((width + 7) / 8) {
            out.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// One bit-packed run; padded with zeros to a multiple of 8 values.
    static func appendPacked(_ values: UnsafePointer<UInt32>, count: Int, width: Int, to out: ByteBuffer) {
        guard count > 0 else { return }
        let groups = (count + 7) / 8
        out.append(varint: UInt64(groups) << 1 | 1)
        out.reserve(groups * width + 8)
        let target = out.tail
        var position = 0
        var accumulator: UInt64 = 0
        var bits = 0
        // bits < 32 on entry of each step and width <= 32, so the accumulator never holds more than 63 bits.
        for index in 0..<count {
            accumulator |= UInt64(values[index]) &<< UInt64(bits)
            bits &+= width
            if bits >= 32 {
                target.storeBytes(
                    of: UInt32(truncatingIfNeeded: accumulator).littleEndian, toByteOffset: position, as: UInt32.self)
                position &+= 4
                accumulator &>>= 32
                bits &-= 32
            }
        }
        // SAFETY: groups * width + 8 bytes were reserved; what is left is at most 31 bits and the padding.
        target.storeBytes(of: accumulator.littleEndian, toByteOffset: position, as: UInt64.self)
        var written = position + (bits + 7) / 8
        while written < groups * width {
            target.storeBytes(of: 0, toByteOffset: written, as: UInt8.self)
            written += 1
        }
        out.count += groups * width
    }

    /// Runs where there are at least 8 equal neighbours, bit-packed stretches between them.
    static func appendHybrid(_ values: UnsafePointer<UInt32>, count: Int, width: Int, to out: ByteBuffer) {
        var packedFrom = 0
        var index = 0
        while index < count {
            let value = values[index]
            var end = index + 1
            while end < count && values[end] == value { end += 1 }
            if end - index >= 8 {
                // A bit-packed stretch holds whole groups of 8: it takes what it needs from the run.
                let borrowed = (8 - (index - packedFrom) % 8) % 8
                let runStart = index + borrowed
                if end - runStart >= 8 {
                    appendPacked(values + packedFrom, count: runStart - packedFrom, width: width, to: out)
                    appendRun(value: value, count: end - runStart, width: width, to: out)
                    packedFrom = end
                }
            }
            index = end
        }
        appendPacked(values + packedFrom, count: count - packedFrom, width: width, to: out)
    }

    /// Packs bytes that are 0 or 1 into bits: booleans, PLAIN.
    static func appendBits(_ values: UnsafePointer<UInt8>, count: Int, to out: ByteBuffer) {
        let whole = count / 8
        out.reserve(whole + 1)
        for group in 0..<whole {
            // The eight low bits of eight bytes, gathered by one multiplication.
            let word = UnsafeRawPointer(values + group * 8).loadUnaligned(as: UInt64.self).littleEndian
            let byte = UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) &>> 56)
            out.tail.storeBytes(of: byte, as: UInt8.self)
            out.count += 1
        }
        if count % 8 != 0 {
            var byte: UInt8 = 0
            for bit in 0..<(count % 8) { byte |= values[whole * 8 + bit] << UInt8(bit) }
            out.append(byte)
        }
    }
}
