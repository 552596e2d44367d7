import Columnar

/// Batches as text, for comparing. Dates and times stay numbers.
package enum BatchText {
    package static func rows(_ batch: Batch) -> [[String?]] {
        let columns = batch.columns.map { values($0, 0..<$0.slotCount) }
        return (0..<batch.rowCount).map { row in columns.map { $0[row] } }
    }

    package static func values(_ column: Column, _ slots: Range<Int>) -> [String?] {
        var value = (0..<slots.lowerBound).reduce(0) { $0 + (column.isValid($1) ? 1 : 0) }
        var childSlot = 0
        if column.storage == .list {
            childSlot = (0..<value).reduce(0) { $0 + Int(column.values.assumingMemoryBound(to: UInt32.self)[$1]) }
        }
        return slots.map { slot in
            guard column.isValid(slot) else { return nil }
            defer { value += 1 }
            if column.storage == .list {
                let count = Int(column.values.assumingMemoryBound(to: UInt32.self)[value])
                defer { childSlot += count }
                let parts = values(column.children[0], childSlot..<childSlot + count)
                return "{" + parts.map { $0 ?? "NULL" }.joined(separator: ",") + "}"
            }
            return text(column, value)
        }
    }

    private static func text(_ column: Column, _ i: Int) -> String {
        func load<T: BitwiseCopyable>(_: T.Type) -> T {
            column.values.loadUnaligned(fromByteOffset: i * column.valueWidth, as: T.self)
        }
        switch column.type {
        case .boolean: return load(UInt8.self) == 1 ? "t" : "f"
        case .int8, .int16, .int32, .date: return String(load(Int32.self))
        case .int64, .time, .timestamp: return String(load(Int64.self))
        case .float: return load(Float.self).description
        case .double: return load(Double.self).description
        case .decimal(let precision, let scale):
            let value =
                precision <= 9
                ? Int128(load(Int32.self)) : precision <= 18 ? Int128(load(Int64.self)) : load(Int128.self)
            return point(value, scale)
        case .uuid, .binary, .text, .json:
            if case .uuid = column.type {
                return (0..<16).map { column.values.load(fromByteOffset: i * 16 + $0, as: UInt8.self) }.map { hex($0) }
                    .joined()
            }
            let bytes = UnsafeRawBufferPointer(
                start: column.arena + Int(column.offsets[i]), count: Int(column.offsets[i + 1] - column.offsets[i]))
            if case .binary = column.type { return "\\x" + bytes.map { hex($0) }.joined() }
            return String(decoding: bytes, as: UTF8.self)
        case .list, .structure: return "?"
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func point(_ value: Int128, _ scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        var digits = String(value.magnitude)
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}
