import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Where the windows of a table begin and end")
struct WindowStartTests {
    private func fault(_ body: () throws -> LoadPlan) -> String {
        do {
            return "planned \(try body().spans)"
        } catch { return "\(error)" }
    }

    @Test("last_watermark is where a job starts while its table has no commit")
    func start() throws {
        var table = PlannedTable { $0.watermark?.last = "2026-11-01" }
        let first = try table.load("2026-11-02 00:00:00")
        #expect(first.spans == ["2026-11-01T00:00:00.000000 to 2026-11-02 00:00:00"])
    }

    @Test("a cell that differs from the record afterwards is output: a note, and the record counts")
    func restored() throws {
        var table = PlannedTable { $0.watermark?.last = "2026-11-01" }
        try table.load("2026-11-02 00:00:00")
        let plan = try table.plan(table.moment("2026-11-03 00:00:00"))
        #expect(plan.spans == ["2026-11-02 00:00:00 to 2026-11-03 00:00:00"])
        #expect(plan.notes.contains { $0.contains("says \"2026-11-01\"") && $0.contains("2026-11-02 00:00:00") })
        // The same moment in another spelling is no difference.
        table.job.watermark?.last = "2026-11-02T00:00:00.000"
        #expect(try table.plan(table.moment("2026-11-03 00:00:00")).notes.isEmpty)
    }

    @Test(
        "a cell that is no value of the column names itself, the value and the form",
        arguments: [
            (KeySort.time(digits: 6, zone: false), "2026-02-30", "2026-02-01 13:30:00"),
            (.time(digits: 6, zone: false), "yesterday", "2026-02-01 13:30:00"),
            (.time(digits: 3, zone: false), "2026-02-01 00:00:00.1234", "at most 3 digits"),
            (.time(digits: 6, zone: false), "2026-02-01 25:00:00", "a date, or a time"),
            (.time(digits: 6, zone: false), "2026-02-01 10:00:00+02:00", "has a zone"),
            (.time(digits: 6, zone: true), "12345", "+00:00"), (.date, "2026-02-01 10:00", "a date"),
            (.integer, "12.5", "a whole number"), (.integer, "2026-02-01", "a whole number"),
            (.decimal(scale: 2), "1.005", "at most 2 digits"), (.binary, "12", "hexadecimal"),
        ])
    func badCell(sort: KeySort, cell: String, allowed: String) {
        var table = PlannedTable { $0.watermark?.last = cell }
        (table.sort, table.type) = (sort, "its_type")
        let high = sort == .binary ? "0x00000000000007D1" : KeyScale(sort)?.text(10_000_000) ?? ""
        let message = fault { try table.plan(table.moment(high)) }
        #expect(message.contains("last_watermark") && message.contains("\"\(cell)\""), "\(message)")
        #expect(message.contains("c (its_type)") && message.contains(allowed), "\(message)")
    }

    @Test("a time without a zone for a column that has one is read as UTC, and said")
    func assumedZone() throws {
        var table = PlannedTable { $0.watermark?.last = "2026-11-01 10:00:00" }
        (table.sort, table.type) = (.time(digits: 0, zone: true), "timestamptz(0)")
        let plan = try table.plan(table.moment("2026-11-02 00:00:00+00:00"))
        #expect(plan.spans == ["2026-11-01T10:00:00+00:00 to 2026-11-02 00:00:00+00:00"])
        #expect(plan.notes.contains { $0.contains("read as UTC") })
    }

    @Test("a row without a load whose last_run is filled was copied: refused, unless reload_from says where to start")
    func copied() throws {
        var table = PlannedTable { $0.watermark?.last = "2026-11-01" }
        table.job.record.lastRun = "2026-11-20 06:00"
        #expect(fault { try table.plan(table.moment("2026-11-02 00:00:00")) }.contains("looks copied"))
        table.job.reload = JobReload(from: .value("2026-10-01"))
        let plan = try table.plan(table.moment("2026-11-02 00:00:00"))
        #expect(plan.spans == ["2026-10-01T00:00:00.000000 to 2026-11-02 00:00:00"] && plan.finishesReload)
    }

    @Test(
        "also of a job that found nothing in its last run, and after the copy was refused",
        arguments: ["SUCCESS", "FAILED", "INVALID", "LOCKED", nil])
    func copiedWhatever(status: String?) {
        var table = PlannedTable { $0.watermark?.last = "2026-11-01" }
        table.job.record.lastRun = "2026-11-20 06:00"
        table.job.record.lastStatus = status
        table.job.record.lastRows = "0"
        #expect(fault { try table.plan(table.moment("2026-11-02 00:00:00")) }.contains("looks copied"))
    }

    @Test("a first load that failed or found nothing leaves a filled last_run, too", arguments: ["FAILED", "SUCCESS"])
    func notCopied(status: String) throws {
        var table = PlannedTable()
        table.job.record.lastRun = "2026-11-20 06:00"
        table.job.record.lastStatus = status
        table.job.record.lastRows = "0"
        #expect(try table.plan(table.moment("2026-11-02 00:00:00")).spans == [" to 2026-11-02 00:00:00"])
    }

    @Test("windows of numbers begin behind their start and hold their end")
    func numbers() throws {
        var table = PlannedTable.numbers { $0.watermark?.last = "100" }
        let plan = try table.load("200")
        #expect(plan.windows == ReadWindows(columns: ["c"], ends: .high, slices: [.window(low: "100", high: "200")]))
        #expect(try table.plan(table.moment("200")).isEmpty)
        #expect(try table.plan(table.moment(nil)).isEmpty)
    }

    @Test("a MAX below the watermark is an error with both numbers")
    func restarted() throws {
        var table = PlannedTable.numbers()
        try table.load("5000")
        let message = fault { try table.plan(table.moment("17")) }
        #expect(message.contains("17") && message.contains("5000") && message.contains("started again"))
        var texts = PlannedTable()
        (texts.sort, texts.type) = (.text, "text")
        try texts.load("b")
        #expect(fault { try texts.plan(texts.moment("a", order: .below)) }.contains("\"a\""))
    }

    @Test("after rows were deleted, setting the watermark back to MAX makes the next load exact again")
    func deletedRows() throws {
        var table = PlannedTable.numbers()
        try table.load("5000")
        let set = try WatermarkChange.set("4000", table.planner(table.moment("4000")))
        try table.commit(LoadPlan(mode: .append, watermark: set.watermark))
        #expect(try table.plan(table.moment("4000")).isEmpty)
        let plan = try table.load("4100")
        #expect(plan.spans == [" to 4100"] && plan.replaces.count == 1 && table.state.watermark == table.text("4100"))
    }

    @Test("a text column: what is due by the database's order, everything, and nothing else")
    func texts() throws {
        var table = PlannedTable { $0.watermark?.last = "a" }
        (table.sort, table.type) = (.text, "text")
        #expect(try table.commit(try table.plan(table.moment("f", order: .above))).spans == ["a to f"])
        #expect(try table.plan(table.moment("f", order: .same)).isEmpty)
        #expect(try table.commit(try table.plan(table.moment("k", order: .above))).spans == ["f to k"])
        let all = try table.plan(table.moment("k", order: .same), .backfill(from: .beginning, to: nil, chunk: nil))
        #expect(all.spans == [" to k"] && all.replaces.count == 2)
        let part = fault {
            try table.plan(table.moment("k", order: .same), .backfill(from: .value("b"), to: nil, chunk: nil))
        }
        #expect(part.contains("only the database knows"))
        table.job.watermark?.lookback = .ids(3)
        #expect(fault { try table.plan(table.moment("k", order: .same)) }.contains("watermark_lookback"))
    }

    @Test("watermark_end: values from there on are not read, now or later")
    func end() throws {
        var table = PlannedTable { $0.watermark?.end = "2026-11-05" }
        #expect(try table.load("2026-11-04 00:00:00").spans == [" to 2026-11-04 00:00:00"])
        #expect(
            try table.load("2026-11-06 00:00:00").spans == ["2026-11-04 00:00:00 to 2026-11-05T00:00:00.000000"])
        #expect(try table.plan(table.moment("2026-11-07 00:00:00")).isEmpty)
        var numbers = PlannedTable.numbers { $0.watermark?.end = "150" }
        #expect(try numbers.load("200").spans == [" to 149"])
        // What is left to be read is beyond the end: no restarted sequence.
        #expect(try numbers.plan(numbers.moment("300")).isEmpty)
    }

    @Test("a database clock earlier than the last record's: the next window starts at that earlier reading")
    func clockSetBack() throws {
        var table = PlannedTable()
        try table.load("2026-11-01 00:00:00", clock: "2026-11-01 00:00:00+00:00")
        try table.load("2026-11-02 00:00:00", clock: "2026-11-02 00:00:00+00:00")
        let back = try table.load("2026-11-01 12:00:00", clock: "2026-11-01 12:00:00+00:00")
        #expect(
            back.spans == [
                "2026-11-01 00:00:00 to 2026-11-01 12:00:00", "2026-11-01 12:00:00 to 2026-11-02 00:00:00?",
            ])
        #expect(back.replaces == [Slice.ID(commit: 2, part: 0)] && back.commitsEmpty && !back.warnings.isEmpty)
        #expect(table.state.watermark == table.text("2026-11-02 00:00:00"))
        let after = try table.load("2026-11-03 00:00:00", clock: "2026-11-03 00:00:00+00:00")
        #expect(after.spans == ["2026-11-01 12:00:00 to 2026-11-03 00:00:00"])
        // An end that is held back is no clock that was set back.
        let held = try table.plan(table.moment("2026-11-02 12:00:00", clock: "2026-11-03 00:00:01+00:00"))
        #expect(held.isEmpty)
    }
}
