// The compact protocol of Apache Thrift, as far as parquet.thrift needs it.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
//
//   struct  := field* 0x00
//   field   := (delta << 4 | type) value             delta 1...15 to the id of the field before
//            | (type) zigzag(id) value               otherwise
//   list    := (count << 4 | type) element*          count < 15
//            | (0xF0 | type) varint(count) element*  otherwise
//   integer := zigzag varint; i8 := one byte; binary := varint(count) byte*; double := 8 bytes, little-endian
//   bool    := in the field's type, without a value; as a list element one byte, 1 or 2

/// The type nibble of a field or of a list's elements.
package enum WireType: UInt8, Sendable {
    case boolTrue = 1
    case boolFalse = 2
    case int8 = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
    case uuid = 13
}

/// Writes Thrift's compact protocol behind what a buffer holds. Allocates nothing but what the buffer needs to grow.
package struct CompactWriter {
    package let out: ByteBuffer
    private var lastField: Int16 = 0

    package init(into out: ByteBuffer) { self.out = out }

    /// Begins a structure; what is returned belongs to the matching `end`.
    package mutating func begin() -> Int16 {
        let outer = lastField
        lastField = 0
        return outer
    }

    package mutating func end(_ outer: Int16) {
        out.append(0)
        lastField = outer
    }

    package mutating func header(_ id: Int16, _ type: WireType) {
        let delta = Int(id) - Int(lastField)
        if delta >= 1 && delta <= 15 {
            out.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            out.append(type.rawValue)
            out.append(varint: Self.zigzag(Int64(id)))
        }
        lastField = id
    }

    package mutating func field(_ id: Int16, bool value: Bool) { header(id, value ? .boolTrue : .boolFalse) }

    package mutating func field(_ id: Int16, int8 value: Int8) {
        header(id, .int8)
        out.append(UInt8(bitPattern: value))
    }

    package mutating func field(_ id: Int16, int16 value: Int16) {
        header(id, .int16)
        out.append(varint: Self.zigzag(Int64(value)))
    }

    package mutating func field(_ id: Int16, int32 value: Int32) {
        header(id, .int32)
        out.append(varint: Self.zigzag(Int64(value)))
    }

    package mutating func field(_ id: Int16, int64 value: Int64) {
        header(id, .int64)
        out.append(varint: Self.zigzag(value))
    }

    package mutating func field(_ id: Int16, double value: Double) {
        header(id, .double)
        out.append(littleEndian: value.bitPattern)
    }

    package mutating func field(_ id: Int16, binary value: [UInt8]) {
        header(id, .binary)
        element(binary: value)
    }

    package mutating func field(_ id: Int16, bytes value: UnsafeRawBufferPointer) {
        header(id, .binary)
        element(bytes: value)
    }

    package mutating func field(_ id: Int16, text value: String) {
        header(id, .binary)
        element(text: value)
    }

    /// A structure without fields, as unions use them for their choice.
    package mutating func emptyStructure(_ id: Int16) {
        header(id, .structure)
        out.append(0)
    }

    /// The head of a list field; exactly `count` elements of the type follow.
    package mutating func list(_ id: Int16, of type: WireType, count: Int) {
        header(id, .list)
        if count < 15 {
            out.append(UInt8(count) << 4 | type.rawValue)
        } else {
            out.append(0xF0 | type.rawValue)
            out.append(varint: UInt64(count))
        }
    }

    package mutating func list(_ id: Int16, int64 values: [Int64]) {
        list(id, of: .int64, count: values.count)
        for value in values { out.append(varint: Self.zigzag(value)) }
    }

    package mutating func element(bool value: Bool) { out.append(value ? 1 : 2) }
    package mutating func element(int32 value: Int32) { out.append(varint: Self.zigzag(Int64(value))) }
    package mutating func element(int64 value: Int64) { out.append(varint: Self.zigzag(value)) }

    package mutating func element(binary value: [UInt8]) {
        out.append(varint: UInt64(value.count))
        value.withUnsafeBytes { out.append($0) }
    }

    package mutating func element(bytes value: UnsafeRawBufferPointer) {
        out.append(varint: UInt64(value.count))
        out.append(value)
    }

    package mutating func element(text value: String) {
        var value = value
        value.withUTF8 {
            out.append(varint: UInt64($0.count))
            out.append(UnsafeRawBufferPointer($0))
        }
    }

    package static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
}
