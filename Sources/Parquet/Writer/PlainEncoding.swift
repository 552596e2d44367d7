/// PLAIN: values back to back, little-endian; decimals in fixed bytes big-endian; byte strings after a 4-byte length;
/// booleans as bits.
enum PlainEncoding {
    static func append(_ values: LeafValues, of leaf: LeafColumn, to out: ByteBuffer) {
        let count = values.count
        guard count > 0 else { return }
        switch leaf.kind {
        case .boolean: BitPacking.appendBits(values.fixed.assumingMemoryBound(to: UInt8.self), count: count, to: out)
        case .bytes: appendBytes(values, to: out)
        case .int128:
            appendBigEndian(values.fixed.assumingMemoryBound(to: Int128.self), count, leaf.typeLength, to: out)
        case .int32 where leaf.physical == .fixedLenByteArray:
            appendBigEndian(values.fixed.assumingMemoryBound(to: Int32.self), count, leaf.typeLength, to: out)
        case .int64 where leaf.physical == .fixedLenByteArray:
            appendBigEndian(values.fixed.assumingMemoryBound(to: Int64.self), count, leaf.typeLength, to: out)
        case .int32, .int64, .float, .double, .uuid:
            out.append(UnsafeRawBufferPointer(start: values.fixed, count: count * leaf.kind.width))
        }
    }

    private static func appendBytes(_ values: LeafValues, to out: ByteBuffer) {
        let count = values.count
        out.reserve(values.variableBytes + 4 * count)
        let offsets = values.offsets
        let arena = values.arena
        var target = out.tail
        var start = Int(offsets[0])
        for index in 0..<count {
            let end = Int(offsets[index &+ 1])
            let length = end &- start
            target.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, as: UInt32.self)
            target += 4
            let source = arena + start
            // SAFETY: the arena has 16 bytes of slack to read, the buffer 32 to write.
            if length <= 16 {
                let low = source.loadUnaligned(as: UInt64.self)
                let high = source.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                target.storeBytes(of: low, as: UInt64.self)
                target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
            } else {
                target.copyMemory(from: source, byteCount: length)
            }
            target += length
            start = end
        }
        out.count = target - out.base
    }

    /// The low `width` bytes of each value, most significant first.
    private static func appendBigEndian<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ values: UnsafePointer<T>, _ count: Int, _ width: Int, to out: ByteBuffer
    ) {
        out.reserve(count * width)
        var target = out.tail
        let size = MemoryLayout<T>.size
        if width <= size {
            let shift = (size - width) * 8
            for index in 0..<count {
                // SAFETY: stores `size` bytes of which `width` count; the next value or the slack takes the rest.
                target.storeBytes(of: (values[index] &<< T(truncatingIfNeeded: shift)).bigEndian, as: T.self)
                target += width
            }
        } else {
            for index in 0..<count {
                let value = Int128(values[index])
                target.storeBytes(of: (value &<< Int128((16 - width) * 8)).bigEndian, as: Int128.self)
                target += width
            }
        }
        out.count += count * width
    }
}
