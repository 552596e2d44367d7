import Ports
import Testing

@testable import Workbook

@Suite("QualityRules and ColumnRules")
struct RuleSheetTests {
    private func quality(_ rows: [[CellValue?]], traits: [Int: SheetCell.Traits] = [:]) -> CheckedWorkbook {
        var sheet = SheetBuilder(["job_id", "column", "rule", "argument", "severity"], name: "QualityRules")
        for row in rows { sheet.add(row, traits: traits) }
        return check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "b", "table_name": "b"]]), sheet.table)
    }

    private func columns(_ rows: [[CellValue?]]) -> CheckedWorkbook {
        var sheet = SheetBuilder(["job_id", "column", "type", "mask", "rename"], name: "ColumnRules")
        for row in rows { sheet.add(row) }
        return check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "b", "table_name": "b"]]), sheet.table)
    }

    @Test(
        "every rule with its argument",
        arguments: [
            ("not_null", "total", nil, QualityRule.Kind.notNull, QualityRule.Argument.none),
            ("max_null_pct", "total", "5 %", .maxNullPercent, .percent(5)),
            ("unique", nil, nil, .unique, .none), ("range", "total", "0..1000", .range, .range(low: "0", high: "1000")),
            ("range", "total", ">= 0", .range, .range(low: "0", high: nil)),
            ("range", "day", "2026-01-01..", .range, .range(low: "2026-01-01", high: nil)),
            ("regex", "mail", ".+@.+", .regex, .text(".+@.+")),
            ("accepted_values", "state", "open; done", .acceptedValues, .values(["open", "done"])),
            ("length", "code", "..10", .length, .range(low: nil, high: "10")),
            ("freshness", "updated_at", "2d", .freshness, .seconds(172_800)),
            ("row_count", nil, "1..", .rowCount, .range(low: "1", high: nil)),
            ("Date Order", "a, b", nil, .dateOrder, .none),
            ("sql", nil, "total >= 0", .sql, .text("total >= 0")), ("anomaly", nil, nil, .anomaly, .count(10)),
        ] as [(String, String?, String?, QualityRule.Kind, QualityRule.Argument)])
    func rules(rule: String, column: String?, argument: String?, kind: QualityRule.Kind, expected: QualityRule.Argument)
        throws
    {
        let checked = quality([["a", column.map { .text($0) }, .text(rule), argument.map { .text($0) }, "warn"]])
        #expect(checked.of(.error).isEmpty, "\(checked.findings)")
        let found = try #require(checked.jobs[0].job?.qualityRules.first)
        #expect(found.kind == kind && found.argument == expected && found.severity == .warn && found.job == "a")
        #expect(checked.jobs[1].job?.qualityRules.isEmpty == true)
    }

    @Test(
        "what is wrong is named by cell, and refuses the rule's job only",
        arguments: [
            (["c", "x", "not_null", nil, nil], "A2 job_id", "SourceConfig"),
            (["a", nil, "not_null", nil, nil], "B2 column", "needs a column"),
            (["a", "x", "date_order", nil, nil], "B2 column", "two columns"),
            (["a", "x", "notnull2", nil, nil], "C2 rule", "not_null"),
            (["a", "x", nil, nil, nil], "C2 rule", "empty"),
            (["a", "x", "range", "5..1", nil], "D2 argument", "0..1000"),
            (["a", "x", "range", nil, nil], "D2 argument", "The cell is empty"),
            (["a", "x", "length", "a..b", nil], "D2 argument", "whole numbers"),
            (["a", "x", "max_null_pct", "500", nil], "D2 argument", "0 to 100"),
            (["a", "x", "freshness", "5", nil], "D2 argument", "2h or 3d"),
            (["a", "x", "not_null", nil, "fatal"], "E2 severity", "error, warn, quarantine"),
            (["a", nil, "row_count", "1..", "quarantine"], "E2 severity", "whole load"),
            (["a", "x", "max_null_pct", "5", "quarantine"], "E2 severity", "whole load"),
            (["a", nil, "sql", "x > 0", "quarantine"], "E2 severity", "counted by the source"),
            (["a", nil, "anomaly", "4", "warn"], "D2 argument", "5 to 1000"),
        ] as [([CellValue?], String, String)])
    func wrongRules(row: [CellValue?], place: String, says: String) {
        let checked = quality([row])
        let error = checked.of(.error).first
        #expect(checked.of(.error).count == 1)
        #expect(error.map { "\($0.place) \($0.column ?? "")" } == "QualityRules!" + place)
        #expect(error?.message.contains(says) == true, "\(checked.findings)")
        let isForA = row[0] == "a"
        #expect(checked.jobs.map { $0.job == nil } == [isForA, false])
        if isForA { #expect(checked.jobs[0].refusal?.hasPrefix("QualityRules!") == true) }
    }

    @Test("a rule for every job")
    func everyJob() {
        let checked = quality([[nil, "x", "not_null", nil, nil], ["*", nil, "unique", nil, nil]])
        #expect(checked.jobs.allSatisfy { $0.job?.qualityRules.count == 2 })
        let wrong = quality([[nil, nil, "not_null", nil, nil]])
        #expect(wrong.jobs.allSatisfy { $0.job == nil && $0.refusal == wrong.of(.error)[0].sentence })
    }

    @Test("a cell formatted as per cent")
    func percentCell() {
        let checked = quality([["a", "x", "max_null_pct", .number(0.05, digits: "0.05"), nil]], traits: [4: .percent])
        #expect(checked.jobs[0].job?.qualityRules.first?.argument == .percent(5))
    }

    @Test("rules are applied: there is nothing to warn of")
    func applied() {
        #expect(quality([["a", "x", "not_null", nil, nil]]).of(.warning).isEmpty)
        #expect(columns([["a", "x", nil, "hash", nil]]).of(.warning).isEmpty)
    }

    @Test(
        "types",
        arguments: [
            ("decimal(18,2)", ColumnRule.ColumnType.decimal(precision: 18, scale: 2)),
            ("NUMERIC( 5 )", .decimal(precision: 5, scale: 0)), ("int64", .int64),
            ("bigint", .int64), ("Timestamp UTC", .timestampUTC), ("text", .string), ("bool", .boolean),
        ])
    func types(text: String, expected: ColumnRule.ColumnType) { #expect(ColumnTypeText.type(text) == expected) }

    @Test(
        "no types",
        arguments: ["", "decimal(39,2)", "decimal(5,6)", "decimal(", "decimal(a,b)", "decimal(1,2,3)", "money"])
    func noTypes(text: String) { #expect(ColumnTypeText.type(text) == nil) }

    @Test(
        "masks",
        arguments: [
            ("hash", ColumnRule.Mask.hash), ("Redact", .redact), ("partial", .partial(4)), ("partial(2)", .partial(2)),
            ("encrypt", .encrypt),
            ("truncate_date", .truncateDate(.month)), ("truncate date (year)", .truncateDate(.year)),
        ])
    func masks(text: String, expected: ColumnRule.Mask) { #expect(MaskText.mask(text) == expected) }

    @Test("no masks", arguments: ["", "partial(0)", "partial(99)", "partial(x", "truncate_date(week)", "hash(2)"])
    func noMasks(text: String) { #expect(MaskText.mask(text) == nil) }

    @Test("column rules become part of their jobs; a mask that cannot be read refuses them")
    func columnRules() throws {
        let checked = columns([
            ["a", "mail", nil, "hash", "mail_hash"], ["a", "note", nil, "drop", nil],
            ["b", "total", "decimal(18,2)", nil, nil],
        ])
        #expect(checked.of(.error).isEmpty)
        #expect(
            checked.jobs[0].job?.columnRules == [
                ColumnRule(job: "a", column: "mail", mask: .hash, rename: "mail_hash"),
                ColumnRule(job: "a", column: "note", isDropped: true),
            ])
        #expect(checked.jobs[1].job?.columnRules.first?.type == .decimal(precision: 18, scale: 2))
        let wrong = columns([["a", "mail", nil, "hsah", nil]])
        #expect(
            wrong.of(.error).map(\.place) == ["ColumnRules!D2"] && wrong.jobs.map { $0.job == nil } == [true, false])
        #expect(wrong.of(.error)[0].message.hasSuffix(#"Did you mean "hash"?"#))
    }

    @Test("two rows for one column of a job")
    func twice() {
        let checked = columns([
            ["a", "mail", nil, "hash", nil], ["b", "mail", nil, "hash", nil], ["a", "Mail", nil, nil, "x"],
        ])
        #expect(checked.of(.error).map(\.place) == ["ColumnRules!B4"])
        #expect(checked.of(.error)[0].message.hasPrefix("Row 2 has a rule"))
    }
}
