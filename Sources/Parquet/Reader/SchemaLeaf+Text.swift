import Columnar

// Values as a person reads them: for `inspect` and for messages.
extension SchemaLeaf {
    /// Physical type, width and annotation: `FIXED_LEN_BYTE_ARRAY(16) DECIMAL(38, 2)`.
    package var typeText: String {
        var text = "\(type)"
        if type == .fixedLenByteArray, let width { text += "(\(width))" }
        if let logicalType { text += " \(logicalType)" }
        return text
    }

    /// A value in the encoding of statistics: plain, byte arrays without their length.
    /// Nil where the bytes are no value of this type.
    package func text(statistic bytes: [UInt8]) -> String? {
        let value = bytes.withUnsafeBytes { PhysicalValue(plain: $0, type: type, width: width) }
        return value.flatMap { text($0) }
    }

    package func text(_ value: PhysicalValue) -> String? {
        switch value {
        case .boolean(let value): value ? "true" : "false"
        case .int32(let value): text(integer: Int64(value), width: 32)
        case .int64(let value): text(integer: value, width: 64)
        case .float(let bits): "\(Float(bitPattern: bits))"
        case .double(let bits): "\(Double(bitPattern: bits))"
        case .bytes(let bytes): text(bytes: bytes)
        }
    }

    private func text(integer value: Int64, width: Int) -> String? {
        switch logicalType {
        case .decimal(let scale, _): return Self.decimal(Int128(value), scale: scale)
        case .date where width == 32: return CalendarText.date(value)
        case .time(_, let unit):
            guard value >= 0, value / unit.perSecond < 86_400 else { return "\(value)" }
            return CalendarText.time(value, perSecond: unit.perSecond)
        case .timestamp(let utc, let unit):
            return CalendarText.timestamp(value, perSecond: unit.perSecond, utc: utc)
        case .integer(_, isSigned: false):
            return width == 32 ? "\(UInt32(truncatingIfNeeded: value))" : "\(UInt64(bitPattern: value))"
        default: return "\(value)"
        }
    }

    private func text(bytes: [UInt8]) -> String? {
        switch logicalType {
        case .string, .json, .enum:
            // A statistic may end inside a character when another writer cut it.
            return String(decoding: bytes, as: UTF8.self)
        case .decimal(let scale, _):
            guard bytes.count <= 16, let first = bytes.first else { return Self.hexadecimal(bytes) }
            let start = Int128(Int8(bitPattern: first))
            return Self.decimal(bytes.dropFirst().reduce(start) { $0 << 8 | Int128($1) }, scale: scale)
        case .uuid where bytes.count == 16:
            let digits = Array(Self.hexadecimal(bytes).dropFirst(2))
            return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
        case .float16 where bytes.count == 2:
            return "\(Float16(bitPattern: UInt16(bytes[0]) | UInt16(bytes[1]) << 8))"
        default: return Self.hexadecimal(bytes)
        }
    }

    private static func decimal(_ unscaled: Int128, scale: Int32) -> String {
        // A scale far beyond the digits there can be is damage; it must not cost memory.
        guard scale > 0, scale <= 76 else { return scale == 0 ? "\(unscaled)" : "\(unscaled)E-\(scale)" }
        var digits = String(unscaled.magnitude)
        digits = String(repeating: "0", count: max(0, Int(scale) + 1 - digits.count)) + digits
        let point = digits.index(digits.endIndex, offsetBy: -Int(scale))
        return "\(unscaled < 0 ? "-" : "")\(digits[..<point]).\(digits[point...])"
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
