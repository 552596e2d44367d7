import Columnar
import Ports

@testable import ODBCSource

/// Cells as a driver leaves them, through one converter into a column.
struct FilledColumn {
    let column: Column
    private(set) var converter: ColumnConverter

    /// - Parameters:
    ///   - values: bytes of each cell; nil is NULL.
    ///   - width: of a slot; longer values are packed. Nil: as wide as the longest.
    ///   - runs: how many cells are converted at a time; 0: all.
    init(
        _ values: [[UInt8]?], kind: CellKind, type: ColumnType, width: Int? = nil, runs: Int = 0,
        nullsUnfit: Bool = false
    ) throws(ODBCFault) {
        var mapping = ColumnMapping(
            DescribedColumn(name: "c", sqlType: 12, typeName: "t"), choices: TypeChoices(), quirks: Quirks())
        mapping.kind = kind
        mapping.type = type
        let binding = Binding(kind, size: 0, digits: 0, quirks: Quirks())
        let longest = values.reduce(0) { max($0, $1?.count ?? 0) } + binding.terminator
        let slot = binding.isVariable ? width ?? longest : binding.fullWidth ?? longest
        let buffer = ColumnBuffer(binding, width: slot, rows: max(1, values.count))
        // What a slot held before must not matter.
        buffer.slots.initializeMemory(as: UInt8.self, repeating: 0xA5, count: buffer.width * buffer.rows)
        for (row, value) in values.enumerated() {
            guard let value else { continue }
            let start = buffer.packedBytes
            buffer.reservePacked(value.count)
            value.withUnsafeBytes {
                if let base = $0.baseAddress { buffer.packedEnd.copyMemory(from: base, byteCount: $0.count) }
            }
            buffer.advancePacked(value.count)
            buffer.setPacked(row: row, from: start)
        }
        converter = ColumnConverter(mapping, nullsUnfit: nullsUnfit)
        column = Column(type, slots: max(1, values.count))
        var first = 0
        while first < values.count {
            let count = min(runs == 0 ? values.count : runs, values.count - first)
            converter.rowsBefore = first
            try converter.convert(buffer.cells.from(first, count: count), into: column)
            first += count
        }
    }

    func isNull(_ slot: Int) -> Bool { column.validity[slot >> 3] >> UInt8(slot & 7) & 1 == 0 }

    func fixed<T: BitwiseCopyable>(as type: T.Type) -> [T?] {
        var next = 0
        return (0..<column.slotCount).map { slot in
            if isNull(slot) { return nil }
            defer { next += 1 }
            return column.values.loadUnaligned(fromByteOffset: next * MemoryLayout<T>.size, as: T.self)
        }
    }

    var bytes: [[UInt8]?] {
        var next = 0
        return (0..<column.slotCount).map { slot in
            if isNull(slot) { return nil }
            defer { next += 1 }
            let (from, to) = (Int(column.offsets[next]), Int(column.offsets[next + 1]))
            return Array(UnsafeRawBufferPointer(start: column.arena + from, count: to - from))
        }
    }

    var texts: [String?] { bytes.map { $0.map { String(decoding: $0, as: UTF8.self) } } }

    static func of(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func wide(_ units: [UInt16]) -> [UInt8] { units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
    static func wide(_ text: String) -> [UInt8] { wide(Array(text.utf16)) }
    static func raw<T: BitwiseCopyable>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
