import Columnar
import Ports

// Text as UTF-16 (drivers' SQL_C_WCHAR) or as UTF-8 (SQL_C_CHAR of drivers that deliver it). What is not well-formed stops
// the read: a replacement character would be a value that the database does not have.
extension ColumnConverter {
    func convertNarrowText(_ cells: Cells, into column: Column, isPadded: Bool) throws(ODBCFault) {
        try eachBytes(cells, into: column, room: cells.byteCount) { row, cell, whole, target throws(ODBCFault) in
            let length = isPadded ? Self.withoutBlanks(cell, whole) : whole
            if !Self.isASCII(cell, length) {
                guard UTF8Check.isValid(UnsafeRawBufferPointer(start: cell, count: length)) else {
                    throw invalidText(row)
                }
            }
            Self.copyShort(cell, length, to: target)
            return length
        }
    }

    func convertWideText(_ cells: Cells, into column: Column, isPadded: Bool) throws(ODBCFault) {
        // A unit of UTF-16 becomes at most three bytes.
        let room = cells.byteCount + cells.byteCount / 2 + Cells.slack
        try eachBytes(cells, into: column, room: room) { row, cell, whole, target throws(ODBCFault) in
            let units = isPadded ? Self.withoutWideBlanks(cell, whole / 2) : whole / 2
            let written = UTF16Text.transcode(cell, units, to: target)
            guard written >= 0 else { throw invalidText(row) }
            return written
        }
    }

    /// SAFETY: a whole word behind the cell may be read.
    @inline(__always)
    private static func isASCII(_ cell: UnsafeRawPointer, _ length: Int) -> Bool {
        var seen: UInt64 = 0
        var i = 0
        while i &+ 8 <= length {
            seen |= cell.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            i &+= 8
        }
        let rest = length &- i
        if rest > 0 {
            let mask = (1 &<< UInt64(truncatingIfNeeded: rest &* 8)) &- 1
            seen |= cell.loadUnaligned(fromByteOffset: i, as: UInt64.self) & mask
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    private static func withoutBlanks(_ cell: UnsafeRawPointer, _ length: Int) -> Int {
        var end = length
        while end > 0, cell.load(fromByteOffset: end - 1, as: UInt8.self) == 0x20 { end -= 1 }
        return end
    }

    private static func withoutWideBlanks(_ cell: UnsafeRawPointer, _ units: Int) -> Int {
        var end = units
        while end > 0, cell.loadUnaligned(fromByteOffset: end * 2 - 2, as: UInt16.self) == 0x20 { end -= 1 }
        return end
    }

    @inline(never)
    func invalidText(_ row: Int) -> ODBCFault {
        ODBCFault(
            .permanent, "\(place(row)): the text that the driver delivers is not well-formed Unicode",
            remedy: "Correct the value, select the column as binary, or set the driver's character set.", column: name)
    }
}

/// UTF-16 to UTF-8.
enum UTF16Text {
    /// Returns the bytes written, or −1 where a surrogate stands alone.
    ///
    /// SAFETY: 16 bytes behind the source may be read, and 8 behind the target's 3 × units written.
    @inline(__always)
    static func transcode(_ source: UnsafeRawPointer, _ units: Int, to target: UnsafeMutableRawPointer) -> Int {
        var i = 0
        while i < units {
            var block = source.loadUnaligned(fromByteOffset: i &* 2, as: SIMD8<UInt16>.self)
            let rest = units &- i
            if rest < 8 { block.replace(with: 0, where: lanes .>= UInt16(truncatingIfNeeded: rest)) }
            let words = unsafeBitCast(block, to: SIMD2<UInt64>.self)
            if (words[0] | words[1]) & 0xFF80_FF80_FF80_FF80 != 0 { return slowly(source, i, units, target) }
            (target + i).storeBytes(of: SIMD8<UInt8>(truncatingIfNeeded: block), as: SIMD8<UInt8>.self)
            i &+= 8
        }
        return units
    }

    private static let lanes = SIMD8<UInt16>(0, 1, 2, 3, 4, 5, 6, 7)

    /// From unit `first` on, before which all was ASCII.
    @inline(never)
    private static func slowly(
        _ source: UnsafeRawPointer, _ first: Int, _ units: Int, _ target: UnsafeMutableRawPointer
    ) -> Int {
        let out = target.assumingMemoryBound(to: UInt8.self)
        var written = first
        var i = first
        while i < units {
            let unit = UInt32(source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self))
            i &+= 1
            if unit < 0x80 {
                out[written] = UInt8(truncatingIfNeeded: unit)
                written &+= 1
            } else if unit < 0x800 {
                out[written] = UInt8(truncatingIfNeeded: 0xC0 | unit &>> 6)
                out[written &+ 1] = UInt8(truncatingIfNeeded: 0x80 | unit & 0x3F)
                written &+= 2
            } else if unit & 0xF800 != 0xD800 {
                out[written] = UInt8(truncatingIfNeeded: 0xE0 | unit &>> 12)
                out[written &+ 1] = UInt8(truncatingIfNeeded: 0x80 | unit &>> 6 & 0x3F)
                out[written &+ 2] = UInt8(truncatingIfNeeded: 0x80 | unit & 0x3F)
                written &+= 3
            } else {
                guard unit < 0xDC00, i < units else { return -1 }
                let low = UInt32(source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self))
                guard low & 0xFC00 == 0xDC00 else { return -1 }
                i &+= 1
                let scalar = 0x10000 &+ (unit & 0x3FF) &<< 10 &+ (low & 0x3FF)
                out[written] = UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18)
                out[written &+ 1] = UInt8(truncatingIfNeeded: 0x80 | scalar &>> 12 & 0x3F)
                out[written &+ 2] = UInt8(truncatingIfNeeded: 0x80 | scalar &>> 6 & 0x3F)
                out[written &+ 3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
                written &+= 4
            }
        }
        return written
    }
}
