import Columnar
import Glibc
import ODBCSource

extension WorkloadTable {
    private static let cells = 4_096

    /// Cells as ODBC drivers leave them, by kind. A driver itself is in none of it.
    static let converters: [Workload] = cellShapes.map { shape in
        Workload(name: "convert-" + shape.name) { _ in
            var dice = Dice(seed: 7)
            return try ConverterRun(shape, values: (0..<cells).map { shape.value($0, &dice) }).round
        }
    }

    struct CellShape: Sendable {
        let name: String
        let type: ColumnType
        let kind: CellKind
        /// Bytes of a slot.
        let width: Int
        /// Nil is NULL.
        let value: @Sendable (_ row: Int, inout Dice) -> [UInt8]?

        init(
            _ name: String, _ type: ColumnType, _ kind: CellKind, width: Int,
            value: @escaping @Sendable (_ row: Int, inout Dice) -> [UInt8]?
        ) {
            (self.name, self.type, self.kind, self.width, self.value) = (name, type, kind, width, value)
        }
    }

    private static let cellShapes: [CellShape] = [
        CellShape("int32", .int32, .int32, width: 4) { _, dice in raw(Int32(truncatingIfNeeded: dice.next())) },
        CellShape("int64", .int64, .int64, width: 8) { _, dice in raw(Int64(truncatingIfNeeded: dice.next())) },
        CellShape("null", .int64, .int64, width: 8) { _, _ in nil },
        CellShape("half-null", .int64, .int64, width: 8) { row, _ in row % 2 == 0 ? nil : raw(Int64(row)) },
        CellShape("unsigned64", .decimal(precision: 20, scale: 0), .unsigned64, width: 8) { _, dice in raw(dice.next())
        },
        CellShape("integer-text", .int64, .integerText, width: 24) { _, dice in ascii(dice.below(1 << 40)) },
        CellShape("bit", .boolean, .bit, width: 1) { _, dice in [UInt8(dice.below(2))] },
        CellShape("flag", .boolean, .flag, width: 4) { _, dice in raw(Int32(dice.below(2))) },
        CellShape("decimal64", .decimal(precision: 15, scale: 2), .decimalText, width: 48) { _, dice in
            ascii(number(dice.below(100_000_000), scale: 2))
        },
        CellShape("decimal128", .decimal(precision: 38, scale: 10), .decimalText, width: 48) { _, dice in
            ascii(number(dice.below(1 << 52), scale: 8))
        },
        CellShape("date", .date, .date, width: 6) { _, dice in Array(date(&dice).prefix(6)) },
        CellShape("timestamp", .timestamp(.microseconds, utc: false), .timestamp, width: 16) { _, dice in date(&dice) },
        CellShape("instant", .timestamp(.microseconds, utc: true), .instant, width: 20) { _, dice in
            date(&dice) + raw(Int16(5)) + raw(Int16(45))
        },
        CellShape("date-text", .date, .dateText, width: 48) { _, dice in ascii(dateText(&dice)) },
        CellShape("timestamp-text", .timestamp(.microseconds, utc: false), .timestampText, width: 48) { _, dice in
            ascii(dateText(&dice) + " 13:14:15.\(100_000 + dice.below(900_000))")
        },
        CellShape("time-text", .text, .timeText, width: 32) { _, dice in
            ascii("13:14:15.\(100_000 + dice.below(900_000))")
        },
        CellShape("guid-text", .text, .guidText, width: 16) { _, dice in raw(dice.next()) + raw(dice.next()) },
        CellShape("narrow-text", .text, .narrowText, width: 513) { _, dice in ascii(words(&dice)) },
        CellShape("narrow-text-cyrillic", .text, .narrowText, width: 513) { _, dice in
            ascii("Москва \(dice.below(1000))")
        },
        CellShape("narrow-text-padded", .text, .paddedNarrowText, width: 101) { _, dice in
            Array((words(&dice).utf8 + [UInt8](repeating: 0x20, count: 40)).prefix(40))
        },
        CellShape("wide-text", .text, .wideText, width: 514) { _, dice in wide(words(&dice)) },
        CellShape("wide-text-cyrillic", .text, .wideText, width: 514) { _, dice in
            wide("Москва \(dice.below(1000))")
        },
        CellShape("binary", .binary, .binary, width: 64) { _, dice in
            (0..<dice.below(64)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
        },
    ]

    private static func raw(_ value: some BitwiseCopyable) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
    private static func ascii(_ value: some CustomStringConvertible) -> [UInt8] { Array(value.description.utf8) }
    private static func wide(_ text: String) -> [UInt8] { text.utf16.flatMap { raw($0) } }

    private static func number(_ unscaled: Int, scale: Int) -> String {
        let digits = String(unscaled)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    private static func words(_ dice: inout Dice) -> String {
        (0..<2 + dice.below(5)).map { _ in LineitemTable.words[dice.below(LineitemTable.words.count)] }
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// SQL_TIMESTAMP_STRUCT, of which SQL_DATE_STRUCT is the beginning.
    private static func date(_ dice: inout Dice) -> [UInt8] {
        let parts = [1992 + dice.below(7), 1 + dice.below(12), 1 + dice.below(28), dice.below(24), 14, 15]
        return parts.flatMap { raw(UInt16($0)) } + raw(UInt32(dice.below(1_000_000) * 1000))
    }

    private static func dateText(_ dice: inout Dice) -> String {
        "\(1992 + dice.below(7))-\(10 + dice.below(3))-\(10 + dice.below(19))"
    }
}

/// Converts one column's rowset again and again into a column of a page.
final class ConverterRun {
    private let batch: Batch
    private var converter: ColumnConverter
    private let slots: UnsafeMutableRawBufferPointer
    private let lengths: UnsafeMutablePointer<Int>
    private let cells: Cells

    init(_ shape: WorkloadTable.CellShape, values: [[UInt8]?]) throws {
        batch = Batch(schema: try Schema([Field("c", shape.type)]))
        converter = ColumnConverter(
            name: "c", type: shape.type, kind: shape.kind, sourceType: shape.name, nullsUnfit: false)
        slots = .allocate(byteCount: values.count * shape.width + Cells.slack, alignment: 16)
        slots.initializeMemory(as: UInt8.self, repeating: 0)
        lengths = .allocate(capacity: values.count)
        for (row, value) in values.enumerated() {
            lengths[row] = value?.count ?? Cells.null
            guard let value else { continue }
            guard value.count <= shape.width else { throw BenchFault("\(shape.name): a value is longer than its slot") }
            slots[(row * shape.width)...].copyBytes(from: value)
        }
        // Nothing is longer than its slot, so nothing is looked for elsewhere.
        cells = Cells(
            slots: slots.baseAddress!, stride: shape.width, lengths: lengths, usable: shape.width,
            packed: slots.baseAddress!, packedOffsets: lengths, count: values.count)
    }

    deinit {
        slots.deallocate()
        lengths.deallocate()
    }

    func round() throws -> Int {
        let times = BatchLimit.defaultRows / cells.count
        for _ in 0..<times { try converter.convert(cells, into: batch.columns[0]) }
        batch.reset()
        return times * cells.count
    }
}
