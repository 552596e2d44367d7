/// The values of a column as a person reads them: exact, not yet cut or made harmless.
package enum ValueText {
    /// Nil for NULL. The first `count` rows.
    package static func values(_ column: Column, count: Int) -> [String?] { values(column, 0..<count, from: Start()) }

    /// How much of the dense storage lies before the first slot that is asked for.
    private struct Start {
        var value = 0
        var child = 0
    }

    private static func values(_ column: Column, _ slots: Range<Int>, from start: Start) -> [String?] {
        var value = start.value
        var child = start.child
        return slots.map { slot in
            guard column.isValid(slot) else { return nil }
            defer { value += 1 }
            switch column.type {
            case .list:
                let length = Int(column.values.assumingMemoryBound(to: UInt32.self)[value])
                defer { child += length }
                return "[" + elements(column.children[0], child..<child + length).joined(separator: ", ") + "]"
            case .structure(let fields):
                let parts = zip(fields, column.children).map { field, values in
                    field.name + ": " + (elements(values, value..<value + 1).first ?? "NULL")
                }
                return "{" + parts.joined(separator: ", ") + "}"
            default: return scalar(column, value)
            }
        }
    }

    private static func elements(_ column: Column, _ slots: Range<Int>) -> [String] {
        // Values are dense: those of the slots before have to be counted.
        var start = Start()
        for slot in 0..<slots.lowerBound where column.isValid(slot) {
            if case .list = column.type {
                start.child += Int(column.values.assumingMemoryBound(to: UInt32.self)[start.value])
            }
            start.value += 1
        }
        return values(column, slots, from: start).map { $0 ?? "NULL" }
    }

    /// Of one slot; nil for NULL. Takes longer the further behind it is.
    package static func value(_ column: Column, slot: Int) -> String? {
        guard column.isValid(slot) else { return nil }
        return elements(column, slot..<slot + 1).first
    }

    private static func scalar(_ column: Column, _ index: Int) -> String {
        func load<T: BitwiseCopyable>(_: T.Type) -> T {
            column.values.loadUnaligned(fromByteOffset: index * column.valueWidth, as: T.self)
        }
        switch column.type {
        case .boolean: return load(UInt8.self) == 1 ? "true" : "false"
        case .int8, .int16, .int32: return String(load(Int32.self))
        case .int64: return String(load(Int64.self))
        case .float: return load(Float.self).description
        case .double: return load(Double.self).description
        case .date: return CalendarText.date(Int64(load(Int32.self)))
        case .time: return CalendarText.time(load(Int64.self), perSecond: 1_000_000)
        case .timestamp(let unit, let utc):
            return CalendarText.timestamp(
                load(Int64.self), perSecond: unit == .microseconds ? 1_000_000 : 1_000_000_000, utc: utc)
        case .decimal(let precision, let scale):
            let units =
                precision <= 9
                ? Int128(load(Int32.self)) : precision <= 18 ? Int128(load(Int64.self)) : load(Int128.self)
            return decimal(units, scale)
        case .uuid:
            let digits = (0..<16).map { hex(column.values.load(fromByteOffset: index * 16 + $0, as: UInt8.self)) }
            let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
            return groups.map { digits[$0].joined() }.joined(separator: "-")
        case .text, .json: return String(decoding: bytes(column, index), as: UTF8.self)
        case .binary: return "0x" + bytes(column, index).map(hex).joined()
        case .list, .structure: return ""
        }
    }

    private static func bytes(_ column: Column, _ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: column.arena + Int(column.offsets[index]),
            count: Int(column.offsets[index + 1] - column.offsets[index]))
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func decimal(_ units: Int128, _ scale: Int) -> String {
        guard scale > 0 else { return String(units) }
        var digits = String(units.magnitude)
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (units < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}
