import Columnar

// The hot loop. One switch per field on a dense tag; lengths are checked per field; whatever is not the plain case is
// left to functions that are never inlined (CopyDecoder+Unfit.swift).
extension CopyDecoder {
    /// What `decodeRow` found instead of a row.
    static var incomplete: Int { 0 }
    static var trailer: Int { -1 }
    /// −1 as an unsigned number of 32 bits.
    static var nullLength: Int { 0xFFFF_FFFF }
    /// What one call decodes at most: see `decodeRow`.
    static var maximumPieceBytes: Int { 1 << 30 }

    /// Decodes the row that begins at `start` into slot `slot` of every column. Returns how many bytes it took, or
    /// `incomplete` (columns before the cut have a value too many: see `undoPartialRow`), or `trailer`.
    @inline(__always)
    func decodeRow(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer, slot: Int) throws(PostgresFault) -> Int {
        guard end - start >= 2 else { return Self.incomplete }
        let count = Int(Int16(bigEndian: start.loadUnaligned(as: Int16.self)))
        guard count == fieldCount else {
            if count == -1 { return Self.trailer }
            throw wrongFieldCount(count)
        }
        var p = start + 2
        var sink = sinks
        let last = sinks + fieldCount
        // Bytes behind p. A piece is shorter than 2 GiB, so one comparison tells lengths that fit from NULL (2^32 − 1)
        // and from whatever is wrong.
        var left = end - p
        while sink != last {
            left &-= 4
            guard left >= 0 else { return Self.incomplete }
            let length = Int(UInt32(bigEndian: p.loadUnaligned(as: UInt32.self)))
            p += 4
            if length <= left {
                try decodeField(sink, p, length, end, slot: slot)
                p += length
                left &-= length
            } else if length == Self.nullLength {
                sink.pointee.putNull(slot)
            } else {
                guard length <= Self.maximumFieldBytes else {
                    throw wrongLength(sink, Int(Int32(truncatingIfNeeded: length)))
                }
                return Self.incomplete
            }
            sink += 1
        }
        return p - start
    }

    /// Decodes one value that is not NULL. SAFETY: `p + length <= end`, and the sink has room for one more fixed value.
    @inline(__always)
    func decodeField(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, _ end: UnsafeRawPointer,
        slot: Int
    ) throws(PostgresFault) {
        switch sink.pointee.kind {
        case .int32:
            guard length == 4 else { throw wrongLength(sink, length) }
            sink.pointee.put(Int32(bigEndian: p.loadUnaligned(as: Int32.self)))
        case .int64:
            guard length == 8 else { throw wrongLength(sink, length) }
            sink.pointee.put(Int64(bigEndian: p.loadUnaligned(as: Int64.self)))
        case .bytes:
            reserve(sink, length)
            sink.pointee.putBytes(p, length, end)
        case .paddedText:
            let kept = Self.lengthWithoutPadding(p, length)
            reserve(sink, kept)
            sink.pointee.putBytes(p, kept, end)
        case .decimal64:
            guard let value = fastDecimal(sink, p, length) else {
                try decodeDecimalSlowly(sink, p, length, slot: slot)
                return
            }
            sink.pointee.put(value)
        case .decimal32:
            guard let value = fastDecimal(sink, p, length) else {
                try decodeDecimalSlowly(sink, p, length, slot: slot)
                return
            }
            sink.pointee.put(Int32(truncatingIfNeeded: value))  // below 10^9: the bound was checked
        case .date:
            guard length == 4 else { throw wrongLength(sink, length) }
            let days = Int32(bigEndian: p.loadUnaligned(as: Int32.self))
            guard PostgresEpoch.holds(days: days) else {
                try unfit(sink, .date(days), slot: slot)
                return
            }
            sink.pointee.put(days &+ PostgresEpoch.unixDays)
        case .timestamp:
            guard length == 8 else { throw wrongLength(sink, length) }
            let microseconds = Int64(bigEndian: p.loadUnaligned(as: Int64.self))
            guard PostgresEpoch.holds(microseconds: microseconds) else {
                try unfit(sink, .timestamp(microseconds), slot: slot)
                return
            }
            sink.pointee.put(microseconds &+ PostgresEpoch.unixMicroseconds)
        case .bool:
            guard length == 1 else { throw wrongLength(sink, length) }
            sink.pointee.put(p.load(as: UInt8.self) == 0 ? UInt8(0) : UInt8(1))
        case .int16:
            guard length == 2 else { throw wrongLength(sink, length) }
            sink.pointee.put(Int32(Int16(bigEndian: p.loadUnaligned(as: Int16.self))))
        case .float32:
            guard length == 4 else { throw wrongLength(sink, length) }
            sink.pointee.put(UInt32(bigEndian: p.loadUnaligned(as: UInt32.self)))
        case .float64:
            guard length == 8 else { throw wrongLength(sink, length) }
            sink.pointee.put(UInt64(bigEndian: p.loadUnaligned(as: UInt64.self)))
        case .unsigned32:
            guard length == 4 else { throw wrongLength(sink, length) }
            sink.pointee.put(Int64(UInt32(bigEndian: p.loadUnaligned(as: UInt32.self))))
        case .narrowInteger: try decodeNarrowInteger(sink, p, length)
        case .decimal128: try decodeWideDecimal(sink, p, length, slot: slot)
        case .time: try decodeTime(sink, p, length, slot: slot)
        case .timeText: try decodeTimeText(sink, p, length)
        case .checkedText: try decodeCheckedText(sink, p, length, end)
        case .checkedPaddedText: try decodeCheckedText(sink, p, Self.lengthWithoutPadding(p, length), end)
        case .jsonb:
            guard length >= 1, p.load(as: UInt8.self) == 1 else { throw wrongJSONVersion(sink) }
            reserve(sink, length &- 1)
            sink.pointee.putBytes(p + 1, length &- 1, end)
        case .checkedJSONB:
            guard length >= 1, p.load(as: UInt8.self) == 1 else { throw wrongJSONVersion(sink) }
            try decodeCheckedText(sink, p + 1, length &- 1, end)
        case .uuid:
            guard length == 16 else { throw wrongLength(sink, length) }
            sink.pointee.put(p.loadUnaligned(as: SIMD16<UInt8>.self))
        case .uuidText:
            guard length == 16 else { throw wrongLength(sink, length) }
            reserve(sink, 36)
            UUIDText.write(p, to: sink.pointee.arena + sink.pointee.used)
            sink.pointee.endBytes(36)
        case .list: try decodeList(sink, p, length, slot: slot)
        }
    }

    /// Makes room for a value of `length` bytes and counts it towards the batch's budget.
    @inline(__always)
    private func reserve(_ sink: UnsafeMutablePointer<ColumnSink>, _ length: Int) {
        if sink.pointee.used &+ length > sink.pointee.capacity { grow(sink, length) }
        state.pointee.variableBytes &+= length
    }

    /// numeric with at most five digits of base 10000, for a column of at most 18 decimal digits. Nil where the case is
    /// not that plain, or the value does not fit.
    ///
    /// value × 10^scale = head × 10^(e + 4) + tail, where tail is the last digit × 10^e and head the digits before it.
    /// 1. head < 10^16, so it fits 64 bits; 2. its product is checked for overflow; 3. tail < 10^4 × 10^14 as e <= 14;
    /// 4. the sum of a product below 2^63 … is checked against 10^precision after a checked addition.
    @inline(__always)
    private func fastDecimal(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int
    ) -> Int64? {
        // 1…5 digits are 10…18 bytes; none are 8 bytes, a zero.
        guard length >= 10, length <= 18 else { return fastZero(p, length) }
        let head = UInt64(bigEndian: p.loadUnaligned(as: UInt64.self))
        let count = Int(truncatingIfNeeded: head &>> 48)
        let weight = Int(Int16(truncatingIfNeeded: head &>> 32))
        let sign = UInt16(truncatingIfNeeded: head &>> 16)
        guard length == 8 &+ 2 &* count, sign & 0xBFFF == 0 else { return nil }
        let e = 4 &* (weight &- count &+ 1) &+ Int(sink.pointee.scale)
        guard e >= -3, e <= 14 else { return nil }
        var leading: UInt64 = 0
        var digit = p + 8
        let lastDigit = p + (length &- 2)
        while digit != lastDigit {
            leading = leading &* 10_000 &+ UInt64(UInt16(bigEndian: digit.loadUnaligned(as: UInt16.self)))
            digit += 2
        }
        var tail = UInt64(UInt16(bigEndian: digit.loadUnaligned(as: UInt16.self)))
        if e >= 0 {
            tail &*= powers[e]
        } else {
            let reciprocal = powers[PowersOfTen.reciprocals &- e]
            let quotient = (tail &* reciprocal) &>> 23
            guard quotient &* powers[-e] == tail else { return nil }
            tail = quotient
        }
        let (product, overflow) = leading.multipliedReportingOverflow(by: powers[e &+ 4])
        let (magnitude, carry) = product.addingReportingOverflow(tail)
        guard !overflow, !carry, magnitude < sink.pointee.bound else { return nil }
        let value = Int64(truncatingIfNeeded: magnitude)
        return sign == 0 ? value : 0 &- value
    }

    @inline(__always)
    private func fastZero(_ p: UnsafeRawPointer, _ length: Int) -> Int64? {
        guard length == 8 else { return nil }
        let head = UInt64(bigEndian: p.loadUnaligned(as: UInt64.self))
        return head &>> 48 == 0 && head & 0xBFFF_0000 == 0 ? 0 : nil
    }

    /// Length without blanks at the end; blanks are what char(n) is padded with, and only they.
    @inline(__always)
    static func lengthWithoutPadding(_ p: UnsafeRawPointer, _ length: Int) -> Int {
        var kept = length
        while kept >= 8 {
            let others =
                UInt64(littleEndian: p.loadUnaligned(fromByteOffset: kept &- 8, as: UInt64.self))
                ^ 0x2020_2020_2020_2020
            if others != 0 { return kept &- others.leadingZeroBitCount / 8 }
            kept &-= 8
        }
        while kept > 0 && p.load(fromByteOffset: kept &- 1, as: UInt8.self) == 0x20 { kept &-= 1 }
        return kept
    }
}
