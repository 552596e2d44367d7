import Columnar

/// Values as the text that stands for them in hashes and under encryption: the same for equal values, whatever database they
/// come from (docs/column-rules.md has the list).
enum CanonicalText {
    /// No scalar is longer: a decimal has 38 digits, a sign, a point and a zero before it.
    static let longest = 64

    /// Calls `body` with the text of each value that is not NULL, in order. Text and bytes are handed over where they lie.
    @inline(__always)
    static func each(
        of column: Column, _ body: (_ index: Int, _ text: UnsafeRawBufferPointer) throws(MaskFault) -> Void
    ) throws(MaskFault) {
        let count = column.valueCount
        if column.storage == .bytes {
            let arena = UnsafeRawPointer(column.arena)
            let offsets = column.offsets
            for index in 0..<count {
                let start = Int(offsets[index])
                try body(
                    index, UnsafeRawBufferPointer(start: arena + start, count: Int(offsets[index + 1]) - start))
            }
            return
        }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: longest, alignment: 8)
        defer { buffer.deallocate() }
        let values = UnsafeRawPointer(column.values)
        let (type, width) = (column.type, column.valueWidth)
        for index in 0..<count {
            var writer = ByteWriter(buffer)
            write(values + index * width, type, &writer)
            try body(index, UnsafeRawBufferPointer(start: buffer, count: writer.count))
        }
    }

    private static func write(_ value: UnsafeRawPointer, _ type: ColumnType, _ out: inout ByteWriter) {
        switch type {
        case .boolean: out.append(value.load(as: UInt8.self) == 1 ? "true" : "false")
        case .int8, .int16, .int32: out.append(Int64(value.load(as: Int32.self)))
        case .int64: out.append(value.load(as: Int64.self))
        // The shortest text that is read back as the same number; up to 15 bytes of it need no memory of their own.
        case .float: out.append(value.load(as: Float.self).description)
        case .double: out.append(value.load(as: Double.self).description)
        case .decimal(let precision, let scale):
            let units =
                precision <= 9
                ? Int128(value.load(as: Int32.self))
                : precision <= 18 ? Int128(value.load(as: Int64.self)) : value.load(as: Int128.self)
            out.append(units, scale: scale)
        case .date: out.appendDate(Int64(value.load(as: Int32.self)))
        case .time: out.appendTime(value.load(as: Int64.self), perSecond: 1_000_000, digits: 6)
        case .timestamp(let unit, let utc):
            let (perSecond, digits): (Int64, Int) = unit == .microseconds ? (1_000_000, 6) : (1_000_000_000, 9)
            let units = value.load(as: Int64.self)
            let perDay = 86_400 * perSecond
            let days = (units >= 0 ? units : units - perDay + 1) / perDay
            out.appendDate(days)
            out.append(UInt8(ascii: "T"))
            out.appendTime(units - days * perDay, perSecond: perSecond, digits: digits)
            if utc { out.append(UInt8(ascii: "Z")) }
        case .uuid: out.appendUUID(value)
        case .text, .json, .binary, .list, .structure: preconditionFailure("\(type) is not written value by value")
        }
    }
}

/// Writes into a buffer that has room for the longest scalar.
private struct ByteWriter {
    private let buffer: UnsafeMutableRawPointer
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawPointer) { self.buffer = buffer }

    mutating func append(_ byte: UInt8) {
        buffer.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    mutating func append(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(number.magnitude, digits: 1)
    }

    /// At least so many digits.
    mutating func append(_ number: UInt64, digits: Int) {
        var length = 1
        var rest = number / 10
        while rest > 0 {
            length += 1
            rest /= 10
        }
        length = max(length, digits)
        rest = number
        for place in stride(from: length - 1, through: 0, by: -1) {
            buffer.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: count + place,
                as: UInt8.self)
            rest /= 10
        }
        count += length
    }

    /// Without zeros at the end: 12.50 and 12.5 are one number.
    mutating func append(_ units: Int128, scale: Int) {
        if units < 0 { append(UInt8(ascii: "-")) }
        var magnitude = units.magnitude
        var scale = scale
        while scale > 0, magnitude % 10 == 0 {
            magnitude /= 10
            scale -= 1
        }
        let power = PowersOfTen.wide(scale)
        append(wide: magnitude / power, digits: 1)
        guard scale > 0 else { return }
        append(UInt8(ascii: "."))
        append(wide: magnitude % power, digits: scale)
    }

    /// In two halves of at most 19 digits; 38 are the most.
    private mutating func append(wide number: UInt128, digits: Int) {
        let half = UInt128(PowersOfTen.table[19])
        guard number >= half || digits > 19 else { return append(UInt64(number), digits: digits) }
        append(UInt64(number / half), digits: max(1, digits - 19))
        append(UInt64(number % half), digits: 19)
    }

    mutating func appendDate(_ days: Int64) {
        let date = CivilDate(days: Int(days))
        if date.year < 0 { append(UInt8(ascii: "-")) }
        append(UInt64(date.year.magnitude), digits: 4)
        append(UInt8(ascii: "-"))
        append(UInt64(date.month), digits: 2)
        append(UInt8(ascii: "-"))
        append(UInt64(date.day), digits: 2)
    }

    mutating func appendTime(_ units: Int64, perSecond: Int64, digits: Int) {
        let seconds = UInt64(units / perSecond)
        append(seconds / 3600, digits: 2)
        append(UInt8(ascii: ":"))
        append(seconds / 60 % 60, digits: 2)
        append(UInt8(ascii: ":"))
        append(seconds % 60, digits: 2)
        append(UInt8(ascii: "."))
        append(UInt64(units % perSecond), digits: digits)
    }

    mutating func appendUUID(_ bytes: UnsafeRawPointer) {
        UUIDText.write(bytes, to: buffer + count)
        count += 36
    }
}
