import Columnar
import Ports

// Dates and timestamps as text, for drivers whose structures hide what the database has.
extension ColumnConverter {
    mutating func convertDateTexts(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        try each(cells, into: column, as: Int32.self) { row, cell, length throws(ODBCFault) in
            guard length == DateText.length, let days = DateText.days(cell) else {
                try converter.unfit(row, converter.shown(cell, length))
                return nil
            }
            return Int32(truncatingIfNeeded: days)
        }
        self = converter
    }

    mutating func convertTimestampTexts(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        var floored = 0
        try each(cells, into: column, as: Int64.self) { row, cell, length throws(ODBCFault) in
            guard let (microseconds, isCut) = DateText.microseconds(cell, length) else {
                try converter.unfit(row, converter.shown(cell, length))
                return nil
            }
            floored &+= isCut ? 1 : 0
            return Int64(microseconds)
        }
        self = converter
        self.floored += floored
    }

    /// Small integers that are declared as truth values; what is neither 0 nor 1 would be lost.
    mutating func convertFlags(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        try each(cells, into: column, as: UInt8.self) { row, cell, _ throws(ODBCFault) in
            let value = cell.load(as: Int32.self)
            guard value & 1 == value else {
                try converter.unfit(row, "\(value)")
                return nil
            }
            return UInt8(truncatingIfNeeded: value)
        }
        self = converter
    }
}

/// `YYYY-MM-DD[ HH:MM:SS[.fraction][+00]]`, in exactly this form. Nil for every other text and for days that no calendar has.
///
/// SAFETY: cells have 16 bytes behind them that may be read.
enum DateText {
    /// Of the date.
    static let length = 10
    /// With the time, without a fraction.
    static let timeLength = 19

    @inline(__always)
    static func days(_ cell: UnsafeRawPointer) -> Int? {
        let year = pair(cell, 0) &* 100 &+ pair(cell, 2)
        guard cell.load(fromByteOffset: 4, as: UInt8.self) == UInt8(ascii: "-"),
            cell.load(fromByteOffset: 7, as: UInt8.self) == UInt8(ascii: "-")
        else { return nil }
        // What a pair without digits makes is no year, no month and no day.
        return Calendar.days(year: year, month: pair(cell, 5), day: pair(cell, 8))
    }

    /// And whether digits beyond microseconds were cut.
    @inline(__always)
    static func microseconds(_ cell: UnsafeRawPointer, _ whole: Int) -> (Int, Bool)? {
        guard whole >= timeLength, let days = days(cell) else { return nil }
        let length = withoutZone(cell, whole)
        let (hour, minute, second) = (pair(cell, 11), pair(cell, 14), pair(cell, 17))
        guard hour < 24, minute < 60, second < 60,
            cell.load(fromByteOffset: 10, as: UInt8.self) == UInt8(ascii: " "),
            cell.load(fromByteOffset: 13, as: UInt8.self) == UInt8(ascii: ":"),
            cell.load(fromByteOffset: 16, as: UInt8.self) == UInt8(ascii: ":")
        else { return nil }
        let whole = days &* Calendar.microsecondsPerDay &+ ((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000
        guard length > timeLength else { return (whole, false) }
        guard let (fraction, isCut) = fraction(cell, length) else { return nil }
        return (whole &+ fraction, isCut)
    }

    /// Instants of PostgreSQL are said in UTC.
    @inline(__always)
    private static func withoutZone(_ cell: UnsafeRawPointer, _ length: Int) -> Int {
        let hasZone =
            length >= timeLength + 3
            && cell.load(fromByteOffset: length &- 3, as: UInt8.self) == UInt8(ascii: "+")
            && pair(cell, length &- 2) == 0
        return hasZone ? length &- 3 : length
    }

    private static func fraction(_ cell: UnsafeRawPointer, _ length: Int) -> (Int, Bool)? {
        let text = cell.assumingMemoryBound(to: UInt8.self)
        guard text[timeLength] == UInt8(ascii: "."), length > timeLength + 1 else { return nil }
        var value = 0
        var unit = 100_000
        var isCut = false
        for i in (timeLength + 1)..<length {
            let digit = Int(text[i] &- 0x30)
            guard digit <= 9 else { return nil }
            value += digit * unit
            if unit == 0 && digit != 0 { isCut = true }
            unit /= 10
        }
        return (value, isCut)
    }

    /// Two digits; far more than 99 where they are none.
    @inline(__always)
    private static func pair(_ cell: UnsafeRawPointer, _ offset: Int) -> Int {
        let tens = Int(cell.load(fromByteOffset: offset, as: UInt8.self) &- 0x30)
        let ones = Int(cell.load(fromByteOffset: offset &+ 1, as: UInt8.self) &- 0x30)
        return tens <= 9 && ones <= 9 ? tens &* 10 &+ ones : 10_000
    }
}
