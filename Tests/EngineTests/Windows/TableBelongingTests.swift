import Ports
import Testing

@testable import Engine

@Suite("A table and the row that loads it")
struct TableBelongingTests {
    private let high = "2026-11-01 00:00:00"

    private func loaded(_ change: (inout Job) -> Void = { _ in }) throws -> PlannedTable {
        var table = PlannedTable(change)
        try table.load(high)
        return table
    }

    @Test("another job, source, object or watermark column is refused with both names")
    func foreign() throws {
        let changes: [(String, String, (inout Job) -> Void)] = [
            ("shop.orders", "crm.orders", { $0.id = "crm.orders" }),
            ("shop", "crm", { $0.source.name = "crm" }),
            ("public.orders", "archive.orders", { $0.object.schema = "archive" }),
            ("of c,", "COALESCE(c, d)", { $0.watermark?.columns = ["c", "d"] }),
        ]
        for (before, after, change) in changes {
            var table = try loaded()
            change(&table.job)
            #expect {
                try table.plan(table.moment("2026-11-02 00:00:00"))
            } throws: { error in
                (error as? LedgerFault)?.reason == .foreign && "\(error)".contains(before) && "\(error)".contains(after)
            }
        }
    }

    @Test("a full refresh loads a table anew from another object, but not of another job")
    func refresh() throws {
        var table = try loaded()
        table.job.watermark?.columns = ["d"]
        table.job.object.table = "invoices"
        (table.type, table.sort) = ("bigint", .integer)
        let plan = try table.plan(table.moment("17"), .fullRefresh)
        #expect(plan.spans == [" to 17"] && plan.replaces.count == 1 && plan.watermark?.type == "bigint")
        table.job.id = "other"
        #expect(throws: LedgerFault.self) { try table.plan(table.moment("17"), .fullRefresh) }
    }

    @Test("names in other letters are the same names")
    func letters() throws {
        var table = try loaded()
        table.job.object.table = "ORDERS"
        table.job.watermark?.columns = ["C"]
        #expect(try table.plan(table.moment("2026-11-02 00:00:00")).notes.isEmpty)
    }

    @Test("a changed filter or query says what it does not read again")
    func changed() throws {
        var table = try loaded()
        table.job.object.filter = "region = 'EU'"
        let plan = try table.plan(table.moment("2026-11-02 00:00:00"))
        #expect(plan.notes.contains { $0.hasPrefix("query_filter has changed") && $0.contains("stay as they are") })
        var planner = table.planner(table.moment("2026-11-02 00:00:00"))
        planner.origin.isQuery = true
        planner.origin.object = "SELECT * FROM orders"
        #expect(try planner.plan().notes.contains { $0.hasPrefix("The query has changed") })
    }

    @Test("a column whose type has changed is refused where its values are no longer the same")
    func type() throws {
        var table = try loaded()
        (table.type, table.sort) = ("timestamptz(6)", .time(digits: 6, zone: true))
        #expect { try table.plan(table.moment("2026-11-02 00:00:00+00:00")) } throws: {
            "\($0)".contains("timestamp(6)") && "\($0)".contains("timestamptz(6)")
        }
        // More digits hold the same values.
        (table.type, table.sort) = ("timestamp(7)", .time(digits: 7, zone: false))
        #expect(try table.plan(table.moment("2026-11-02 00:00:00")).spans.count == 1)
    }

    @Test("FULL to INCREMENTAL: a load without a window is everything, and the first window replaces it")
    func fullToIncremental() throws {
        var table = PlannedTable.full(.replace)
        try table.commit(try table.plan(), rows: [5000])
        table.job.loadType = .incremental
        table.job.writeMode = .append
        table.job.watermark = JobWatermark(columns: ["c"])
        // The table has a commit: the cell is output.
        table.job.watermark?.last = "2026-10-01"
        let plan = try table.load(high)
        #expect(plan.spans == [" to \(high)"] && plan.replaces.count == 1 && plan.replacements.first?.oldRows == 5000)
    }

    @Test("INCREMENTAL to FULL: everything is replaced, and back again it begins anew")
    func incrementalToFull() throws {
        var table = try loaded()
        let job = table.job
        table.job.loadType = .full
        table.job.writeMode = .replace
        table.job.watermark = nil
        let full = try table.commit(try table.plan())
        #expect(full.replaces.count == 1 && table.state.watermark == nil)
        table.job = job
        #expect(try table.load(high).spans == [" to \(high)"])
    }

    @Test("files that were taken over are replaced by a reload that reaches them, and by nothing else")
    func adopted() throws {
        var table = PlannedTable()
        try table.commit(
            LoadPlan(
                mode: .append, slices: [PlannedSlice(rows: .everything, coverage: .adopted)],
                watermark: table.text(high)))
        let due = try table.load("2026-11-02 00:00:00")
        #expect(due.spans == ["\(high) to 2026-11-02 00:00:00"] && due.replaces.isEmpty)
        let reload = try table.plan(
            table.moment("2026-11-03 00:00:00"), .backfill(from: .value("2026-10-20"), to: "2026-10-21", chunk: nil))
        #expect(reload.spans == [" to \(high)"] && reload.replaces == [Slice.ID(commit: 1, part: 0)])
    }

    @Test("the question to the source: where the window begins")
    func question() throws {
        var table = PlannedTable { $0.watermark?.last = "2026-10-01" }
        func low() -> WatermarkText? {
            LoadPlanner.question(
                table.job, isLoaded: table.state.origin != nil, upTo: table.state.watermark, object: .table("orders"),
                openDays: 2)?.low
        }
        #expect(low() == WatermarkText(value: "2026-10-01", type: ""))
        try table.load(high)
        #expect(low() == table.text(high))
        #expect(
            LoadPlanner.question(
                PlannedTable.full(.replace).job, isLoaded: false, upTo: nil, object: .table("t"), openDays: 2)
                == nil)
    }
}
