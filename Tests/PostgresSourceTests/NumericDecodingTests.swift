import Columnar
import Testing
import TestSupport

@testable import PostgresSource

@Suite("Decoding numeric")
struct NumericDecodingTests {
    /// The binary form that PostgreSQL gives a decimal text.
    static func binary(_ text: String) -> [UInt8] {
        let negative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        var whole = String(parts[0])
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        let scale = fraction.count
        whole = String(repeating: "0", count: (4 - whole.count % 4) % 4) + whole
        fraction += String(repeating: "0", count: (4 - fraction.count % 4) % 4)
        var digits = [UInt16]()
        var rest = Substring(whole + fraction)
        while !rest.isEmpty {
            digits.append(UInt16(rest.prefix(4))!)
            rest = rest.dropFirst(4)
        }
        var weight = whole.count / 4 - 1
        while let first = digits.first, first == 0 {
            digits.removeFirst()
            weight -= 1
        }
        while let last = digits.last, last == 0 { digits.removeLast() }
        if digits.isEmpty { weight = 0 }
        return CopyBytes.numeric(
            digits, weight: Int16(weight), sign: negative ? 0x4000 : 0, scale: UInt16(scale))
    }

    static func kind(_ precision: Int) -> FieldKind {
        precision <= 9 ? .decimal32 : precision <= 18 ? .decimal64 : .decimal128
    }

    static func decode(_ text: String, _ precision: Int, _ scale: Int) throws -> String? {
        let plan = CopyBytes.plan(.decimal(precision: precision, scale: scale), kind(precision))
        return try CopyBytes.decode(CopyBytes.stream([[binary(text)]]), [plan])[0][0]
    }

    @Test(arguments: [
        ("0", 15, 2, "0.00"), ("0.00", 15, 2, "0.00"), ("17", 15, 2, "17.00"), ("-17.5", 15, 2, "-17.50"),
        ("0.01", 15, 2, "0.01"), ("0.0001", 18, 4, "0.0001"), ("0.00001", 18, 5, "0.00001"),
        ("9999999999999.99", 15, 2, "9999999999999.99"), ("-9999999999999.99", 15, 2, "-9999999999999.99"),
        ("999999999999999999", 18, 0, "999999999999999999"), ("9999999999999999.99", 18, 2, "9999999999999999.99"),
        ("0.999999999999999999", 18, 18, "0.999999999999999999"), ("10000", 9, 0, "10000"),
        ("1000000", 9, 2, "1000000.00"),
        ("999999999", 9, 0, "999999999"), ("-0.001", 3, 3, "-0.001"), ("123456.789", 9, 3, "123456.789"),
        (String(repeating: "9", count: 38), 38, 0, String(repeating: "9", count: 38)),
        (
            "-" + String(repeating: "9", count: 28) + ".9999999999", 38, 10,
            "-" + String(repeating: "9", count: 28) + ".9999999999"
        ),
        ("0.0000000001", 38, 10, "0.0000000001"), ("100000000000000000000", 38, 10, "100000000000000000000.0000000000"),
        ("1.5", 19, 2, "1.50"),
    ]) func decodes(_ text: String, _ precision: Int, _ scale: Int, _ expected: String) throws {
        #expect(try Self.decode(text, precision, scale) == expected)
    }

    @Test(arguments: [
        ("10000000000000", 15, 2), ("0.001", 15, 2), ("1000000000", 9, 0), ("1000000000000000000", 18, 0),
        ("0.00001", 9, 4),
        ("1" + String(repeating: "0", count: 38), 38, 0), ("0.00000000001", 38, 10),
        ("1" + String(repeating: "0", count: 28), 38, 10), ("1" + String(repeating: "0", count: 131_000), 38, 10),
        ("123.45", 18, 1),
    ]) func refusesWhatDoesNotFit(_ text: String, _ precision: Int, _ scale: Int) {
        let fault = #expect(throws: PostgresFault.self) { try Self.decode(text, precision, scale) }
        #expect(fault?.reason == .unrepresentable)
        #expect(fault?.message.contains("decimal(\(precision),\(scale)) exactly") == true)
        if text.count < 40 { #expect(fault?.message.contains(" \(text) ") == true, "\(fault as Any)") }
    }

    /// The fast paths and the full one must agree on everything.
    @Test(arguments: [9, 18, 19, 30, 38]) func fastAndFullAgree(precision: Int) throws {
        var random = SeededRandom(7)
        let most = precision <= 18 ? 6 : 11
        for _ in 0..<5_000 {
            let digits = (0..<Int.random(in: 0...most, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt16.random(in: 0...9999, using: &random) : [0, 1, 9999, 9990].randomElement(using: &random)!
            }
            let weight = Int16.random(in: -5...9, using: &random)
            let sign: UInt16 = Bool.random(using: &random) ? 0x4000 : 0
            let bytes = CopyBytes.numeric(digits, weight: weight, sign: sign, scale: 20)
            let scale = Int.random(in: 0...precision, using: &random)
            let plan = CopyBytes.plan(.decimal(precision: precision, scale: scale), Self.kind(precision))
            let full = bytes.withUnsafeBytes {
                NumericField($0.baseAddress!, length: bytes.count)!.scaled(precision: precision, scale: scale)
            }
            let decoded = try? CopyBytes.decode(CopyBytes.stream([[bytes]]), [plan])[0][0]
            if case .value(let value) = full {
                #expect(decoded.map { $0.replacing(".", with: "") }.flatMap { Int128($0) } == value)
            } else {
                #expect(decoded == nil)
            }
        }
    }

    @Test(
        arguments: [
            [], [0, 1], [0, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0x12, 0x34, 0, 0],
            [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10, 0, 0],
        ] as [[UInt8]])
    func refusesWhatIsNoNumeric(_ bytes: [UInt8]) {
        for precision in [9, 18, 38] {
            let plan = CopyBytes.plan(.decimal(precision: precision, scale: 0), Self.kind(precision))
            #expect(throws: PostgresFault.self) { try CopyBytes.decode(CopyBytes.stream([[bytes]]), [plan]) }
        }
    }
}
