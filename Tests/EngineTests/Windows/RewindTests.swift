import Ports
import Testing

@testable import Engine

@Suite("Loading a range again")
struct RewindTests {
    /// Four days, a slice each.
    private func days() throws -> PlannedTable {
        var table = PlannedTable()
        for day in 1...4 { try table.load("2026-11-0\(day) 00:00:00", rows: [100 * day]) }
        return table
    }

    private func day(_ day: Int) -> String { "2026-11-0\(day) 00:00:00" }

    @Test("a reload replaces every slice that overlaps, stretched to slice ends, and keeps the watermark")
    func stretched() throws {
        let table = try days()
        let plan = try table.plan(
            table.moment(day(5)), .backfill(from: .value("2026-11-01 12:00"), to: "2026-11-02 12:00", chunk: nil))
        #expect(plan.spans == ["\(day(1)) to \(day(3))"])
        #expect(plan.replaces == [Slice.ID(commit: 2, part: 0), Slice.ID(commit: 3, part: 0)])
        #expect(plan.watermark == table.text(day(4)))
        #expect(plan.replacements.map(\.oldRows) == [500] && plan.replacements.map(\.cause) == [.reload])
        // A slice that ends where the range begins is not touched.
        let exact = try table.plan(table.moment(day(5)), .backfill(from: .value(day(2)), to: day(3), chunk: nil))
        #expect(exact.spans == ["\(day(2)) to \(day(3))"])
    }

    @Test("a reload that reaches beyond the watermark raises it, and leaves nothing out in between")
    func raises() throws {
        let table = try days()
        let beyond = try table.plan(
            table.moment(day(8)), .backfill(from: .value(day(6)), to: day(7), chunk: nil))
        #expect(beyond.spans == ["\(day(4)) to 2026-11-07T00:00:00.000000"])
        #expect(beyond.watermark?.value == "2026-11-07T00:00:00.000000")
        #expect(beyond.notes.contains { $0.contains("nothing is left out") })
    }

    @Test("a reload beyond what is final is cut, with a note")
    func cut() throws {
        let table = try days()
        let plan = try table.plan(table.moment(day(5)), .backfill(from: .value(day(3)), to: day(9), chunk: nil))
        #expect(plan.spans == ["\(day(3)) to \(day(5))"] && plan.watermark == table.text(day(5)))
        #expect(plan.notes.contains { $0.contains("is cut to \(day(5))") })
        let none = try table.plan(table.moment(day(5)), .backfill(from: .value(day(8)), to: nil, chunk: nil))
        #expect(none.isEmpty && none.notes.contains { $0.contains("Nothing to load again") })
    }

    @Test("reload_from and reload_to are done in the run that loads what is due")
    func cells() throws {
        var table = try days()
        table.job.reload = JobReload(from: .value(day(1)), to: day(2))
        let plan = try table.plan(table.moment(day(5)))
        #expect(plan.spans == ["\(day(1)) to \(day(2))", "\(day(4)) to \(day(5))"])
        #expect(plan.finishesReload && plan.replaces == [Slice.ID(commit: 2, part: 0)])
        #expect(plan.replacements.map(\.slices) == [[0]])
        table.job.reload = JobReload(from: .beginning)
        let all = try table.plan(table.moment(day(5)))
        #expect(all.spans == [" to \(day(5))"] && all.replaces.count == 4)
    }

    @Test("a range that ends before it begins is refused; a bad value names its option")
    func wrong() throws {
        let table = try days()
        #expect {
            try table.plan(table.moment(day(5)), .backfill(from: .value(day(2)), to: day(2), chunk: nil))
        } throws: {
            "\($0)".contains("--to \"\(day(2))\" does not lie after --from")
        }
        #expect { try table.plan(table.moment(day(5)), .backfill(from: .value("x"), to: nil, chunk: nil)) } throws: {
            "\($0)".contains("--from: \"x\" is not a value of c")
        }
        #expect {
            try PlannedTable.full(.replace).plan(nil, .backfill(from: .beginning, to: nil, chunk: nil))
        } throws: {
            "\($0)".contains("FULL")
        }
    }

    @Test("from and to are the first value and the first that is not meant, for numbers too")
    func numbers() throws {
        var table = PlannedTable.numbers()
        for top in ["100", "200", "300"] { try table.load(top) }
        let plan = try table.plan(table.moment("300"), .backfill(from: .value("101"), to: "201", chunk: nil))
        #expect(plan.spans == ["100 to 200"] && plan.replaces.count == 1)
    }

    @Test("a reload into rows that are not final leaves them so")
    func provisional() throws {
        var table = PlannedTable { $0.watermark?.lookback = .seconds(86_400) }
        try table.load(day(4))
        let plan = try table.plan(
            table.moment(day(5)), .backfill(from: .value(day(2)), to: "2026-11-03 12:00", chunk: nil))
        #expect(plan.spans == [" to \(day(4))"] && plan.watermark == table.text(day(4)))
        let early = try table.plan(
            table.moment("2026-11-04 12:00:00"), .backfill(from: .value("2026-11-03 18:00:00"), to: nil, chunk: nil))
        #expect(
            early.spans == [
                "2026-11-03T00:00:00.000000 to 2026-11-03T12:00:00.000000",
                "2026-11-03T12:00:00.000000 to 2026-11-04 12:00:00?",
            ])
    }

    // MARK: - Chunks

    @Test("chunks of a new range are loads of their own, oldest first, and the watermark follows them")
    func chunks() throws {
        var table = PlannedTable()
        let request = LoadRequest.backfill(
            from: .value("2026-01-31"), to: "2026-04-15", chunk: .months(1))
        let loads = try table.planner(table.moment(day(4)), request).loads()
        #expect(loads.count == 3)
        for load in loads { try table.commit(try table.plan(table.moment(day(4)), load)) }
        #expect(
            table.state.spans == [
                "2026-01-31T00:00:00.000000 to 2026-02-28T00:00:00.000000",
                "2026-02-28T00:00:00.000000 to 2026-03-31T00:00:00.000000",
                "2026-03-31T00:00:00.000000 to 2026-04-15T00:00:00.000000",
            ])
        #expect(table.state.watermark?.value == "2026-04-15T00:00:00.000000")
        #expect(try table.plan(table.moment(day(4))).spans == ["2026-04-15T00:00:00.000000 to \(day(4))"])
    }

    @Test("where chunks would cut a slice they are slices of one load")
    func chunksOfOneLoad() throws {
        var table = PlannedTable()
        try table.load(day(8))
        let request = LoadRequest.backfill(from: .value(day(2)), to: nil, chunk: .seconds(2 * 86_400))
        #expect(try table.planner(table.moment(day(9)), request).loads().count == 2)
        let first = try #require(try table.planner(table.moment(day(9)), request).loads().first)
        try table.commit(try table.plan(table.moment(day(9)), first))
        #expect(
            table.state.spans == [
                " to 2026-11-04T00:00:00.000000", "2026-11-04T00:00:00.000000 to 2026-11-06T00:00:00.000000",
                "2026-11-06T00:00:00.000000 to \(day(8))",
            ])
    }

    @Test(
        "what a chunk may be",
        arguments: [
            ("7d", BackfillChunk.seconds(604_800)), ("12h", .seconds(43_200)), ("1m", .seconds(60)),
            ("2 w", .seconds(1_209_600)), ("1mo", .months(1)), ("1y", .months(12)), ("100000", .ids(100_000)),
        ])
    func chunkWords(text: String, chunk: BackfillChunk) { #expect(BackfillChunk(text) == chunk) }

    @Test("what it may not be", arguments: ["", "d", "0d", "-1d", "1x", "999999999999999999d", "5000mo", "1.5d"])
    func noChunk(text: String) { #expect(BackfillChunk(text) == nil) }

    @Test("chunks that don't fit the column, have no start, or are too many are refused in words")
    func wrongChunks() throws {
        func message(_ table: PlannedTable, _ high: String, _ from: JobReload.Start, _ chunk: BackfillChunk) -> String {
            do {
                return "\(try table.planner(table.moment(high), .backfill(from: from, to: nil, chunk: chunk)).loads())"
            } catch { return "\(error)" }
        }
        let times = try days()
        #expect(message(times, day(5), .value(day(1)), .ids(5)).contains("Write a time"))
        #expect(message(times, day(5), .beginning, .seconds(5)).contains("START is no value"))
        #expect(message(times, day(5), .value("2020-01-01"), .seconds(60)).contains("more than 10000 chunks"))
        var numbers = PlannedTable.numbers()
        try numbers.load("100")
        #expect(message(numbers, "100", .value("1"), .seconds(60)).contains("Write a count"))
        #expect(message(numbers, "100", .value("1"), .months(1)).contains("Write a count"))
    }

    // MARK: - The watermark by hand

    @Test("a watermark that is set back makes the next load replace what it reads again")
    func setBack() throws {
        var table = try days()
        let change = try WatermarkChange.set("2026-11-02 12:00", table.planner(table.moment(day(5))))
        #expect(change.notes.contains { $0.contains("replaces it") })
        try table.commit(LoadPlan(mode: .append, watermark: change.watermark))
        let plan = try table.load(day(5))
        #expect(plan.spans == ["\(day(2)) to \(day(5))"] && plan.replaces.count == 2)
        #expect(plan.replacements.map(\.cause) == [.regular])
    }

    @Test("set forward, it leaves out what is in between, and says so; reset reads everything")
    func setForward() throws {
        var table = try days()
        let change = try WatermarkChange.set(day(6), table.planner(table.moment(day(5))))
        #expect(change.notes.contains { $0.contains("are left out") } && change.notes.count == 2)
        try table.commit(LoadPlan(mode: .append, watermark: change.watermark))
        #expect(try table.plan(table.moment(day(5))).isEmpty)
        #expect(try table.load(day(7)).spans == ["2026-11-06T00:00:00.000000 to \(day(7))"])
        let reset = try WatermarkChange.reset(table.planner())
        try table.commit(LoadPlan(mode: .append, watermark: reset.watermark))
        let all = try table.load(day(8))
        #expect(all.spans == [" to \(day(8))"] && table.state.live.count == 1)
    }

    @Test(
        "where the source has no value, a full refresh takes out what is there, and a reload says that it did nothing")
    func nothing() throws {
        for sort in [KeySort.text, .integer, .time(digits: 6, zone: false)] {
            var table = PlannedTable()
            (table.sort, table.type) = (sort, sort == .text ? "text" : table.type)
            table.job.watermark?.last = nil
            let first = sort == .integer ? "5" : sort == .text ? "k" : "2026-11-02 00:00:00"
            if sort == .integer { table.type = "integer" }
            try table.commit(table.plan(table.moment(first, order: .above)), rows: [7])
            let refresh = try table.plan(table.moment(nil), .fullRefresh)
            #expect(
                refresh.replaces == table.state.live.map(\.id) && refresh.replaces.count == 1 && refresh.commitsEmpty)
            #expect(refresh.replacements.map(\.oldRows) == [7])
            table.job.reload = JobReload(from: .beginning, to: nil)
            let reload = try table.plan(table.moment(nil))
            #expect(reload.isEmpty && !reload.finishesReload)
            #expect(reload.warnings.contains { $0.contains("the table keeps what it has") })
        }
    }

    @Test("what cannot be set is refused")
    func refused() throws {
        let table = try days()
        #expect(throws: EngineFault.self) { try WatermarkChange.set("x", table.planner(table.moment(day(5)))) }
        #expect(throws: EngineFault.self) { try WatermarkChange.set("1", PlannedTable.full(.replace).planner()) }
        var texts = PlannedTable()
        (texts.sort, texts.type) = (.text, "text")
        #expect { try WatermarkChange.set("k", texts.planner(texts.moment("z"))) } throws: { "\($0)".contains("reset") }
    }
}
