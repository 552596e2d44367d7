import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("What a load reads and replaces")
struct LoadPlannerTests {
    @Test("a FULL load with replace takes the place of everything")
    func replace() throws {
        var table = PlannedTable.full(.replace)
        let first = try table.commit(try table.plan())
        #expect(first.spans == ["all"] && first.replaces.isEmpty && first.windows == nil && first.commitsEmpty)
        let second = try table.commit(try table.plan(), rows: [7])
        #expect(second.replaces == [Slice.ID(commit: 1, part: 0)])
        #expect(table.state.spans == ["all"] && table.state.watermark == nil && table.state.rows == 7)
    }

    @Test("a snapshot keeps every day; a second run of a day takes that day's place")
    func snapshots() throws {
        var table = PlannedTable.full(.snapshot)
        for day in ["2026-11-20", "2026-11-21", "2026-11-21"] { try table.commit(try table.plan(date: day)) }
        #expect(table.state.spans == ["2026-11-20", "2026-11-21"])
        #expect(table.state.live.map(\.id.commit) == [1, 3])
    }

    @Test("the days of a table don't go because its write_mode was changed")
    func daysStay() throws {
        var table = PlannedTable.full(.snapshot)
        try table.commit(try table.plan())
        table.job.writeMode = .replace
        #expect { try table.plan() } throws: { "\($0)".contains("keeps the snapshots of a day") }
        #expect(try table.plan(nil, .fullRefresh).replaces.count == 1)
        table.job.writeMode = .append
        table.job.loadType = .incremental
        table.job.watermark = JobWatermark(columns: ["c"])
        #expect(throws: EngineFault.self) { try table.plan(table.moment("2026-11-21 06:00:00")) }
    }

    @Test("windows follow on each other: the next begins where the table's watermark is")
    func append() throws {
        var table = PlannedTable()
        let first = try table.load("2026-11-01 00:00:00.000001")
        #expect(first.spans == [" to 2026-11-01 00:00:00.000001"])
        #expect(
            first.windows
                == ReadWindows(
                    columns: ["c"], ends: .low, slices: [.window(low: nil, high: "2026-11-01 00:00:00.000001")]))
        let second = try table.load("2026-11-02 00:00:00")
        #expect(second.spans == ["2026-11-01 00:00:00.000001 to 2026-11-02 00:00:00"] && second.replaces.isEmpty)
        #expect(table.state.watermark == table.text("2026-11-02 00:00:00"))
    }

    @Test("an end that is not after the start reads nothing, and the watermark stays")
    func nothingNew() throws {
        var table = PlannedTable()
        try table.load("2026-11-02 00:00:00")
        for high in ["2026-11-02 00:00:00", "2026-11-01 23:59:59"] {
            let plan = try table.plan(table.moment(high))
            #expect(plan.isEmpty && plan.watermark == table.text("2026-11-02 00:00:00"))
        }
    }

    @Test("a lookback makes two slices, and the next load replaces only the second")
    func lookback() throws {
        var table = PlannedTable { $0.watermark?.lookback = .seconds(86_400) }
        #expect(
            try table.load("2026-11-10 00:00:00").spans == [
                " to 2026-11-09T00:00:00.000000", "2026-11-09T00:00:00.000000 to 2026-11-10 00:00:00?",
            ])
        let second = try table.load("2026-11-11 00:00:00")
        #expect(
            second.spans == [
                "2026-11-09T00:00:00.000000 to 2026-11-10 00:00:00", "2026-11-10 00:00:00 to 2026-11-11 00:00:00?",
            ])
        #expect(second.replaces == [Slice.ID(commit: 1, part: 1)])
        #expect(second.replacements.map(\.slices) == [[0, 1]])
    }
}
