import Columnar
import Ports
import TestSupport
import Testing

@testable import Quality

@Suite("Checks of single values")
struct ValueCheckTests {
    private func failing(_ rule: QualityRule, _ type: ColumnType, _ values: [Any?]) throws -> [Int] {
        var rule = rule
        rule.columns = ["c"]
        rule.severity = .quarantine
        return try TestLoad(rules: [rule]).verdict(try TestRows.batch([("c", type, values)])).aside.map(\.row)
    }

    private func range(_ low: String?, _ high: String?) -> QualityRule {
        QualityRule(.range, argument: .range(low: low, high: high))
    }

    @Test("NULL is in every range and NaN in none")
    func nullAndNaN() throws {
        let values: [Any?] = [nil, Double.nan, 5.0, nil, -0.0, Double.infinity, 10.5]
        #expect(try failing(range("0", "10"), .double, values) == [1, 5, 6])
        #expect(try failing(range(nil, "1e308"), .double, values) == [1, 5])
        #expect(try failing(range("0", nil), .double, values) == [1])
        #expect(try failing(range("0", "1"), .double, [nil, nil, nil]).isEmpty)
        #expect(try failing(range("0.1", nil), .float, [Float(0.1), Float(0.09)]) == [1])
        #expect(try failing(QualityRule(.notNull), .double, values) == [0, 3])
    }

    @Test("text is compared by code points")
    func textRange() throws {
        let values: [Any?] = ["a", "b", "bz", "c", "B", nil, "é", ""]
        #expect(try failing(range("b", "bz"), .text, values) == [0, 3, 4, 6, 7])
    }

    @Test("ranges of every fixed type, as a plain loop finds them", arguments: [1, 2, 3, 4, 5, 6])
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let types: [(ColumnType, Int)] = [
            (.int16, 0), (.int64, 0), (.decimal(precision: 5, scale: 2), 2), (.decimal(precision: 15, scale: 3), 3),
            (.decimal(precision: 30, scale: 1), 1),
        ]
        for (type, scale) in types {
            let count = random.pick([0, 1, 63, 64, 65, 500])
            let values: [Int?] = (0..<count).map { _ in random.chance(20) ? nil : random.next(below: 2001) - 1000 }
            let (low, high) = (random.next(below: 2000) - 1000, random.next(below: 2000) - 1000)
            func text(_ units: Int) -> String { "\(units)e-\(scale)" }
            let found = try failing(range(text(low), text(high)), type, values)
            let expected = values.indices.filter { values[$0].map { $0 < low || $0 > high } ?? false }
            #expect(found == expected, "\(type) \(low)..\(high)")
            let accepted = (0..<random.pick([1, 3, 40])).map { _ in random.next(below: 2001) - 1000 }
            let others = try failing(
                QualityRule(.acceptedValues, argument: .values(accepted.map(text))), type, values)
            #expect(others == values.indices.filter { values[$0].map { !accepted.contains($0) } ?? false })
        }
    }

    @Test("a list of texts, of every length around two words", arguments: [1, 2, 3])
    func members(seed: UInt64) throws {
        var random = SeededRandom(seed)
        func text() -> String { String((0..<random.next(below: 20)).map { _ in random.pick(Array("ab\0é")) }) }
        let accepted = (0..<20).map { _ in text() }
        let values: [String?] = (0..<400).map { _ in
            random.chance(10) ? nil : random.chance(50) ? random.pick(accepted) : text()
        }
        let found = try failing(QualityRule(.acceptedValues, argument: .values(accepted)), .text, values)
        // Canonically equal strings are not the same value: bytes are compared.
        let bytes = Set(accepted.map { Array($0.utf8) })
        #expect(found == values.indices.filter { values[$0].map { !bytes.contains(Array($0.utf8)) } ?? false })
        #expect(
            try failing(QualityRule(.acceptedValues, argument: .values(["true"])), .boolean, [true, false, nil]) == [1])
    }

    @Test("a length is one of characters, in columns with and without them", arguments: [false, true])
    func length(isASCII: Bool) throws {
        let rule = QualityRule(.length, argument: .range(low: "2", high: "4"))
        let values: [Any?] = ["", "a", "ab", nil, "abcd", "abcde", String(repeating: "x", count: 100)]
        #expect(
            try failing(rule, .text, isASCII ? values : values + ["äöü", "日本語日本", "😀", "😀😀"])
                == (isASCII ? [0, 1, 5, 6] : [0, 1, 5, 6, 8, 9]))
        #expect(try failing(rule, .binary, [[0xFF] as [UInt8], [0xC3, 0xA4] as [UInt8]]) == [0])
    }

    @Test("an expression matches the whole value, and bytes that are no text never")
    func pattern() throws {
        let rule = QualityRule(.regex, argument: .text("[a-z]+\\d{2}|x.*"))
        let values: [Any?] = ["abc12", "abc123", " abc12", "abc12\n", nil, "", "x anything", "é12"]
        #expect(try failing(rule, .text, values) == [1, 2, 3, 5, 7])
        let invalid = try TestRows.batch([("c", .text, [[0xFF, 0xFE] as [UInt8], "abc12"])])
        var bound = rule
        bound.columns = ["c"]
        #expect(try TestLoad(rules: [bound]).verdict(invalid).verdict.results[0].failing == 1)
        #expect(
            try failing(
                QualityRule(.regex, argument: .text("(?i)straße|\\p{L}{2}")), .text, ["STRASSE", "Straße", "äö"]) == [0]
        )
    }

    @Test("an expression that backtracks without end gives up, and says so")
    func catastrophe() throws {
        let rule = QualityRule(.regex, "c", argument: .text("(a|aa)+"), severity: .warn)
        let long = String(repeating: "a", count: 80) + "b"
        let (verdict, _) = try TestLoad(rules: [rule]).verdict(
            try TestRows.batch([("c", .text, Array(repeating: long, count: 600))]))
        #expect(verdict.refusals.isEmpty)
        #expect(verdict.warnings[0].contains("gave up on 200 values"), "\(verdict.warnings)")
        var aside = rule
        aside.severity = .quarantine
        let stopped = try TestLoad(rules: [aside]).verdict(
            try TestRows.batch([("c", .text, Array(repeating: long, count: 600))])
        ).verdict
        #expect(stopped.refusals.count == 1)
    }
}
