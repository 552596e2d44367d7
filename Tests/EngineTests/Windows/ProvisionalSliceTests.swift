import Ports
import Testing

@testable import Engine

@Suite("Rows that are not final yet")
struct ProvisionalSliceTests {
    private func days(_ change: (inout Job) -> Void = { _ in }) -> PlannedTable {
        var table = PlannedTable(change)
        (table.type, table.sort) = ("date", .date)
        return table
    }

    @Test("today is part of a slice of the open days that each load replaces, also twice a day")
    func openDays() throws {
        var table = days()
        #expect(
            try table.load("2026-11-22", final: "2026-11-20").spans == [
                " to 2026-11-20", "2026-11-20 to 2026-11-22?",
            ])
        #expect(try table.load("2026-11-22", final: "2026-11-20").spans == ["2026-11-20 to 2026-11-22?"])
        #expect(
            try table.load("2026-11-23", final: "2026-11-21").spans == [
                "2026-11-20 to 2026-11-21", "2026-11-21 to 2026-11-23?",
            ])
        #expect(table.state.spans == [" to 2026-11-20", "2026-11-20 to 2026-11-21", "2026-11-21 to 2026-11-23?"])
    }

    @Test("lookback and open days: the earlier of the two begins the slice")
    func combined() throws {
        var table = days { $0.watermark?.lookback = .seconds(4 * 86_400 - 5) }
        #expect(
            try table.plan(table.moment("2026-11-22", final: "2026-11-20")).spans == [
                " to 2026-11-18", "2026-11-18 to 2026-11-22?",
            ])
        table.job.watermark?.lookback = .seconds(86_400)
        #expect(
            try table.plan(table.moment("2026-11-22", final: "2026-11-20")).spans == [
                " to 2026-11-20", "2026-11-20 to 2026-11-22?",
            ])
    }

    @Test("a lookback larger than what was ever loaded is one slice")
    func largerThanAll() throws {
        var table = PlannedTable {
            $0.watermark?.lookback = .seconds(30 * 86_400)
            $0.watermark?.last = "2026-11-01"
        }
        #expect(
            try table.load("2026-11-10 00:00:00").spans == ["2026-11-01T00:00:00.000000 to 2026-11-10 00:00:00?"])
        #expect(
            try table.load("2026-12-10 00:00:00").spans == [
                "2026-11-01T00:00:00.000000 to 2026-11-10 00:00:00", "2026-11-10 00:00:00 to 2026-12-10 00:00:00?",
            ])
    }

    @Test("a lookback that was taken out or raised rewrites only what was not final")
    func changed() throws {
        var table = PlannedTable { $0.watermark?.lookback = .seconds(86_400) }
        try table.load("2026-11-10 00:00:00")
        table.job.watermark?.lookback = nil
        let final = try table.plan(table.moment("2026-11-11 00:00:00"))
        #expect(final.spans == ["2026-11-09T00:00:00.000000 to 2026-11-11 00:00:00"])
        table.job.watermark?.lookback = .seconds(7 * 86_400)
        let raised = try table.load("2026-11-11 00:00:00")
        #expect(raised.spans == ["2026-11-09T00:00:00.000000 to 2026-11-11 00:00:00?"])
        #expect(raised.replaces == [Slice.ID(commit: 1, part: 1)])
    }

    @Test(
        "30 daily loads with a lookback of 7 days: within 8 days each, and the first load's files are never rewritten")
    func thirtyDays() throws {
        var table = PlannedTable { $0.watermark?.lookback = .seconds(7 * 86_400) }
        let scale = try #require(KeyScale(table.sort))
        let day: Int128 = 86_400_000_000
        let start = try #require(scale.position("2026-11-01 00:00:00"))
        try table.load(scale.text(start))
        for index in 1...30 {
            let plan = try table.load(scale.text(start + Int128(index) * day))
            let bounds = plan.slices.compactMap { slice -> (Int128, Int128)? in
                guard case .window(let low?, let high?) = slice.coverage, let from = scale.position(low.value),
                    let to = scale.position(high.value)
                else { return nil }
                return (from, to)
            }
            #expect(bounds.count == plan.slices.count)
            #expect(bounds.reduce(0) { $0 + ($1.1 - $1.0) } <= 8 * day)
        }
        #expect(table.state.live.first?.id == Slice.ID(commit: 1, part: 0))
    }

    @Test("a lookback of numbers is a count, of times a duration: the other is refused")
    func wrongUnit() throws {
        var table = PlannedTable.numbers { $0.watermark?.lookback = .ids(10) }
        #expect(try table.load("100").spans == [" to 90", "90 to 100?"])
        // Also where nothing is newer: somebody may have committed late.
        #expect(try table.plan(table.moment("100")).spans == ["90 to 100?"])
        table.job.watermark?.lookback = .seconds(3600)
        #expect { try table.plan(table.moment("101")) } throws: { "\($0)".contains("a number of ids") }
        let times = PlannedTable { $0.watermark?.lookback = .ids(10) }
        #expect { try times.plan(times.moment("2026-11-01 00:00:00")) } throws: { "\($0)".contains("1h or 7d") }
    }

    @Test("NULLs: skip counts them, include makes them a slice that each load replaces, error stops")
    func nulls() throws {
        var table = PlannedTable()
        let skipped = try table.plan(table.moment("2026-11-01 00:00:00", nulls: 3))
        #expect(skipped.spans.count == 1 && skipped.warnings.contains { $0.hasPrefix("3 rows of") })
        table.job.watermark?.onNull = .error
        #expect { try table.plan(table.moment("2026-11-01 00:00:00", nulls: 1)) } throws: {
            "\($0)".contains("1 row of")
        }
        #expect(try table.plan(table.moment("2026-11-01 00:00:00", nulls: 0)).spans.count == 1)
        table.job.watermark?.onNull = .include
        #expect(try table.load("2026-11-01 00:00:00", nulls: 3, rows: [10, 3]).spans.last == "NULL?")
        let second = try table.load("2026-11-02 00:00:00", nulls: 0, rows: [4, 0])
        #expect(second.replaces == [Slice.ID(commit: 1, part: 1)])
        #expect(second.windows?.slices.last == .nulls)
        // Rows that have got a value are counted with the window that has them now.
        #expect(second.replacements.map(\.slices) == [[0, 1]] || second.replacements.map(\.slices) == [[1]])
    }

    @Test("NULLs that were included go when the policy is skip: they may have got a value")
    func nullsLeave() throws {
        var table = PlannedTable { $0.watermark?.onNull = .include }
        try table.load("2026-11-01 00:00:00", nulls: 3, rows: [10, 3])
        table.job.watermark?.onNull = .skip
        let plan = try table.plan(table.moment("2026-11-02 00:00:00", nulls: 2))
        #expect(plan.replaces == [Slice.ID(commit: 1, part: 1)] && plan.spans.count == 1)
        #expect(plan.warnings.contains { $0.contains("taken out") })
    }

    @Test("a load that read nothing and replaces nothing is not worth a record")
    func changesNothing() throws {
        var table = PlannedTable()
        try table.load("2026-11-01 00:00:00")
        let plan = try table.plan(table.moment("2026-11-02 00:00:00"))
        #expect(plan.changesNothing(rows: 0) && !plan.changesNothing(rows: 1))
        #expect(!(try PlannedTable.full(.replace).plan().changesNothing(rows: 0)))
    }
}
