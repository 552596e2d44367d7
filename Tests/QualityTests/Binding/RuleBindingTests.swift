import Columnar
import Ports
import Testing

@testable import Quality

@Suite("Rules and the columns they are for")
struct RuleBindingTests {
    private let fields = [
        Field("id", .int64), Field("Total", .decimal(precision: 12, scale: 2)), Field("state", .text),
        Field("made", .date), Field("sent", .timestamp(.microseconds, utc: true)),
        Field("seen", .timestamp(.microseconds, utc: false)), Field("tags", .list(.text)), Field("flag", .boolean),
        Field("f", .float), Field("A", .int32), Field("a", .int32),
    ]

    private func misfit(_ rule: QualityRule, key: [String] = []) -> RuleMisfit? {
        do throws(RuleMisfit) {
            _ = try RuleBinding.bind(rule, to: fields, primaryKey: key)
            return nil
        } catch { return error }
    }

    @Test("a name is found as the source spells it, or as the only one that differs in case")
    func names() throws {
        #expect(try RuleBinding.bind(QualityRule(.notNull, "TOTAL"), to: fields, primaryKey: []).names == ["Total"])
        #expect(try RuleBinding.bind(QualityRule(.notNull, "a"), to: fields, primaryKey: []).names == ["a"])
        #expect(try RuleBinding.bind(QualityRule(.unique), to: fields, primaryKey: ["id"]).names == ["id"])
        #expect(misfit(QualityRule(.notNull, "totl"))?.message.contains("Did you mean \"Total\"?") == true)
        #expect(misfit(QualityRule(.notNull, "totl"))?.isUnknownColumn == true)
        let ambiguous = Field("x", .text), twin = Field("X", .text)
        #expect(throws: RuleMisfit.self) {
            try RuleBinding.bind(
                QualityRule(.range, "Ä", argument: .range(low: "a", high: nil)), to: [ambiguous, twin], primaryKey: [])
        }
    }

    @Test(
        "what does not fit the column's type is told with its cell",
        arguments: [
            (QualityRule(.range, "id", argument: .range(low: "a", high: nil)), RuleMisfit.Cell.argument, "int64"),
            (QualityRule(.range, "made", argument: .range(low: "2026-02-30", high: nil)), .argument, "date"),
            (QualityRule(.range, "seen", argument: .range(low: "2026-02-03 25:00", high: nil)), .argument, "timestamp"),
            (
                QualityRule(.range, "seen", argument: .range(low: nil, high: "2026-02-03 01:00:00.1234567")), .argument,
                ""
            ),
            (
                QualityRule(.range, "seen", argument: .range(low: "2026-02-03T01:00:00+01:00", high: nil)), .argument,
                "without an offset"
            ),
            (QualityRule(.acceptedValues, "seen", argument: .values(["2026-02-03 01:00:00Z"])), .argument, "offset"),
            (QualityRule(.range, "tags", argument: .range(low: "a", high: nil)), .column, "list<string>"),
            (QualityRule(.range, "flag", argument: .range(low: "0", high: nil)), .column, "boolean"),
            (QualityRule(.regex, "id", argument: .text("a")), .column, "text"),
            (QualityRule(.regex, "state", argument: .text("(a")), .argument, "missing closing parenthesis"),
            (QualityRule(.length, "id", argument: .range(low: "1", high: nil)), .column, "text"),
            (QualityRule(.acceptedValues, "id", argument: .values(["1", "x"])), .argument, "x"),
            (QualityRule(.acceptedValues, "Total", argument: .values(["1.005"])), .argument, "2 digits"),
            (QualityRule(.acceptedValues, "flag", argument: .values(["maybe"])), .argument, "true or false"),
            (QualityRule(.freshness, "id", argument: .seconds(60)), .column, "timestamps"),
            (QualityRule(.dateOrder, "made", "sent"), .column, "zone"),
            (QualityRule(.dateOrder, "seen", "sent"), .column, "zone"),
            (QualityRule(.dateOrder, "id", "sent"), .column, "int64"),
            (QualityRule(.unique, "tags"), .column, "list<string>"),
            (QualityRule(.unique), .column, "primary_key"),
        ])
    func misfits(rule: QualityRule, cell: RuleMisfit.Cell, words: String) throws {
        let found = try #require(misfit(rule))
        #expect(found.cell == cell)
        #expect(found.message.contains(words), "\(found.message)")
        #expect(!found.isUnknownColumn)
    }

    @Test("ends are of the column's type")
    func ends() throws {
        func range(_ column: String, _ low: String?, _ high: String?) throws -> RangeCheck? {
            let rule = QualityRule(.range, column, argument: .range(low: low, high: high))
            guard case .range(let check) = try RuleBinding.bind(rule, to: fields, primaryKey: []).check else {
                return nil
            }
            return check
        }
        #expect(try range("Total", "0.005", "10.999") == .int64(1, 1099))
        #expect(try range("id", "0.5", nil) == .int64(1, .max))
        #expect(try range("a", nil, "1e12") == .int32(.min, .max))
        // Nothing is between them, and nothing of the width is above.
        #expect(try range("a", "0.2", "0.8") == .int32(1, 0))
        #expect(try range("a", "1e12", nil) == .int32(1, 0))
        #expect(try range("f", "0.1", nil) == .float(0.1, .infinity))
        #expect(try range("made", "1970-01-02", "1970-01-03") == .int32(1, 2))
        // A day alone is all of it.
        #expect(try range("seen", "1970-01-01", "1970-01-01") == .int64(0, 86_399_999_999))
        #expect(try range("sent", "1970-01-01T01:00:00+01:00", nil) == .int64(0, .max))
        #expect(try range("sent", "1970-01-01 00:00:00Z", nil) == .int64(0, .max))
    }
}
