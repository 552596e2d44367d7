// BYTE_STREAM_SPLIT: the first bytes of all values, then all second bytes, and so on. It makes nothing smaller by itself;
// the codec behind it finds the equal exponents side by side.
// https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9
//
//   page := stream{width};  stream b := byte b of each value

package enum ByteStreamSplit {
    /// Values of `width` bytes as they stand in memory: little-endian numbers, or FIXED_LEN_BYTE_ARRAY.
    package static func encode(_ values: UnsafeRawPointer, count: Int, width: Int, into out: ByteBuffer) {
        precondition(width > 0 && count >= 0, "values have a width")
        out.reserve(count * width)
        let target = out.tail.assumingMemoryBound(to: UInt8.self)
        // The fast paths do eight values at a time and leave the rest.
        let done: Int
        switch width {
        case 4: done = split4(values, count: count, into: target)
        case 8: done = split8(values, count: count, into: target)
        default: done = 0
        }
        let source = values.assumingMemoryBound(to: UInt8.self)
        for byte in 0..<width {
            let stream = target + byte * count
            for i in done..<count { stream[i] = source[i &* width &+ byte] }
        }
        out.count += count * width
    }

    /// Native-endian integers of `stride` bytes as big-endian FIXED_LEN_BYTE_ARRAY of `width` bytes, as decimals are.
    /// Bytes above `width` must only repeat the sign.
    package static func encodeBigEndian(
        _ values: UnsafeRawPointer, stride: Int, count: Int, width: Int, into out: ByteBuffer
    ) {
        precondition(width > 0 && width <= stride && count >= 0, "a width within the values")
        out.reserve(count * width)
        let target = out.tail.assumingMemoryBound(to: UInt8.self)
        let source = values.assumingMemoryBound(to: UInt8.self)
        for byte in 0..<width {
            let stream = target + byte * count
            let from = source + (width - 1 - byte)
            for i in 0..<count { stream[i] = from[i &* stride] }
        }
        out.count += count * width
    }

    /// The values one behind the other; `count * width` bytes must be there, no more, no less.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, width: Int
    ) throws(ParquetFault) -> [UInt8] {
        guard count >= 0, width > 0, bytes.count % width == 0, bytes.count / width == count else {
            throw ParquetFault(.corrupt, "byte stream split: \(bytes.count) bytes for \(count) values of \(width)")
        }
        var values = [UInt8](repeating: 0, count: bytes.count)
        for i in 0..<count {
            for byte in 0..<width { values[i * width + byte] = bytes[byte * count + i] }
        }
        return values
    }

    // Both transpose a matrix of bytes by swapping ever larger pieces: 1 byte between neighbours, 2 bytes between every
    // second, 4 bytes between every fourth.

    private static func split4(_ values: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<UInt8>) -> Int
    {
        let full = count & ~7
        let stream = UnsafeMutableRawPointer(target)
        var i = 0
        while i < full {
            let source = values + i &* 4
            func pair(_ row: Int) -> UInt64 {
                let low = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: row &* 4, as: UInt32.self))
                let high = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: row &* 4 &+ 16, as: UInt32.self))
                return UInt64(low) | UInt64(high) &<< 32
            }
            var (a, b, c, d) = (pair(0), pair(1), pair(2), pair(3))
            swap8(&a, &b)
            swap8(&c, &d)
            swap16(&a, &c)
            swap16(&b, &d)
            stream.storeBytes(of: a.littleEndian, toByteOffset: i, as: UInt64.self)
            stream.storeBytes(of: b.littleEndian, toByteOffset: count &+ i, as: UInt64.self)
            stream.storeBytes(of: c.littleEndian, toByteOffset: 2 &* count &+ i, as: UInt64.self)
            stream.storeBytes(of: d.littleEndian, toByteOffset: 3 &* count &+ i, as: UInt64.self)
            i &+= 8
        }
        return full
    }

    private static func split8(_ values: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<UInt8>) -> Int
    {
        let full = count & ~7
        let stream = UnsafeMutableRawPointer(target)
        var i = 0
        while i < full {
            let source = values + i &* 8
            func row(_ index: Int) -> UInt64 {
                UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self))
            }
            var (a, b, c, d, e, f, g, h) = (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
            swap8(&a, &b)
            swap8(&c, &d)
            swap8(&e, &f)
            swap8(&g, &h)
            swap16(&a, &c)
            swap16(&b, &d)
            swap16(&e, &g)
            swap16(&f, &h)
            swap32(&a, &e)
            swap32(&b, &f)
            swap32(&c, &g)
            swap32(&d, &h)
            func store(_ value: UInt64, _ byte: Int) {
                stream.storeBytes(of: value.littleEndian, toByteOffset: byte &* count &+ i, as: UInt64.self)
            }
            store(a, 0)
            store(b, 1)
            store(c, 2)
            store(d, 3)
            store(e, 4)
            store(f, 5)
            store(g, 6)
            store(h, 7)
            i &+= 8
        }
        return full
    }

    private static func swap8(_ a: inout UInt64, _ b: inout UInt64) {
        let mask: UInt64 = 0x00FF_00FF_00FF_00FF
        (a, b) = (a & mask | (b & mask) &<< 8, a &>> 8 & mask | b & ~mask)
    }

    private static func swap16(_ a: inout UInt64, _ b: inout UInt64) {
        let mask: UInt64 = 0x0000_FFFF_0000_FFFF
        (a, b) = (a & mask | (b & mask) &<< 16, a &>> 16 & mask | b & ~mask)
    }

    private static func swap32(_ a: inout UInt64, _ b: inout UInt64) {
        (a, b) = (a & 0xFFFF_FFFF | b &<< 32, a &>> 32 | b & ~0xFFFF_FFFF)
    }
}
