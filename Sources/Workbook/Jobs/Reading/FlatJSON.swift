/// A small reader of JSON (RFC 8259) for cells: strict, of bounded depth, and with the place of a mistake.
struct FlatJSON {
    indirect enum Value: Equatable {
        case null
        case bool(Bool)
        /// The digits as they stand.
        case number(String)
        case string(String)
        case array([Value])
        case object([(String, Value)])

        static func == (a: Value, b: Value) -> Bool {
            switch (a, b) {
            case (.null, .null): true
            case (.bool(let a), .bool(let b)): a == b
            case (.number(let a), .number(let b)), (.string(let a), .string(let b)): a == b
            case (.array(let a), .array(let b)): a == b
            case (.object(let a), .object(let b)):
                a.count == b.count && zip(a, b).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
            default: false
            }
        }
    }

    struct Mistake: Error, Equatable {
        /// From 1, in characters.
        var column: Int
        var expected: String
    }

    private static let deepest = 32
    private let scalars: [Unicode.Scalar]
    private var index = 0

    static func parse(_ text: String) throws(Mistake) -> Value {
        var parser = FlatJSON(text)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.index == parser.scalars.count else { throw parser.mistake("nothing more") }
        return value
    }

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private func mistake(_ expected: String) -> Mistake { Mistake(column: index + 1, expected: expected) }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func skipBlanks() {
        while let scalar = next, scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" { index += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Mistake) -> Value {
        guard depth < Self.deepest else { throw mistake("fewer brackets inside each other") }
        skipBlanks()
        switch next {
        case "{": return try object(depth: depth)
        case "[":
            index += 1
            var items: [Value] = []
            if take("]") { return .array([]) }
            repeat { items.append(try value(depth: depth + 1)) } while take(",")
            guard take("]") else { throw mistake("a comma or ]") }
            return .array(items)
        case "\"": return .string(try string())
        case "t", "f", "n":
            for (word, value) in [("true", Value.bool(true)), ("false", .bool(false)), ("null", .null)]
            where scalars[index...].starts(with: word.unicodeScalars) {
                index += word.unicodeScalars.count
                return value
            }
            throw mistake("true, false or null")
        default: return .number(try number())
        }
    }

    private mutating func object(depth: Int) throws(Mistake) -> Value {
        index += 1
        var members: [(String, Value)] = []
        if take("}") { return .object([]) }
        repeat {
            skipBlanks()
            guard next == "\"" else { throw mistake("a name in double quotes") }
            let name = try string()
            guard take(":") else { throw mistake("a colon") }
            members.append((name, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw mistake("a comma or }") }
        return .object(members)
    }

    private mutating func number() throws(Mistake) -> String {
        let start = index
        while let scalar = next, "+-.eE0123456789".unicodeScalars.contains(scalar) { index += 1 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<index])
        let text = String(view)
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            Double(text) != nil
        else {
            index = start
            throw mistake("a value")
        }
        return text
    }

    private mutating func string() throws(Mistake) -> String {
        index += 1
        var view = String.UnicodeScalarView()
        while let scalar = next {
            index += 1
            switch scalar {
            case "\"": return String(view)
            case "\\": view.append(try escape())
            default: view.append(scalar)
            }
        }
        throw mistake("a closing double quote")
    }

    private mutating func escape() throws(Mistake) -> Unicode.Scalar {
        guard let scalar = next else { throw mistake("a character behind \\") }
        index += 1
        switch scalar {
        case "\"", "\\", "/": return scalar
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "u":
            let high = try codeUnit()
            guard (0xD800..<0xDC00).contains(high) else {
                guard let scalar = Unicode.Scalar(high) else { throw mistake("the first half of a pair") }
                return scalar
            }
            guard next == "\\" else { throw mistake("the second half of a pair") }
            index += 1
            guard next == "u" else { throw mistake("the second half of a pair") }
            index += 1
            let low = try codeUnit()
            guard (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            else { throw mistake("the second half of a pair") }
            return scalar
        default: throw mistake("one of \" \\ / b f n r t u")
        }
    }

    private mutating func codeUnit() throws(Mistake) -> UInt32 {
        guard index + 4 <= scalars.count else { throw mistake("four digits behind \\u") }
        var value: UInt32 = 0
        for scalar in scalars[index..<index + 4] {
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw mistake("four digits behind \\u")
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
