import Columnar
import TestSupport

/// Fills columns with random values of a type, extremes included, and says the same values as JSON text.
///
/// JSON forms: integers, dates, times and timestamps as their integer; decimals as a string of the unscaled integer; floating
/// point as a string of the bit pattern in hex; bytes and uuids as hex; text as a string; lists and structures as arrays.
struct RandomColumn {
    /// How often values repeat, which decides what encodings and runs come of them.
    enum Texture: CaseIterable { case few, many, runs, rising, wild }

    let type: ColumnType
    private var texture: Texture
    private var nullPercent: Int
    /// After so many values the column changes its nature; 0: never. Dictionaries overflow by it, pages and row groups of
    /// NULLs stand between others.
    private let stretch: Int
    private var counter = 0
    private var run = 0
    private var pool: [UInt64]
    private var inner: [RandomColumn]

    init(_ type: ColumnType, using random: inout SeededRandom) {
        self.type = type
        texture = random.pick(Texture.allCases)
        nullPercent = random.pick([0, 0, 5, 50, 95, 100])
        stretch = random.pick([0, 0, 100, 900, 4_000])
        pool = (0..<random.pick([1, 2, 3, 17, 300, 5000])).map { _ in random.next() }
        switch type {
        case .list(let element): inner = [RandomColumn(element, using: &random)]
        case .structure(let fields): inner = fields.map { RandomColumn($0.type, using: &random) }
        default: inner = []
        }
    }

    /// Appends one value to the column and its JSON to `json`.
    mutating func append(to column: Column, json: inout String, using random: inout SeededRandom) {
        counter += 1
        if stretch > 0 && counter % stretch == 0 {
            texture = random.pick(Texture.allCases)
            nullPercent = random.pick([0, 0, 5, 50, 95, 100, 100])
        }
        if random.chance(nullPercent) {
            column.appendNull()
            json += "null"
            return
        }
        let bits = seed(using: &random)
        switch type {
        case .boolean:
            column.append(bits & 1 == 1)
            json += bits & 1 == 1 ? "true" : "false"
        case .int8: integer(Int32(Int8(truncatingIfNeeded: bits)), column, &json)
        case .int16: integer(Int32(Int16(truncatingIfNeeded: bits)), column, &json)
        case .int32: integer(Int32(truncatingIfNeeded: bits), column, &json)
        case .int64: integer(Int64(truncatingIfNeeded: bits), column, &json)
        case .date: integer(Int32(truncatingIfNeeded: bits % 5_000_000) - 700_000, column, &json)
        case .time: integer(Int64(bits % 86_400_000_000), column, &json)
        case .timestamp: integer(Int64(truncatingIfNeeded: bits) / 8, column, &json)
        case .float:
            let value = [Float(bitPattern: UInt32(truncatingIfNeeded: bits)), .nan, .infinity, -0.0, 0.0, 1.5][
                random.chance(60) ? 0 : Int(bits % 6)]
            column.append(value)
            json += "\"\(String(value.bitPattern, radix: 16))\""
        case .double:
            let value = [Double(bitPattern: bits), .nan, -.infinity, -0.0, 0.0, 1.5][
                random.chance(60) ? 0 : Int(bits % 6)]
            column.append(value)
            json += "\"\(String(value.bitPattern, radix: 16))\""
        case .decimal(let precision, _):
            let limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 }
            let wide = Int128(truncatingIfNeeded: UInt128(bits) << 64 | UInt128(bits &* 0x9E37_79B9_7F4A_7C15))
            let value = bits % 13 == 0 ? limit - 1 : bits % 13 == 1 ? 1 - limit : wide % limit
            switch precision {
            case ...9: column.append(Int32(value))
            case ...18: column.append(Int64(value))
            default: column.append(value)
            }
            json += "\"\(value)\""
        case .text, .json: text(bits, column, &json)
        case .binary:
            // Bytes that cannot be raised, for bounds.
            let bytes =
                bits % 53 == 0
                ? [UInt8](repeating: 0xFF, count: Int(bits % 130))
                : (0..<Int(bits % 40)).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 % 57)) }
            bytes.withUnsafeBytes { column.append(bytes: $0) }
            json += "\"\(hex(bytes))\""
        case .uuid:
            let value = UInt128(bits) << 64 | UInt128(bits &* 0xD6E8_FEB8_6659_FD93)
            column.append(value.bigEndian)
            json += "\"\(withUnsafeBytes(of: value.bigEndian) { hex(Array($0)) })\""
        case .list:
            let count = bits % 211 == 0 ? Int((bits >> 8) % 300) : Int(bits % 5)
            column.appendList(count: count)
            json += "["
            for element in 0..<count {
                if element > 0 { json += "," }
                inner[0].append(to: column.children[0], json: &json, using: &random)
            }
            json += "]"
        case .structure:
            column.appendStructure()
            json += "["
            for index in inner.indices {
                if index > 0 { json += "," }
                inner[index].append(to: column.children[index], json: &json, using: &random)
            }
            json += "]"
        }
    }

    private mutating func seed(using random: inout SeededRandom) -> UInt64 {
        switch texture {
        case .few: return pool[Int.random(in: 0..<min(3, pool.count), using: &random)]
        case .many: return random.pick(pool)
        case .runs:
            if random.chance(3) { run += 1 }
            return pool[run % pool.count]
        case .rising: return UInt64(counter) * 1_000 + UInt64.random(in: 0..<999, using: &random)
        case .wild: return random.next() >> UInt64.random(in: 0..<64, using: &random)
        }
    }

    private func integer<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ column: Column, _ json: inout String) {
        column.append(value)
        json += "\(value)"
    }

    private func text(_ bits: UInt64, _ column: Column, _ json: inout String) {
        let words = [
            "", "a", "é", "日本", "😀", "zz", "\u{7F}", "\u{10FFFF}", "lorem ipsum dolor sit amet ", "\"quoted\"\\",
        ]
        var value = ""
        for step in 0..<(bits % 7) { value += words[Int((bits >> (step * 6)) % UInt64(words.count))] }
        if bits % 11 == 0 { value = String(repeating: words[Int(bits % 10)] + "~", count: Int(bits % 90)) }
        if bits % 1_999 == 0 { value = String(repeating: value + "x", count: 1 + 70_000 / (value.utf8.count + 1)) }
        // A JSON column holds JSON: readers check it.
        if type == .json { value = Self.quoted(value) }
        column.append(value)
        json += Self.quoted(value)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
