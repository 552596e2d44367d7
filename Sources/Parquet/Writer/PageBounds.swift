import Glibc

/// Smallest and largest value of a page's values, encoded as statistics want them.
struct PageBounds {
    private let leaf: LeafColumn
    private let boundBytes: Int
    private let scratch = ByteBuffer(capacity: 128)

    init(leaf: LeafColumn, boundBytes: Int) {
        self.leaf = leaf
        self.boundBytes = boundBytes
    }

    /// Adds the bounds of `count` values to a page of the log; none where there are no values.
    func measure(_ values: LeafValues, into log: inout BoundsLog, page: inout BoundsLog.Page) {
        guard values.count > 0 else { return }
        let raw = values.fixed
        switch leaf.kind {
        case .boolean:
            let (low, high) = Self.extremes(raw.assumingMemoryBound(to: UInt8.self), values.count)
            add(low, high, &log, &page)
        case .int32:
            let (low, high) = Self.extremes(raw.assumingMemoryBound(to: Int32.self), values.count)
            if leaf.physical == .fixedLenByteArray {
                addDecimal(Int128(low), Int128(high), &log, &page)
            } else {
                add(low, high, &log, &page)
            }
        case .int64:
            let (low, high) = Self.extremes(raw.assumingMemoryBound(to: Int64.self), values.count)
            if leaf.physical == .fixedLenByteArray {
                addDecimal(Int128(low), Int128(high), &log, &page)
            } else {
                add(low, high, &log, &page)
            }
        case .int128:
            let (low, high) = Self.extremes(raw.assumingMemoryBound(to: Int128.self), values.count)
            addDecimal(low, high, &log, &page)
        case .float:
            let (low, high, nans) = Self.extremes(floats: raw.assumingMemoryBound(to: Float.self), values.count)
            page.nans = nans
            if nans == 0 { add(low.bitPattern, high.bitPattern, &log, &page) }
        case .double:
            let (low, high, nans) = Self.extremes(floats: raw.assumingMemoryBound(to: Double.self), values.count)
            page.nans = nans
            if nans == 0 { add(low.bitPattern, high.bitPattern, &log, &page) }
        case .uuid:
            let (low, high) = Self.extremes(uuids: raw, values.count)
            page.minimum = log.add(bound: UnsafeRawBufferPointer(start: raw + low * 16, count: 16), exact: true)
            page.maximum = log.add(bound: UnsafeRawBufferPointer(start: raw + high * 16, count: 16), exact: true)
        case .bytes:
            let (low, high) = Self.extremes(values)
            addBytes(low, high, &log, &page)
        }
    }

    /// As `measure`, for bytes whose extremes are already known.
    func addBytes(
        _ low: UnsafeRawBufferPointer, _ high: UnsafeRawBufferPointer, _ log: inout BoundsLog,
        _ page: inout BoundsLog.Page
    ) {
        if low.count <= boundBytes {
            page.minimum = log.add(bound: low, exact: true)
        } else {
            page.minimum = log.add(bound: UnsafeRawBufferPointer(rebasing: low[..<cut(low)]), exact: false)
        }
        if high.count <= boundBytes {
            page.maximum = log.add(bound: high, exact: true)
        } else if let rounded = roundedUp(high) {
            page.maximum = log.add(bound: rounded, exact: false)
        }
    }

    private func add<T: FixedWidthInteger & BitwiseCopyable>(
        _ low: T, _ high: T, _ log: inout BoundsLog, _ page: inout BoundsLog.Page
    ) {
        page.minimum = withUnsafeBytes(of: low.littleEndian) { log.add(bound: $0, exact: true) }
        page.maximum = withUnsafeBytes(of: high.littleEndian) { log.add(bound: $0, exact: true) }
    }

    private func addDecimal(_ low: Int128, _ high: Int128, _ log: inout BoundsLog, _ page: inout BoundsLog.Page) {
        let skip = 16 - leaf.typeLength
        page.minimum = withUnsafeBytes(of: low.bigEndian) {
            log.add(bound: UnsafeRawBufferPointer(rebasing: $0[skip...]), exact: true)
        }
        page.maximum = withUnsafeBytes(of: high.bigEndian) {
            log.add(bound: UnsafeRawBufferPointer(rebasing: $0[skip...]), exact: true)
        }
    }

    // MARK: Shortening

    /// Where to cut a long value: at `boundBytes`, for text before the character that would be cut in two.
    private func cut(_ value: UnsafeRawBufferPointer) -> Int {
        guard leaf.isText else { return boundBytes }
        var end = boundBytes
        while end > 0 && value[end] & 0xC0 == 0x80 { end -= 1 }
        // Not UTF-8 (a run of more than 3 continuation bytes): cut as bytes.
        return boundBytes - end <= 3 && end > 0 ? end : boundBytes
    }

    /// The cut value with its last character (or byte) raised by one, so that it is not below the value. Nil where no
    /// character can be raised.
    private func roundedUp(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        scratch.removeAll()
        scratch.append(UnsafeRawBufferPointer(rebasing: value[..<cut(value)]))
        let bytes = scratch.base.assumingMemoryBound(to: UInt8.self)
        var end = scratch.count
        while end > 0 {
            if leaf.isText {
                // Raising an ASCII character below DEL keeps the text valid; others are dropped with their character.
                if bytes[end - 1] < 0x7F {
                    bytes[end - 1] += 1
                    return UnsafeRawBufferPointer(start: bytes, count: end)
                }
                if let raised = Self.raiseCharacter(bytes, endingAt: end) {
                    return UnsafeRawBufferPointer(start: bytes, count: raised)
                }
                end -= 1
                while end > 0 && bytes[end] & 0xC0 == 0x80 { end -= 1 }
            } else {
                if bytes[end - 1] < 0xFF {
                    bytes[end - 1] += 1
                    return UnsafeRawBufferPointer(start: bytes, count: end)
                }
                end -= 1
            }
        }
        return nil
    }

    /// Raises the last continuation byte of a multi-byte character where that gives a character again.
    private static func raiseCharacter(_ bytes: UnsafeMutablePointer<UInt8>, endingAt end: Int) -> Int? {
        var lead = end - 1
        while lead > 0 && bytes[lead] & 0xC0 == 0x80 { lead -= 1 }
        let length = end - lead
        guard length >= 2, bytes[end - 1] & 0xC0 == 0x80, bytes[end - 1] < 0xBF else { return nil }
        bytes[end - 1] += 1
        return end
    }

    // MARK: Extremes

    private static func extremes<T: FixedWidthInteger>(_ values: UnsafePointer<T>, _ count: Int) -> (T, T) {
        var low = values[0]
        var high = low
        for index in 0..<count {
            let value = values[index]
            low = value < low ? value : low
            high = value > high ? value : high
        }
        return (low, high)
    }

    /// A zero minimum is written as −0 and a zero maximum as +0, since readers may not tell them apart. Where there is a NaN,
    /// the bounds are of no use: Spark, DuckDB and DataFusion take NaN for the largest value and skip by the maximum.
    private static func extremes<T: BinaryFloatingPoint>(
        floats values: UnsafePointer<T>, _ count: Int
    ) -> (low: T, high: T, nans: Int) {
        var low = T.infinity
        var high = -T.infinity
        var nans = 0
        for index in 0..<count {
            let value = values[index]
            low = value < low ? value : low
            high = value > high ? value : high
            nans &+= value == value ? 0 : 1
        }
        return (low == 0 ? -T.zero : low, high == 0 ? T.zero : high, nans)
    }

    private static func extremes(uuids raw: UnsafeRawPointer, _ count: Int) -> (Int, Int) {
        var (low, high) = (0, 0)
        var (lowKey, highKey) = (UInt128.max, UInt128.min)
        for index in 0..<count {
            let key = UInt128(bigEndian: raw.loadUnaligned(fromByteOffset: index * 16, as: UInt128.self))
            if key <= lowKey { (low, lowKey) = (index, key) }
            if key >= highKey { (high, highKey) = (index, key) }
        }
        return (low, high)
    }

    /// Compares by the first eight bytes, and by the rest only where these are equal and there is a rest.
    private static func extremes(_ values: LeafValues) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
        let offsets = values.offsets
        let arena = values.arena
        var start = Int(offsets[0])
        var (low, high) = (start, start)
        var lowLength = Int(offsets[1]) - start
        var highLength = lowLength
        var lowKey = key(arena + start, lowLength)
        var highKey = lowKey
        for index in 0..<values.count {
            let end = Int(offsets[index &+ 1])
            let length = end &- start
            let key = key(arena + start, length)
            if key <= lowKey, key < lowKey || precedes(arena, start, length, low, lowLength) {
                (low, lowLength, lowKey) = (start, length, key)
            }
            if key >= highKey, key > highKey || precedes(arena, high, highLength, start, length) {
                (high, highLength, highKey) = (start, length, key)
            }
            start = end
        }
        return (
            UnsafeRawBufferPointer(start: arena + low, count: lowLength),
            UnsafeRawBufferPointer(start: arena + high, count: highLength)
        )
    }

    /// Whether the first value is below the second; their first eight bytes are known to be equal.
    @inline(__always)
    private static func precedes(
        _ arena: UnsafeRawPointer, _ a: Int, _ aLength: Int, _ b: Int, _ bLength: Int
    ) -> Bool {
        let common = min(aLength, bLength)
        guard common > 8 else { return aLength < bLength }
        let sign = memcmp(arena + a + 8, arena + b + 8, common &- 8)
        return sign != 0 ? sign < 0 : aLength < bLength
    }

    // SAFETY: reads up to 7 bytes beyond the value; arenas have 16 bytes of slack.
    @inline(__always)
    private static func key(_ value: UnsafeRawPointer, _ length: Int) -> UInt64 {
        let word = UInt64(bigEndian: value.loadUnaligned(as: UInt64.self))
        return length >= 8 ? word : length == 0 ? 0 : word & ~(UInt64.max &>> UInt64(length &* 8))
    }
}
