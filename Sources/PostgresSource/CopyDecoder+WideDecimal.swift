import Columnar
extension CopyDecoder {
    /// numeric with at most nine digits of base 10000, for a column of 19 to 38 decimal digits.
    ///
    /// As in `fastDecimal`, value × 10^scale = lead × 10^(e + 4) + tail. 1. lead has at most eight digits, so it is below
    /// 10^32; 2. where 4 × its digits + e + 4 <= 38 its product is below 10^38 < 2^127; 3. tail < 10^4 × 10^15.
    @inline(never)
    func decodeWideDecimal(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, slot: Int
    ) throws(PostgresFault) {
        guard let value = fastWideDecimal(sink, p, length) else {
            return try decodeDecimalSlowly(sink, p, length, slot: slot)
        }
        sink.pointee.put(value)
    }

    @inline(__always)
    private func fastWideDecimal(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int
    ) -> Int128? {
        guard length >= 10, length <= 26 else { return nil }
        let head = UInt64(bigEndian: p.loadUnaligned(as: UInt64.self))
        let count = Int(truncatingIfNeeded: head &>> 48)
        let weight = Int(Int16(truncatingIfNeeded: head &>> 32))
        let sign = UInt16(truncatingIfNeeded: head &>> 16)
        guard length == 8 &+ 2 &* count, sign & 0xBFFF == 0 else { return nil }
        let e = 4 &* (weight &- count &+ 1) &+ Int(sink.pointee.scale)
        guard e >= -3, e <= 15, 4 &* (count &- 1) &+ e &+ 4 <= 38 else { return nil }
        // Halves of at most four digits each: only one multiplication is a wide one.
        let leading = count &- 1
        let inFirst = min(leading, 4)
        var first: UInt64 = 0
        var second: UInt64 = 0
        var i = 0
        while i < inFirst {
            guard let digit = digit(p, i) else { return nil }
            first = first &* 10_000 &+ digit
            i &+= 1
        }
        while i < leading {
            guard let digit = digit(p, i) else { return nil }
            second = second &* 10_000 &+ digit
            i &+= 1
        }
        guard var tail = digit(p, leading) else { return nil }
        if e >= 0 {
            tail &*= powers[e]
        } else {
            let quotient = (tail &* powers[PowersOfTen.reciprocals &- e]) &>> 23
            guard quotient &* powers[-e] == tail else { return nil }
            tail = quotient
        }
        let lead = UInt128(first) &* UInt128(powers[4 &* (leading &- inFirst)]) &+ UInt128(second)
        let magnitude = lead &* UInt128(powers[e &+ 4]) &+ UInt128(tail)
        guard magnitude < UInt128(truncatingIfNeeded: sink.pointee.boundHigh) &<< 64 | UInt128(sink.pointee.bound)
        else {
            return nil
        }
        let value = Int128(truncatingIfNeeded: magnitude)
        return sign == 0 ? value : 0 &- value
    }

    /// Nil where it is none: the proof above counts on digits below 10000.
    @inline(__always)
    private func digit(_ p: UnsafeRawPointer, _ i: Int) -> UInt64? {
        let digit = UInt64(UInt16(bigEndian: p.loadUnaligned(fromByteOffset: 8 &+ 2 &* i, as: UInt16.self)))
        return digit < 10_000 ? digit : nil
    }
}
