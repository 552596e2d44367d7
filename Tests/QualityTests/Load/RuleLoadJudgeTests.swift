import Columnar
import Ports
import TestSupport
import Testing

@testable import Quality

@Suite("The verdict over a load")
struct RuleLoadJudgeTests {
    private func orders() throws -> Batch {
        try TestRows.batch([
            ("id", .int64, [1, 2, 3, 4]), ("total", .decimal(precision: 9, scale: 2), [1000, -5, nil, 200_000]),
            ("state", .text, ["paid", "lost", nil, "paid"]), ("mail", .text, ["a@b", "secret", nil, "c@d"]),
        ])
    }

    @Test("severities: error refuses, warn tells, quarantine sets aside with every rule that fails")
    func severities() throws {
        let load = TestLoad(
            rules: [
                QualityRule(.range, "total", argument: .range(low: "0", high: "1000")),
                QualityRule(.notNull, "state", severity: .warn),
                QualityRule(.range, "total", argument: .range(low: "0", high: nil), severity: .quarantine),
                QualityRule(.acceptedValues, "state", argument: .values(["paid"]), severity: .quarantine),
                QualityRule(.length, "state", argument: .range(low: "1", high: "10")),
            ], primaryKey: ["id"])
        let (verdict, aside) = try load.verdict(try orders())
        #expect(verdict.refusals == ["range(total): 2 of 4 rows: total is outside of 0..1000"])
        #expect(
            aside == [
                QuarantinedRow(
                    row: 1, rule: "range(total); accepted_values(state)",
                    reason: "total is outside of 0..; state is not one of paid")
            ])
        #expect(
            verdict.warnings.prefix(3) == [
                "not_null(state): 1 of 4 rows: state is NULL",
                "range(total): 1 of 4 rows: total is outside of 0..; set aside",
                "accepted_values(state): 1 of 4 rows: state is not one of paid; set aside",
            ])
        #expect(verdict.exceedsQuarantineLimit)
        #expect(verdict.warnings[3].contains("more than 5 %"))
        #expect(verdict.results.map(\.state) == [.failed, .failed, .failed, .failed, .passed])
        #expect(verdict.results.map(\.checked) == [4, 4, 4, 4, 4])
        #expect(
            verdict.results[0].samples == [
                .init([.init("id", "2"), .init("total", "-0.05")]),
                .init([.init("id", "4"), .init("total", "2000.00")]),
            ])
        var few = load
        few.mostQuarantinedPercent = 25
        #expect(try few.verdict(try orders()).verdict.exceedsQuarantineLimit == false)
    }

    @Test("no value of a masked column is in what is told")
    func concealed() throws {
        var load = TestLoad(
            rules: [
                QualityRule(.regex, "mail", argument: .text(".*@.*"), severity: .quarantine),
                QualityRule(.unique, "mail", "state", severity: .warn),
                QualityRule(.acceptedValues, "mail", argument: .values(["x"]), severity: .warn),
            ], primaryKey: ["mail"])
        load.concealed = ["mail"]
        let batch = try TestRows.batch([
            ("mail", .text, ["secret", "secret", "secret"]), ("state", .text, ["s", "s", nil]),
        ])
        let (verdict, aside) = try load.verdict(batch)
        #expect(verdict.results.map(\.failing) == [3, 1, 3])
        #expect(!"\(verdict) \(aside)".contains("secret"))
        #expect(verdict.results[1].samples[0].cells.map(\.value) == ["(masked)", "s"])
    }

    /// Of every kind there is, over columns that are all masked: whatever is told looks the same for other values.
    @Test("no kind of rule tells anything of a masked value", arguments: [QualityRule.Severity.warn, .quarantine])
    func concealedByAll(severity: QualityRule.Severity) throws {
        let rules = [
            QualityRule(.notNull, "t"), QualityRule(.maxNullPercent, "t", argument: .percent(0)),
            QualityRule(.unique, "t"), QualityRule(.unique, "m", "t"), QualityRule(.unique, "m"),
            QualityRule(.range, "n", argument: .range(low: "0", high: "1")),
            QualityRule(.acceptedValues, "m", argument: .values(["x"])),
            QualityRule(.regex, "m", argument: .text("x")),
            QualityRule(.length, "m", argument: .range(low: "0", high: "1")),
            QualityRule(.freshness, "t", argument: .seconds(86_400)),
            QualityRule(.freshness, "d", argument: .seconds(86_400)),
            QualityRule(.freshness, "n", argument: .seconds(1 << 40)), QualityRule(.dateOrder, "n", "t"),
            QualityRule(.rowCount, argument: .range(low: "9", high: nil)), QualityRule(.anomaly, argument: .count(5)),
            QualityRule(.sql, argument: .text("n > 0")),
        ]
        #expect(Set(rules.map(\.kind)) == Set(QualityRule.Kind.allCases))
        func told(_ shift: Int) throws -> String {
            let instant = ColumnType.timestamp(.microseconds, utc: true)
            let times = [1_700_000_000_123_456 + shift, nil, 1_700_000_000_123_456 + shift]
            let batch = try TestRows.batch([
                ("id", .int64, [1, 2, 3]), ("t", instant, times.map { $0.map { $0 - 1 } }), ("n", instant, times),
                ("m", .text, ["secret \(shift)", nil, "secret \(shift)"]),
                ("d", .date, [30_000 + shift, nil, 30_000 + shift]),
            ])
            var load = TestLoad(
                rules: rules.map { rule in
                    var rule = rule
                    rule.severity = severity
                    if rule.kind == .range { rule.argument = .range(low: "2030-01-01", high: nil) }
                    return rule
                }, primaryKey: ["id", "m"])
            load.concealed = ["t", "n", "m", "d"]
            load.outside = FakeOutside(earlier: [1, 1, 1, 1, 1], failing: 2)
            let (verdict, aside) = try load.verdict(batch)
            return "\(verdict) \(aside)"
        }
        let first = try told(0)
        #expect(try first == told(77))
        #expect(first.contains("freshness(t): the newest t is older than 1d by"))
        #expect(first.contains("the newest d is not older than 1d"))
        #expect(!first.contains("secret") && !first.contains("2023") && !first.contains("2052"))
    }

    @Test(
        "rules about the whole load",
        arguments: [
            (
                QualityRule(.maxNullPercent, "v", argument: .percent(25)), FakeOutside(), RuleResult.State.passed,
                "25 % of v is NULL (1 of 4 rows)"
            ),
            (
                QualityRule(.maxNullPercent, "v", argument: .percent(24.9)), FakeOutside(), .failed,
                "up to 24.9 % may be"
            ),
            (
                QualityRule(.rowCount, argument: .range(low: "4", high: "4")), FakeOutside(), .passed,
                "4 rows; allowed: 4 to 4"
            ),
            (
                QualityRule(.rowCount, argument: .range(low: "5", high: nil)), FakeOutside(), .failed,
                "allowed: 5 or more"
            ),
            (
                QualityRule(.anomaly, argument: .count(10)), FakeOutside(earlier: [4, 4, 4, 4]), .notJudged,
                "4 earlier loads are too few"
            ),
            (
                QualityRule(.anomaly, argument: .count(10)), FakeOutside(earlier: [4, 4, 5, 4, 3]), .passed,
                "1 to 7 were to be expected (median 4)"
            ),
            (
                QualityRule(.anomaly, argument: .count(10)), FakeOutside(earlier: [100, 101, 99, 100, 100]), .failed,
                "97 to 103"
            ),
            (QualityRule(.sql, argument: .text("v > 0")), FakeOutside(failing: 0), .passed, "all of 4 rows"),
            (
                QualityRule(.sql, argument: .text("v > 0")), FakeOutside(failing: 3), .failed,
                "3 of 4 rows: does not satisfy v > 0"
            ),
            (QualityRule(.sql, argument: .text("v > 0")), FakeOutside(failing: nil), .notJudged, "cannot count"),
        ])
    func whole(rule: QualityRule, outside: FakeOutside, state: RuleResult.State, words: String) throws {
        var load = TestLoad(rules: [rule])
        load.outside = outside
        let verdict = try load.verdict(try TestRows.batch([("v", .int64, [1, 2, 3, nil])])).verdict
        #expect(verdict.results[0].state == state)
        #expect(verdict.results[0].finding.contains(words), "\(verdict.results[0].finding)")
        #expect(verdict.refusals.isEmpty == (state != .failed))
    }

    @Test("freshness by the source's clock, in the zone of columns that have none")
    func freshness() throws {
        // 2027-01-15T08:00:00Z
        let now = 1_800_000_000
        func result(_ type: ColumnType, _ values: [Int?], seconds: Int, isWindow: Bool = false, zone: ZoneRules = .utc)
            throws -> RuleResult
        {
            var load = TestLoad(rules: [QualityRule(.freshness, "t", argument: .seconds(seconds))])
            load.outside.isWindow = isWindow
            load.outside.clock.zone = zone
            return try load.verdict(try TestRows.batch([("t", type, values)])).verdict.results[0]
        }
        let instant = ColumnType.timestamp(.microseconds, utc: true),
            local = ColumnType.timestamp(.microseconds, utc: false)
        let hourAgo = (now - 3600) * 1_000_000
        #expect(try result(instant, [0, hourAgo, nil], seconds: 3600).state == .passed)
        let stale = try result(instant, [0, hourAgo, nil], seconds: 3599)
        #expect(stale.state == .failed)
        #expect(
            stale.finding
                == "the newest t is 2027-01-15T07:00:00.000000Z, 1 h old by the source's clock; up to 3599s is allowed")
        // Berlin's clocks are an hour ahead of UTC: what was written an hour ago there reads as now.
        let berlin = try ZoneRules.load("Europe/Berlin")
        #expect(try result(local, [now * 1_000_000], seconds: 3599, zone: berlin).state == .failed)
        #expect(try result(local, [now * 1_000_000], seconds: 0).state == .passed)
        #expect(try result(.date, [now / 86_400], seconds: 8 * 3600).state == .passed)
        #expect(try result(.date, [now / 86_400], seconds: 8 * 3600 - 1).state == .failed)
        #expect(try result(.timestamp(.nanoseconds, utc: true), [hourAgo * 1000], seconds: 3600).state == .passed)
        // From the future.
        #expect(try result(instant, [Int.max], seconds: 0).state == .passed)
        #expect(try result(instant, [Int.min], seconds: 1 << 40).state == .failed)
        #expect(try result(instant, [nil], seconds: 1).state == .failed)
        #expect(try result(instant, [nil], seconds: 1, isWindow: true).state == .notJudged)
        #expect(try result(instant, [], seconds: 1).state == .failed)
    }

    @Test("a load without rows satisfies every rule about rows")
    func empty() throws {
        let load = TestLoad(
            rules: [
                QualityRule(.notNull, "v"), QualityRule(.unique, "v"),
                QualityRule(.maxNullPercent, "v", argument: .percent(0)),
                QualityRule(.range, "v", argument: .range(low: "1", high: nil)),
            ])
        #expect(try load.verdict(try TestRows.batch([("v", .int64, [])])).verdict.refusals.isEmpty)
    }

    @Test("what an encoder takes back is not counted")
    func discarded() throws {
        let batch = try TestRows.batch([("v", .int64, [1, 1, nil])])
        let judge = try TestLoad(rules: [
            QualityRule(.notNull, "v", severity: .warn), QualityRule(.unique, "v", severity: .warn),
        ])
        .judge(batch.schema.fields)
        let lost = try judge.makeJudge(slice: 0)
        _ = try lost.judge(batch)
        lost.discard()
        let kept = try judge.makeJudge(slice: 0)
        _ = try kept.judge(batch)
        try kept.finish()
        #expect(try judge.verdict().results.map(\.failing) == [1, 1])
        #expect(try judge.verdict().results.map(\.checked) == [3, 3])
    }
}

@Suite("How many rows are to be expected")
struct RowCountBandTests {
    @Test("around the median; one outlier hardly moves it")
    func band() throws {
        let calm = try #require(RowCountBand([1000, 1010, 990, 1000, 1005, 995]))
        #expect(calm.median == 1000 && calm.contains(1030) && !calm.contains(900) && !calm.contains(1100))
        let outlier = try #require(RowCountBand([1000, 1010, 990, 1000, 1005, 995, 50_000]))
        #expect(!outlier.contains(2000))
        let same = try #require(RowCountBand(Array(repeating: 0, count: 9)))
        #expect(same == RowCountBand([0, 0, 0, 0, 0]) && same.contains(3) && !same.contains(4))
        #expect(RowCountBand([1, 2, 3, 4]) == nil)
    }
}
