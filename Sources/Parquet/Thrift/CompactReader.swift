/// Reads Thrift's compact protocol (grammar: CompactWriter.swift) from bytes that nobody vouches for.
///
/// Everything malformed is an error. Nothing is allocated that the bytes still unread could not fill: a list's count
/// is checked against the rest, a text's length likewise. Nesting is bounded, so skipping cannot exhaust the stack.
///
/// It borrows the bytes; who makes it keeps them alive.
package struct CompactReader {
    package struct Field {
        package let id: Int16
        package let type: WireType
    }

    private let bytes: UnsafeRawBufferPointer
    private var lastField: Int16 = 0
    private var depth = 0
    /// The next byte to read, counted from the start of `bytes`.
    package private(set) var position = 0

    /// parquet.thrift nests seven structures deep; what goes far beyond is no footer.
    package static let maximumDepth = 32

    /// Memory that structures may still take. One byte in a file can stand for hundreds in memory, so the sum is bounded:
    /// a real chunk takes about 8 times its bytes.
    private var budget: Int

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        // No overflow: nothing in memory has 2^63 / 32 bytes.
        budget = bytes.count * 32 + 65536
    }

    package var remaining: Int { bytes.count - position }

    // MARK: Structures

    package mutating func begin() throws(ParquetFault) -> Int16 {
        let outer = lastField
        lastField = 0
        try descend()
        return outer
    }

    /// The next field of the structure, nil at its end.
    package mutating func next() throws(ParquetFault) -> Field? {
        let head = try byte()
        if head == 0 { return nil }
        guard let type = WireType(rawValue: head & 0x0F) else { throw corrupt("unknown field type \(head & 0x0F)") }
        let delta = Int(head >> 4)
        let id: Int
        if delta > 0 {
            id = Int(lastField) + delta
        } else {
            id = Int(truncatingIfNeeded: Self.unzigzag(try varint()))
        }
        guard let short = Int16(exactly: id) else { throw corrupt("field id \(id) is out of range") }
        lastField = short
        return Field(id: short, type: type)
    }

    package mutating func end(_ outer: Int16) {
        lastField = outer
        depth -= 1
    }

    // MARK: Values of fields

    package mutating func bool(_ field: Field) throws(ParquetFault) -> Bool {
        switch field.type {
        case .boolTrue: return true
        case .boolFalse: return false
        default: throw mismatch(field, "a boolean")
        }
    }

    package mutating func int64(_ field: Field) throws(ParquetFault) -> Int64 {
        switch field.type {
        case .int8: return Int64(Int8(bitPattern: try byte()))
        case .int16, .int32, .int64: return Self.unzigzag(try varint())
        default: throw mismatch(field, "an integer")
        }
    }

    package mutating func int32(_ field: Field) throws(ParquetFault) -> Int32 { try narrow(field) }
    package mutating func int16(_ field: Field) throws(ParquetFault) -> Int16 { try narrow(field) }
    package mutating func int8(_ field: Field) throws(ParquetFault) -> Int8 { try narrow(field) }

    private mutating func narrow<T: FixedWidthInteger>(_ field: Field) throws(ParquetFault) -> T {
        let wide = try int64(field)
        guard let value = T(exactly: wide) else { throw corrupt("field \(field.id): \(wide) is out of range") }
        return value
    }

    package mutating func binary(_ field: Field) throws(ParquetFault) -> [UInt8] {
        guard field.type == .binary else { throw mismatch(field, "binary") }
        return try binaryElement()
    }

    /// Text that is not UTF-8 is an error: names and keys must not change by being read.
    package mutating func text(_ field: Field) throws(ParquetFault) -> String {
        guard field.type == .binary else { throw mismatch(field, "text") }
        return try textElement()
    }

    package mutating func requireStructure(_ field: Field) throws(ParquetFault) {
        guard field.type == .structure else { throw mismatch(field, "a structure") }
    }

    /// Reads a structure's fields only to pass them by.
    package mutating func skipStructure(_ field: Field) throws(ParquetFault) {
        try requireStructure(field)
        try skip(.structure)
    }

    // MARK: Lists

    /// The count of a list whose elements are of the type; every element takes at least a byte, so the count is bounded
    /// by what is left to read.
    package mutating func list(_ field: Field, of type: WireType) throws(ParquetFault) -> Int {
        guard field.type == .list else { throw mismatch(field, "a list") }
        let (found, count) = try listHead()
        let isBool = type == .boolTrue && found == WireType.boolFalse.rawValue
        guard found == type.rawValue || isBool || count == 0 else {
            throw corrupt("field \(field.id): list elements of type \(found), expected \(type)")
        }
        return count
    }

    /// Reads a list of structures. Room is made as they come, and what they take is charged to the budget.
    package mutating func structures<T>(
        _ field: Field, _ read: (inout CompactReader) throws(ParquetFault) -> T
    ) throws(ParquetFault) -> [T] {
        let count = try list(field, of: .structure)
        var values: [T] = []
        for _ in 0..<count {
            budget -= MemoryLayout<T>.stride
            guard budget >= 0 else { throw corrupt("field \(field.id): far more structures than bytes") }
            values.append(try read(&self))
        }
        return values
    }

    package mutating func int64List(_ field: Field) throws(ParquetFault) -> [Int64] {
        let count = try list(field, of: .int64)
        var values: [Int64] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(Self.unzigzag(try varint())) }
        return values
    }

    package mutating func boolElement() throws(ParquetFault) -> Bool {
        // Two readings of the specification are in use for false: 2 and 0.
        switch try byte() {
        case 1: return true
        case 0, 2: return false
        case let other: throw corrupt("a boolean of value \(other)")
        }
    }

    package mutating func int32Element() throws(ParquetFault) -> Int32 {
        let wide = Self.unzigzag(try varint())
        guard let value = Int32(exactly: wide) else { throw corrupt("list element \(wide) is out of range") }
        return value
    }

    package mutating func binaryElement() throws(ParquetFault) -> [UInt8] { Array(try slice()) }

    package mutating func textElement() throws(ParquetFault) -> String {
        let start = position
        guard let text = String(validating: try slice(), as: UTF8.self) else {
            throw ParquetFault(.corrupt, "Thrift: text is not UTF-8", offset: start)
        }
        return text
    }

    // MARK: Skipping

    package mutating func skip(_ field: Field) throws(ParquetFault) { try skip(field.type) }

    private mutating func skip(_ type: WireType, asElement: Bool = false) throws(ParquetFault) {
        switch type {
        case .boolTrue, .boolFalse: if asElement { _ = try byte() }
        case .int8: _ = try byte()
        case .int16, .int32, .int64: _ = try varint()
        case .double: try advance(8)
        case .uuid: try advance(16)
        case .binary: _ = try slice()
        case .list, .set:
            let (element, count) = try listHead()
            guard count > 0 else { return }
            guard let type = WireType(rawValue: element) else { throw corrupt("unknown element type \(element)") }
            try descend()
            for _ in 0..<count { try skip(type, asElement: true) }
            depth -= 1
        case .map:
            let count = try boundedCount()
            guard count > 0 else { return }
            let types = try byte()
            guard let key = WireType(rawValue: types >> 4), let value = WireType(rawValue: types & 0x0F) else {
                throw corrupt("unknown map types \(types)")
            }
            try descend()
            for _ in 0..<count {
                try skip(key, asElement: true)
                try skip(value, asElement: true)
            }
            depth -= 1
        case .structure:
            let outer = try begin()
            while let field = try next() { try skip(field) }
            end(outer)
        }
    }

    // MARK: Bytes

    private mutating func descend() throws(ParquetFault) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw corrupt("nested more than \(Self.maximumDepth) deep") }
    }

    private mutating func listHead() throws(ParquetFault) -> (type: UInt8, count: Int) {
        let head = try byte()
        if head >> 4 < 15 {
            let count = Int(head >> 4)
            guard count <= remaining else { throw truncated() }
            return (head & 0x0F, count)
        }
        return (head & 0x0F, try boundedCount())
    }

    private mutating func boundedCount() throws(ParquetFault) -> Int {
        let count = try varint()
        guard count <= UInt64(remaining) else { throw truncated() }
        return Int(count)
    }

    private mutating func slice() throws(ParquetFault) -> UnsafeRawBufferPointer {
        let count = try boundedCount()
        let part = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        position += count
        return part
    }

    private mutating func advance(_ count: Int) throws(ParquetFault) {
        guard count <= remaining else { throw truncated() }
        position += count
    }

    private mutating func byte() throws(ParquetFault) -> UInt8 {
        guard position < bytes.count else { throw truncated() }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func varint() throws(ParquetFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // Ten bytes hold 70 bits: the last may only bring the 64th.
            guard shift < 63 || next <= 1 else { throw corrupt("an integer of more than 64 bits") }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    private static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    // MARK: Faults

    package func corrupt(_ message: String) -> ParquetFault {
        ParquetFault(.corrupt, "Thrift: \(message)", offset: position)
    }

    package func missing(_ name: String, of type: String) -> ParquetFault {
        corrupt("\(type) lacks its required field \(name)")
    }

    private func truncated() -> ParquetFault {
        ParquetFault(.truncated, "Thrift: the bytes end inside a value", offset: position)
    }

    private func mismatch(_ field: Field, _ expected: String) -> ParquetFault {
        corrupt("field \(field.id) is of type \(field.type), expected \(expected)")
    }
}
