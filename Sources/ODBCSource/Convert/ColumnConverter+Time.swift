import Columnar
import Ports

// SQL_DATE_STRUCT: year (signed), month, day, 16 bits each. SQL_TIMESTAMP_STRUCT: the same, then hour, minute, second, 16
// bits each, then nanoseconds in 32. SQL_SS_TIMESTAMPOFFSET_STRUCT: the same, then hours and minutes of the offset, signed.
extension ColumnConverter {
    mutating func convertDates(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        try each(cells, into: column, as: Int32.self) { row, cell, _ throws(ODBCFault) in
            let year = Int(cell.loadUnaligned(as: Int16.self))
            let month = Int(cell.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            let day = Int(cell.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
            guard let days = Calendar.days(year: year, month: month, day: day) else {
                try converter.unfit(row, Calendar.text(year: year, month: month, day: day))
                return nil
            }
            return Int32(truncatingIfNeeded: days)
        }
        self = converter
    }

    mutating func convertTimestamps(_ cells: Cells, into column: Column) throws(ODBCFault) {
        if case .timestamp(.nanoseconds, _) = type { return try convertNanoseconds(cells, into: column) }
        var converter = self
        var floored = 0
        try each(cells, into: column, as: Int64.self) { row, cell, _ throws(ODBCFault) in
            let nanoseconds = cell.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
            guard let microseconds = Self.microseconds(cell, nanoseconds) else {
                try converter.unfit(row, Self.text(cell))
                return nil
            }
            floored &+= nanoseconds % 1000 == 0 ? 0 : 1
            return Int64(microseconds)
        }
        self = converter
        self.floored += floored
    }

    /// Of both structures: an offset stands only in the longer one.
    private mutating func convertNanoseconds(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        let hasOffset = kind == .instant
        try each(cells, into: column, as: Int64.self) { row, cell, _ throws(ODBCFault) in
            let nanoseconds = cell.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
            var offset = 0
            if hasOffset {
                offset =
                    Int(cell.loadUnaligned(fromByteOffset: 16, as: Int16.self)) * 60
                    + Int(cell.loadUnaligned(fromByteOffset: 18, as: Int16.self))
            }
            // 1677-09-21 to 2262-04-11 is what 64 bits of nanoseconds hold.
            guard abs(offset) <= 18 * 60 + 59, let local = Self.microseconds(cell, nanoseconds),
                case let (thousands, overflow) = (local - offset * 60_000_000).multipliedReportingOverflow(by: 1000),
                !overflow, case let (value, carry) = thousands.addingReportingOverflow(Int(nanoseconds % 1000)), !carry
            else {
                try converter.unfit(row, Self.text(cell))
                return nil
            }
            return Int64(value)
        }
        self = converter
    }

    mutating func convertInstants(_ cells: Cells, into column: Column) throws(ODBCFault) {
        if case .timestamp(.nanoseconds, _) = type { return try convertNanoseconds(cells, into: column) }
        var converter = self
        var floored = 0
        try each(cells, into: column, as: Int64.self) { row, cell, length throws(ODBCFault) in
            let nanoseconds = cell.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
            let hours = Int(cell.loadUnaligned(fromByteOffset: 16, as: Int16.self))
            let minutes = Int(cell.loadUnaligned(fromByteOffset: 18, as: Int16.self))
            guard length == 20 || length == 0 else { throw converter.malformed(row, "\(length) bytes") }
            guard (-18...18).contains(hours), (-59...59).contains(minutes),
                let local = Self.microseconds(cell, nanoseconds),
                case let utc = local - (hours * 60 + minutes) * 60_000_000,
                (Calendar.firstMicrosecond..<Calendar.endMicrosecond).contains(utc)
            else {
                let offset = " \(Calendar.padded(hours, 2)):\(Calendar.padded(minutes, 2))"
                try converter.unfit(row, Self.text(cell) + offset)
                return nil
            }
            floored &+= nanoseconds % 1000 == 0 ? 0 : 1
            return Int64(utc)
        }
        self = converter
        self.floored += floored
    }

    @inline(__always)
    private static func microseconds(_ cell: UnsafeRawPointer, _ nanoseconds: UInt32) -> Int? {
        let hour = Int(cell.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
        let minute = Int(cell.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
        let second = Int(cell.loadUnaligned(fromByteOffset: 10, as: UInt16.self))
        guard hour < 24, minute < 60, second < 60, nanoseconds < 1_000_000_000,
            let days = Calendar.days(
                year: Int(cell.loadUnaligned(as: Int16.self)),
                month: Int(cell.loadUnaligned(fromByteOffset: 2, as: UInt16.self)),
                day: Int(cell.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
        else { return nil }
        let seconds = (hour &* 60 &+ minute) &* 60 &+ second
        return days &* Calendar.microsecondsPerDay &+ seconds &* 1_000_000 &+ Int(nanoseconds / 1000)
    }

    private static func text(_ cell: UnsafeRawPointer) -> String {
        func part(_ offset: Int) -> Int { Int(cell.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
        let date = Calendar.text(year: Int(cell.loadUnaligned(as: Int16.self)), month: part(2), day: part(4))
        return date + " " + [6, 8, 10].map { Calendar.padded(part($0), 2) }.joined(separator: ":")
    }

    // MARK: - Times of day, which come as text

    mutating func convertTimeTexts(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var floored = 0
        // Hours may have three digits and a sign (MySQL); what is no time is kept as it is.
        let room = cells.byteCount + cells.count * 16
        let converter = self
        try eachBytes(cells, into: column, room: room) { row, cell, length, target throws(ODBCFault) in
            guard let time = TimeText(cell, length) else {
                guard UTF8Check.isValid(UnsafeRawBufferPointer(start: cell, count: length)) else {
                    throw converter.invalidText(row)
                }
                target.copyMemory(from: cell, byteCount: length)
                return length
            }
            floored &+= time.hasMoreDigits ? 1 : 0
            return time.write(to: target)
        }
        self.floored += floored
    }

    mutating func convertTimes(_ cells: Cells, into column: Column) throws(ODBCFault) {
        var converter = self
        var floored = 0
        try each(cells, into: column, as: Int64.self) { row, cell, length throws(ODBCFault) in
            guard let time = TimeText(cell, length), let microseconds = time.microsecondsOfDay else {
                try converter.unfit(row, converter.shown(cell, length))
                return nil
            }
            floored &+= time.hasMoreDigits ? 1 : 0
            return microseconds
        }
        self = converter
        self.floored += floored
    }
}

/// `[-]H…:MM:SS[.fraction]`, as drivers write a time of day or, in MySQL, a length of time.
struct TimeText {
    private var isNegative = false
    private var hours = 0
    private var minutes = 0
    private var seconds = 0
    private var microseconds = 0
    /// Digits beyond microseconds that are not 0.
    private(set) var hasMoreDigits = false

    init?(_ cell: UnsafeRawPointer, _ length: Int) {
        let text = UnsafeRawBufferPointer(start: cell, count: length)
        var i = 0
        func number(_ most: Int) -> Int? {
            var value = 0
            let first = i
            while i < length, i - first < most, text[i] &- 0x30 <= 9 {
                value = value * 10 + Int(text[i] &- 0x30)
                i += 1
            }
            return i > first ? value : nil
        }
        func skip(_ byte: Unicode.Scalar) -> Bool {
            guard i < length, text[i] == UInt8(ascii: byte) else { return false }
            i += 1
            return true
        }
        isNegative = skip("-")
        guard let hours = number(3), skip(":"), let minutes = number(2), skip(":"), let seconds = number(2),
            minutes < 60, seconds < 60
        else { return nil }
        (self.hours, self.minutes, self.seconds) = (hours, minutes, seconds)
        if skip(".") {
            var unit = 100_000
            while i < length, text[i] &- 0x30 <= 9 {
                let digit = Int(text[i] &- 0x30)
                microseconds += digit * unit
                if unit == 0 && digit != 0 { hasMoreDigits = true }
                unit /= 10
                i += 1
            }
        }
        guard i == length else { return nil }
    }

    /// Nil where it is none of a day.
    var microsecondsOfDay: Int64? {
        guard !isNegative, hours < 24 else { return nil }
        return Int64(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + microseconds)
    }

    /// `HH:MM:SS.ffffff`; returns how many bytes that were: at most 17.
    func write(to target: UnsafeMutableRawPointer) -> Int {
        var out = target.assumingMemoryBound(to: UInt8.self)
        func put(_ number: Int, _ digits: Int) {
            var rest = number
            for offset in stride(from: digits - 1, through: 0, by: -1) {
                out[offset] = 0x30 + UInt8(rest % 10)
                rest /= 10
            }
            out += digits
        }
        func put(_ byte: Unicode.Scalar) {
            out.pointee = UInt8(ascii: byte)
            out += 1
        }
        if isNegative { put("-") }
        put(hours, hours > 99 ? 3 : 2)
        put(":")
        put(minutes, 2)
        put(":")
        put(seconds, 2)
        put(".")
        put(microseconds, 6)
        return UnsafeMutableRawPointer(out) - target
    }
}
