// DELTA_BINARY_PACKED: differences of neighbours, less their minimum, in as few bits as a group of 32 needs.
// https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
//
//   page   := block-size miniblocks-per-block value-count first-value block*
//             varint     varint               varint      zigzag varint
//   block  := min-delta     width{miniblocks-per-block} miniblock*
//             zigzag varint one byte each
//   miniblock := (delta - min-delta), each in `width` bits, least significant bit first
//
// Blocks are of 128 values in 4 miniblocks here. All arithmetic wraps in the width of the type, which is what makes
// Int64.min after Int64.max a difference like any other. The last miniblock is padded with zeros; miniblocks that would
// be wholly empty have width 0 and no bytes.

package enum DeltaBinaryPacked {
    package static let blockValues = 128
    static let miniblocks = 4
    static let miniblockValues = 32

    package static func encode(_ values: UnsafePointer<Int32>, count: Int, into out: ByteBuffer) {
        encode(DenseValues(base: values), count: count, into: out)
    }

    package static func encode(_ values: UnsafePointer<Int64>, count: Int, into out: ByteBuffer) {
        encode(DenseValues(base: values), count: count, into: out)
    }

    /// The most that `count` values can take.
    package static func bound(_ count: Int, width: Int) -> Int {
        // Header 40; per block: 10 for the minimum, 4 widths, 128 values.
        40 + (count + blockValues - 1) / blockValues * (14 + blockValues * width)
    }

    static func encode<Source: DeltaSource>(_ source: Source, count: Int, into out: ByteBuffer) {
        out.reserve(bound(count, width: MemoryLayout<Source.Value>.size))
        out.append(varint: UInt64(blockValues))
        out.append(varint: UInt64(miniblocks))
        out.append(varint: UInt64(count))
        guard count > 0 else {
            out.append(varint: 0)
            return
        }
        var previous = source[0]
        out.append(varint: CompactWriter.zigzag(Int64(previous)))
        // 1 KiB at most: on the stack.
        withUnsafeTemporaryAllocation(of: Source.Value.self, capacity: blockValues) { deltas in
            guard let deltas = deltas.baseAddress else { return }
            var next = 1
            while next < count {
                let filled = min(blockValues, count - next)
                var smallest = Source.Value.max
                for i in 0..<filled {
                    let value = source[next &+ i]
                    let delta = value &- previous
                    previous = value
                    deltas[i] = delta
                    smallest = min(smallest, delta)
                }
                writeBlock(deltas, filled: filled, smallest: smallest, into: out)
                next += filled
            }
        }
    }

    private static func writeBlock<Value: FixedWidthInteger & SignedInteger>(
        _ deltas: UnsafeMutablePointer<Value>, filled: Int, smallest: Value, into out: ByteBuffer
    ) where Value.Magnitude: FixedWidthInteger {
        // Padding becomes zero once the minimum is taken off.
        for i in filled..<max(filled, blockValues) { deltas[i] = smallest }
        out.append(varint: CompactWriter.zigzag(Int64(smallest)))
        let widths = out.tail.assumingMemoryBound(to: UInt8.self)
        var target = out.tail + miniblocks
        for block in 0..<miniblocks {
            let base = deltas + block * miniblockValues
            guard block * miniblockValues < filled else {
                widths[block] = 0
                continue
            }
            var all = Value.Magnitude.zero
            for i in 0..<miniblockValues { all |= Value.Magnitude(truncatingIfNeeded: base[i] &- smallest) }
            let width = Value.bitWidth - all.leadingZeroBitCount
            widths[block] = UInt8(width)
            pack(base, less: smallest, width: width, into: target)
            // 32 values of `width` bits.
            target += 4 * width
        }
        out.count += target - out.tail
    }

    /// Packs 32 values. An accumulator of 64 bits is emptied by stores of 32, so at most 31 bits wait in it.
    private static func pack<Value: FixedWidthInteger & SignedInteger>(
        _ deltas: UnsafeMutablePointer<Value>, less smallest: Value, width: Int, into target: UnsafeMutableRawPointer
    ) where Value.Magnitude: FixedWidthInteger {
        guard width > 0 else { return }
        var target = target
        var waiting: UInt64 = 0
        var used: UInt64 = 0
        if width <= 32 {
            for i in 0..<miniblockValues {
                let value = UInt64(truncatingIfNeeded: Value.Magnitude(truncatingIfNeeded: deltas[i] &- smallest))
                waiting |= value &<< used
                used &+= UInt64(truncatingIfNeeded: width)
                if used >= 32 {
                    target.storeBytes(of: UInt32(truncatingIfNeeded: waiting).littleEndian, as: UInt32.self)
                    target += 4
                    waiting &>>= 32
                    used &-= 32
                }
            }
            return
        }
        let high = UInt64(truncatingIfNeeded: width - 32)
        for i in 0..<miniblockValues {
            let value = UInt64(truncatingIfNeeded: Value.Magnitude(truncatingIfNeeded: deltas[i] &- smallest))
            waiting |= (value & 0xFFFF_FFFF) &<< used
            target.storeBytes(of: UInt32(truncatingIfNeeded: waiting).littleEndian, as: UInt32.self)
            target += 4
            waiting = waiting &>> 32 | (value &>> 32) &<< used
            used &+= high
            if used >= 32 {
                target.storeBytes(of: UInt32(truncatingIfNeeded: waiting).littleEndian, as: UInt32.self)
                target += 4
                waiting &>>= 32
                used &-= 32
            }
        }
    }
}

/// Where an encoder's integers come from; a generic parameter, so that it costs nothing per value.
protocol DeltaSource {
    associatedtype Value: FixedWidthInteger & SignedInteger where Value.Magnitude: FixedWidthInteger
    subscript(_ index: Int) -> Value { get }
}

struct DenseValues<Value: FixedWidthInteger & SignedInteger>: DeltaSource where Value.Magnitude: FixedWidthInteger {
    let base: UnsafePointer<Value>
    subscript(_ index: Int) -> Value { base[index] }
}
