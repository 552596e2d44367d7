/// A value as a page holds it. For verification and tests; loads never go through it.
package enum PhysicalValue: Hashable, Sendable {
    case boolean(Bool)
    case int32(Int32)
    case int64(Int64)
    /// Bit patterns, so that NaN equals itself and −0 differs from +0.
    case float(UInt32)
    case double(UInt64)
    /// BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96.
    case bytes([UInt8])

    /// A value of fixed width from its plain encoding; nil if the bytes are not of that width.
    init?(plain bytes: UnsafeRawBufferPointer, type: PhysicalType, width: Int?) {
        switch type {
        case .boolean:
            guard bytes.count == 1, bytes[0] <= 1 else { return nil }
            self = .boolean(bytes[0] == 1)
        case .int32, .float:
            guard bytes.count == 4 else { return nil }
            let bits = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
            self = type == .float ? .float(bits) : .int32(Int32(bitPattern: bits))
        case .int64, .double:
            guard bytes.count == 8 else { return nil }
            let bits = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
            self = type == .double ? .double(bits) : .int64(Int64(bitPattern: bits))
        case .int96, .fixedLenByteArray:
            guard bytes.count == width else { return nil }
            self = .bytes(Array(bytes))
        case .byteArray: self = .bytes(Array(bytes))
        }
    }
}
