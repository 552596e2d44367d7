/// The levels of one page of one leaf, as the source of a page's level bytes.
enum PageLevels {
    /// A top-level column: definition level 1 or 0, which is the validity bitmap itself, from bit `start`.
    case bitmap(UnsafePointer<UInt8>, start: Int)
    /// A nested column: a byte per slot. `repetition` is nil where no list is on the path.
    case bytes(
        definition: UnsafePointer<UInt8>, repetition: UnsafePointer<UInt8>?, maxDefinition: Int, maxRepetition: Int)
}

/// Writes levels in the hybrid encoding.
struct LevelEncoder {
    /// Widened copy of byte levels, reused.
    private let widened = ByteBuffer()

    /// Definition levels of `count` slots, `nulls` of which are below the maximum.
    func appendDefinition(_ levels: PageLevels, count: Int, nulls: Int, to out: ByteBuffer) {
        switch levels {
        case .bitmap(let bits, let start):
            if nulls == 0 || nulls == count {
                BitPacking.appendRun(value: nulls == 0 ? 1 : 0, count: count, width: 1, to: out)
            } else {
                Self.appendBitmap(bits, start: start, count: count, to: out)
            }
        case .bytes(let definition, _, let maximum, _):
            append(definition, count: count, maximum: maximum, to: out)
        }
    }

    func appendRepetition(_ levels: PageLevels, count: Int, to out: ByteBuffer) {
        guard case .bytes(_, let repetition?, _, let maximum) = levels else { return }
        append(repetition, count: count, maximum: maximum, to: out)
    }

    private func append(_ levels: UnsafePointer<UInt8>, count: Int, maximum: Int, to out: ByteBuffer) {
        let width = BitPacking.width(entries: maximum + 1)
        widened.reserve(count * MemoryLayout<UInt32>.stride)
        let wide = widened.base.assumingMemoryBound(to: UInt32.self)
        for index in 0..<count { wide[index] = UInt32(levels[index]) }
        BitPacking.appendHybrid(wide, count: count, width: width, to: out)
    }

    /// One bit-packed run that copies `count` bits from bit `start` on.
    private static func appendBitmap(_ bits: UnsafePointer<UInt8>, start: Int, count: Int, to out: ByteBuffer) {
        let groups = (count + 7) / 8
        out.append(varint: UInt64(groups) << 1 | 1)
        out.reserve(groups)
        let source = bits + start / 8
        let shift = UInt8(start % 8)
        let target = out.tail.assumingMemoryBound(to: UInt8.self)
        if shift == 0 {
            target.update(from: source, count: groups)
        } else {
            // SAFETY: a validity bitmap has 8 bytes behind its last bit.
            for index in 0..<groups { target[index] = source[index] &>> shift | source[index + 1] &<< (8 - shift) }
        }
        if count % 8 != 0 { target[groups - 1] &= (1 << UInt8(count % 8)) - 1 }
        out.count += groups
    }
}
