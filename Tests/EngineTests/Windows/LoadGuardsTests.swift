import Ports
import Testing

@testable import Engine

@Suite("Guards")
struct LoadGuardsTests {
    private func plan(_ old: Int, _ cause: LoadPlan.Replacement.Cause = .whole) -> LoadPlan {
        LoadPlan(
            mode: .replace, slices: [PlannedSlice(rows: .everything, coverage: .whole)],
            replacements: old < 0
                ? []
                : [
                    LoadPlan.Replacement(
                        cause: cause, replaced: [Slice.ID(commit: 1, part: 0)], oldRows: old, slices: [0],
                        range: "the table")
                ])
    }

    private func guards(_ accept: Bool = false, _ change: (inout JobGuards) -> Void = { _ in }) -> LoadGuards {
        var job = PlannedTable.full(.replace).job
        change(&job.guards)
        return LoadGuards(job: job, acceptsShrink: accept)
    }

    @Test(
        "to nothing, or by more than half where at least 1,000 rows are replaced",
        arguments: [
            (0, 0, false), (5, 0, true), (1000, 0, true), (1000, 499, true), (1000, 500, false), (999, 1, false),
            (1001, 500, true), (1000, 5000, false), (10_000, 9_999, false),
        ])
    func shrink(old: Int, new: Int, isRefused: Bool) throws {
        let verdict = guards().check(plan(old), rows: [new])
        #expect(verdict.isRefused == isRefused)
        #expect(!guards(true).check(plan(old), rows: [new]).isRefused)
        guard isRefused else { return }
        let fault = try #require(verdict.fault("shop.orders"))
        #expect("\(fault)".contains("\(old) row") && "\(fault)".contains("would become \(new)"))
        #expect("\(fault)".contains("--accept-shrink") && fault.kind == .permanent)
    }

    @Test("allow_empty lets nothing through, and only that")
    func empty() {
        let guards = guards { $0.allowEmpty = true }
        #expect(!guards.check(plan(5000), rows: [0]).isRefused)
        #expect(guards.check(plan(5000), rows: [1]).isRefused)
    }

    @Test(
        "max_change_pct decides in both directions, in place of the half",
        arguments: [(1000, 800, false), (1000, 799, true), (1000, 1200, false), (1000, 1201, true), (10, 13, true)])
    func change(old: Int, new: Int, isRefused: Bool) {
        let guards = guards { $0.maxChangePercent = 20 }
        #expect(guards.check(plan(old), rows: [new]).isRefused == isRefused)
        // What is due grows by what is new.
        #expect(!guards.check(plan(old, .regular), rows: [max(new, old + 500)]).isRefused)
    }

    @Test("more may change where max_change_pct says so, but a table does not become empty by it")
    func large() {
        let guards = guards { $0.maxChangePercent = 90 }
        #expect(!guards.check(plan(1000), rows: [150]).isRefused)
        #expect(guards.check(plan(1000), rows: [0]).isRefused)
    }

    @Test("min_rows")
    func minimum() throws {
        let guards = guards(true) { $0.minRows = 100 }
        #expect(!guards.check(plan(-1), rows: [100]).isRefused)
        let fault = try #require(guards.check(plan(-1), rows: [99]).fault("j"))
        #expect("\(fault)".contains("99 rows were read, and min_rows asks for 100"))
    }

    @Test("a snapshot is measured against the day before")
    func snapshot() throws {
        var table = PlannedTable.full(.snapshot)
        try table.commit(try table.plan(date: "2026-11-20"), rows: [5000])
        let plan = try table.plan(date: "2026-11-21")
        #expect(plan.lastRows == 5000 && plan.replaces.isEmpty)
        #expect(guards().check(plan, rows: [0]).isRefused && !guards().check(plan, rows: [4000]).isRefused)
    }

    @Test("only the slices that take a range's place are counted for it")
    func ranges() throws {
        var table = PlannedTable()
        for day in 1...3 { try table.load("2026-11-0\(day) 00:00:00", rows: [2000]) }
        table.job.reload = JobReload(from: .value("2026-11-01"), to: "2026-11-02")
        let plan = try table.plan(table.moment("2026-11-04 00:00:00"))
        let verdict = LoadGuards(job: table.job).check(plan, rows: [10, 100_000])
        #expect(verdict.refusals.first?.contains("c from 2026-11-01 00:00:00 to 2026-11-02 00:00:00") == true)
        #expect(verdict.refusals.count == 1)
    }

    @Test("row_count_check: the server's number against ours")
    func counts() throws {
        let plain = guards()
        #expect(!plain.compare(read: 99, expected: nil, by: .stream, isSnapshot: true).isRefused)
        #expect(!plain.compare(read: 99, expected: 100, by: .off, isSnapshot: true).isRefused)
        #expect(!plain.compare(read: 100, expected: 100, by: .stream, isSnapshot: true).isRefused)
        let short = plain.compare(read: 99, expected: 100, by: .stream, isSnapshot: true)
        #expect(short.isRefused && short.fault("j")?.kind == .transient)
        #expect(plain.compare(read: 100, expected: 99, by: .query, isSnapshot: true).isRefused)
        // Without a snapshot: 1 %, and a warning.
        let near = plain.compare(read: 99, expected: 100, by: .query, isSnapshot: false)
        #expect(!near.isRefused && near.warnings.count == 1)
        #expect(plain.compare(read: 98, expected: 100, by: .query, isSnapshot: false).isRefused)
        #expect(plain.compare(read: 1, expected: 0, by: .query, isSnapshot: false).isRefused)
        let loose = guards { $0.rowCountTolerancePercent = 5 }
        #expect(!loose.compare(read: 95, expected: 100, by: .query, isSnapshot: true).isRefused)
        #expect(loose.compare(read: 95, expected: 100, by: .stream, isSnapshot: true).isRefused)
    }
}
