import Columnar
import Glibc
import PostgresSource

/// A COPY stream in memory, and where its rows lie: libpq hands out one row at a time.
final class RecordedStream {
    let plan: [ColumnPlan]
    let bytes: [UInt8]
    /// Offsets of the rows, of the trailer, and of the end.
    let pieces: [Int]

    init(plan: [ColumnPlan], bytes: [UInt8]) throws {
        self.plan = plan
        self.bytes = bytes
        pieces = try Self.pieces(bytes)
    }

    var rows: Int { pieces.count - 2 }
    var fields: Int { rows * plan.count }

    func write(to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchFault("cannot write \(path)") }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else { throw BenchFault("\(path) was not written whole") }
    }

    /// What `psql -c "copy (select * from lineitem limit 100000) to stdout (format binary)"` wrote.
    convenience init(readingLineitem path: String) throws {
        guard let file = fopen(path, "r") else { throw BenchFault("cannot read \(path)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
        try self.init(plan: LineitemTable.plan, bytes: bytes)
    }

    private static let headerBytes = 19

    private static func pieces(_ bytes: [UInt8]) throws -> [Int] {
        var pieces: [Int] = []
        var at = headerBytes
        func integer(_ width: Int) throws -> Int {
            guard at + width <= bytes.count else { throw BenchFault("the stream is cut at byte \(at)") }
            let value = bytes[at..<at + width].reduce(0) { $0 << 8 | Int($1) }
            at += width
            return value
        }
        while true {
            pieces.append(at)
            let fields = try integer(2)
            if fields == 0xFFFF { break }
            for _ in 0..<fields {
                let length = try integer(4)
                if length != 0xFFFF_FFFF { at += length }
            }
        }
        pieces.append(at)
        return pieces
    }
}

/// Builds a COPY stream. Repeats exactly from run to run.
struct StreamBuilder {
    private(set) var bytes: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    mutating func row(fields: Int) { integer(Int16(fields)) }
    mutating func null() { integer(Int32(-1)) }

    mutating func field<T: FixedWidthInteger>(_ value: T) {
        integer(Int32(MemoryLayout<T>.size))
        integer(value)
    }

    mutating func field(_ text: some Sequence<UInt8>) {
        let content = Array(text)
        integer(Int32(content.count))
        bytes += content
    }

    /// numeric: base-10000 digits, weight, sign, scale (src/backend/utils/adt/numeric.c, numeric_send).
    mutating func numeric(unscaled: Int, scale: Int) {
        var magnitude = unscaled.magnitude
        // Whole groups of four behind the point.
        let groups = (scale + 3) / 4
        for _ in 0..<(groups * 4 - scale) { magnitude *= 10 }
        var digits: [Int16] = []
        while magnitude > 0 {
            digits.insert(Int16(magnitude % 10_000), at: 0)
            magnitude /= 10_000
        }
        let weight = digits.count - groups - 1
        while digits.last == 0 { digits.removeLast() }
        integer(Int32(8 + 2 * digits.count))
        integer(Int16(digits.count))
        integer(Int16(digits.isEmpty ? 0 : weight))
        integer(UInt16(unscaled < 0 ? 0x4000 : 0))
        integer(Int16(scale))
        for digit in digits { integer(digit) }
    }

    mutating func end() { integer(Int16(-1)) }

    private mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }
}

/// SplitMix64: small, and the same everywhere.
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
