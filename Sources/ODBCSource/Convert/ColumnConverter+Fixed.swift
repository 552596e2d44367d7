import Columnar
import Ports

// Values that lie in their cells as a column keeps them, or nearly so.
extension ColumnConverter {
    func copy<T: BitwiseCopyable>(_ cells: Cells, into column: Column, as type: T.Type) {
        let width = MemoryLayout<T>.size
        guard cells.nullCount == 0 else { return copyBetweenNulls(cells, into: column, as: type) }
        let target = column.values + column.valueCount * width
        target.copyMemory(from: cells.slots, byteCount: cells.count * width)
        column.slotCount += cells.count
    }

    private func copyBetweenNulls<T: BitwiseCopyable>(_ cells: Cells, into column: Column, as type: T.Type) {
        var out = column.values + column.valueCount * MemoryLayout<T>.size
        var cell = cells.slots
        let validity = column.validity
        var slot = column.slotCount
        for row in 0..<cells.count {
            // Without a branch: a NULL's cell is overwritten by the next value. The column has room for as many.
            let isNull = cells.lengths[row] == Cells.null
            out.storeBytes(of: cell.load(as: T.self), as: T.self)
            out += isNull ? 0 : MemoryLayout<T>.size
            validity[slot &>> 3] &= ~((isNull ? 1 : 0) &<< UInt8(truncatingIfNeeded: slot & 7))
            cell += MemoryLayout<T>.size
            slot &+= 1
        }
        column.nullCount += cells.nullCount
        column.slotCount = slot
    }

    /// Whatever a driver calls true is 1.
    func copyBits(_ cells: Cells, into column: Column) {
        try? each(cells, into: column, as: UInt8.self) { _, cell, _ in cell.load(as: UInt8.self) == 0 ? 0 : 1 }
    }

    func copyUnsigned(_ cells: Cells, into column: Column) {
        try? each(cells, into: column, as: Int128.self) { _, cell, _ in Int128(cell.load(as: UInt64.self)) }
    }

    mutating func convertIntegerText(_ cells: Cells, into column: Column) throws(ODBCFault) {
        try convertIntegerText(cells, into: column, as: Int64.self, .min, .max)
    }

    mutating func convertNarrowIntegerText(_ cells: Cells, into column: Column) throws(ODBCFault) {
        let isShort = type == .int16
        try convertIntegerText(
            cells, into: column, as: Int32.self, isShort ? Int64(Int16.min) : Int64(Int32.min),
            isShort ? Int64(Int16.max) : Int64(Int32.max))
    }

    private mutating func convertIntegerText<T: FixedWidthInteger & BitwiseCopyable>(
        _ cells: Cells, into column: Column, as type: T.Type, _ least: Int64, _ most: Int64
    ) throws(ODBCFault) {
        var converter = self
        let powers = powers
        try each(cells, into: column, as: T.self) { row, cell, length throws(ODBCFault) in
            let value = DecimalText.fast(cell, length, scale: 0, powers: powers)
            if value != .min, value >= least, value <= most { return T(truncatingIfNeeded: value) }
            return try converter.integerSlowly(row, cell, length, least, most).map { T(truncatingIfNeeded: $0) }
        }
        self = converter
    }

    @inline(never)
    private mutating func integerSlowly(
        _ row: Int, _ cell: UnsafeRawPointer, _ length: Int, _ least: Int64, _ most: Int64
    ) throws(ODBCFault) -> Int64? {
        if let wide = DecimalText(cell, length).scaled(by: 0), wide >= Int128(least), wide <= Int128(most) {
            return Int64(truncatingIfNeeded: wide)
        }
        try unfit(row, shown(cell, length))
        return nil
    }

    func convertGUIDs(_ cells: Cells, into column: Column) {
        try? each(cells, into: column, as: UInt128.self) { _, cell, _ in Self.network(cell) }
    }

    func convertGUIDTexts(_ cells: Cells, into column: Column) {
        try? eachBytes(cells, into: column, room: cells.count * 36) { _, cell, _, target in
            var bytes = Self.network(cell)
            withUnsafeBytes(of: &bytes) { UUIDText.write($0.baseAddress!, to: target) }
            return 36
        }
    }

    /// SQLGUID has its first three parts as numbers; in network order they come first byte first.
    private static func network(_ cell: UnsafeRawPointer) -> UInt128 {
        let first = UInt64(cell.loadUnaligned(as: UInt32.self).byteSwapped)
        let second = UInt64(cell.loadUnaligned(fromByteOffset: 4, as: UInt16.self).byteSwapped)
        let third = UInt64(cell.loadUnaligned(fromByteOffset: 6, as: UInt16.self).byteSwapped)
        let low = first | second << 32 | third << 48
        return UInt128(low) | UInt128(cell.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) << 64
    }

    func copyBinary(_ cells: Cells, into column: Column) throws(ODBCFault) {
        try eachBytes(cells, into: column, room: cells.byteCount) { _, cell, length, target in
            Self.copyShort(cell, length, to: target)
            return length
        }
    }

    /// Cells and arenas have 16 bytes of slack, so short values are one load and one store.
    @inline(__always)
    static func copyShort(_ source: UnsafeRawPointer, _ length: Int, to target: UnsafeMutableRawPointer) {
        if length <= 16 {
            target.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
            target.copyMemory(from: source, byteCount: length)
        }
    }

    /// A value's text for a message.
    func shown(_ cell: UnsafeRawPointer, _ length: Int) -> String {
        let bytes = UnsafeRawBufferPointer(start: cell, count: min(length, 60))
        return "'" + String(decoding: bytes, as: UTF8.self) + (length > 60 ? "…'" : "'")
    }
}
