import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Looking after a table without loading it")
struct TableUpkeepTests {
    private let store = MemoryStore()
    private let keys = TableKeys(table: "orders")
    private var ledger: TableLedger { TableLedger(store: MemoryStoreClient(store), keys: keys) }
    private let job = Job(
        id: "shop.orders", source: JobSource(name: "shop", type: .sqlite), object: JobObject(table: "orders"),
        target: JobTarget(table: "orders"))

    private func terms(run: String = "r") -> RunTerms {
        RunTerms(
            facts: RunFacts(
                runID: run, startedAt: 0, host: "h", process: 7, user: "u", version: "1", workbook: nil,
                workbookSHA256: nil),
            date: "2026/11/21", clock: StepClock(), wall: StillClock(), patienceSeconds: 3, sleep: { _ in })
    }

    private struct StillClock: WallClock { let unixMicroseconds = 1_795_219_200_000_000 }

    private func upkeep(run: String = "r") -> TableUpkeep {
        TableUpkeep(ledger: ledger, job: job, terms: terms(run: run))
    }
    private let origin = LoadOrigin(job: "shop.orders", source: "shop", object: "orders", watermark: "c")
    private let watermark = WatermarkText(value: "2026-11-20", type: "date")

    private func file(_ name: String, _ body: [UInt8] = [1, 2, 3]) -> DataFile {
        store.change { $0.objects[name] = body }
        return DataFile(
            object: StagedObject(name: name, token: "", bytes: body.count, digest: SHA256.hex(body)), rows: 5)
    }

    private func adopt(_ names: String...) throws -> CommitRecord {
        let files = names.map { file($0) }
        return try upkeep().underLease { _ in
            try upkeep().adopt(
                files, origin: origin, mode: .append, schema: [.init(name: "id", type: "int64")], watermark: watermark,
                sourceClock: nil)
        }
    }

    @Test("files of another tool are the first record, in place, and readers find them")
    func adoption() throws {
        let record = try adopt("orders/a.parquet", "orders/2025/b.parquet")
        let state = try ledger.visibleState()
        #expect(record.number == 1 && state.number == 1 && state.rows == 10 && state.watermark == watermark)
        #expect(state.files.map(\.name) == ["orders/a.parquet", "orders/2025/b.parquet"])
        #expect(state.live.map(\.coverage) == [.adopted] && state.origin == origin)
        #expect(store.now.objects["orders/a.parquet"] == [1, 2, 3], "nothing was moved")
        #expect(try ledger.isDone(1) && !ledger.hasUnfinished())
        #expect(!store.now.objects.keys.contains { $0.hasPrefix(keys.leases) }, "the lease is given back")
    }

    @Test("whoever adopts and dies before the end is finished by the next")
    func adoptionCutOff() throws {
        _ = try adopt("orders/a.parquet")
        store.change { $0.objects[keys.done(1)] = nil }
        #expect(try ledger.visibleState().number == 0 && ledger.hasUnfinished())
        try upkeep().underLease { opening in #expect(opening.finished.map(\.number) == [1]) }
        #expect(try ledger.visibleState().rows == 5)
    }

    @Test("a file that goes while it is taken over: nothing is, and the others stay", arguments: [false, true])
    func adoptionOfLess(later: Bool) throws {
        let files = ["orders/a.parquet", "orders/2025/b.parquet"].map { file($0) }
        func adopt(_ files: [DataFile]) throws {
            try upkeep().underLease { _ in
                _ = try upkeep().adopt(
                    files, origin: origin, mode: .append, schema: [], watermark: watermark, sourceClock: nil)
            }
        }
        if later {
            // Its process ends behind the commit, and the file goes before somebody comes by.
            try adopt(files)
            store.change {
                $0.objects[keys.done(1)] = nil
                $0.objects["orders/2025/b.parquet"] = nil
            }
            try upkeep().underLease { opening in #expect(opening.withdrawn.map(\.number) == [1]) }
        } else {
            store.change { $0.objects["orders/2025/b.parquet"] = nil }
            let fault = #expect(throws: LedgerFault.self) { try adopt(files) }
            #expect(fault?.reason == .withdrawn)
        }
        #expect(store.now.objects["orders/a.parquet"] == [1, 2, 3], "it is the other tool's")
        #expect(try ledger.state().origin == nil && !ledger.hasUnfinished())
        try adopt([files[0]])
        #expect(try ledger.visibleState().files.map(\.name) == ["orders/a.parquet"])
    }

    @Test("a decision moves the watermark and nothing else, says who and why, and reads back the same")
    func decisions() throws {
        _ = try adopt("orders/a.parquet")
        let before = try ledger.state()
        let set = try upkeep().underLease { _ in try upkeep().set(nil, reason: "prices were wrong") }
        #expect(set.kind == .decision(.init(.watermark, reason: "prices were wrong")) && set.writer.user == "u")
        #expect(try CommitRecord(key: "k", bytes: set.bytes) == set)
        var state = try ledger.state()
        #expect(
            state.watermark == nil && state.number == 2 && state.live == before.live && state.origin == before.origin)
        let given = try upkeep().underLease { _ in try upkeep().handOver(to: "renamed") }
        #expect(try CommitRecord(key: "k", bytes: given.bytes) == given)
        state = try ledger.state()
        #expect(state.origin?.job == "renamed" && state.live == before.live && state.watermark == nil)
        // The same from the records alone, and from what was remembered.
        #expect(try ledger.stateFromRecords() == state)
        #expect(try ledger.visibleState() == state && ledger.head().number == 3)
    }

    @Test("a table that somebody loads is left alone")
    func locked() throws {
        _ = try adopt("orders/a.parquet")
        try upkeep(run: "other").underLease { _ in
            let fault = #expect(throws: LedgerFault.self) { try upkeep().underLease { _ in } }
            #expect(fault?.reason == .locked)
        }
    }

    @Test("hints that were lost or are wrong are made again")
    func hints() throws {
        _ = try adopt("orders/a.parquet")
        _ = try upkeep().underLease { _ in try upkeep().set(watermark, reason: nil) }
        let good = store.now.objects
        for bytes in [nil, Array("{".utf8)] as [[UInt8]?] {
            store.change {
                $0.objects[keys.current] = bytes
                $0.objects[keys.head] = bytes
            }
            let report = try TableRepair(upkeep()).run()
            #expect(store.now.objects[keys.current] == good[keys.current])
            #expect(store.now.objects[keys.head] == good[keys.head])
            #expect(report.damages.isEmpty && report.strays.isEmpty && report.files == 1)
        }
    }

    @Test("files are compared with their records: gone, cut, changed, fewer rows, not ours")
    func damages() throws {
        _ = try adopt("orders/a.parquet", "orders/b.parquet", "orders/c.parquet", "orders/d.parquet")
        store.change {
            $0.objects["orders/a.parquet"] = nil
            $0.objects["orders/b.parquet"] = [1]
            $0.objects["orders/c.parquet"] = [1, 2, 4]
            $0.objects["orders/stray.parquet"] = [9]
            // Another table's, in a folder below.
            $0.objects["orders/_ingest/inner/commits/000000000001.json"] = [9]
            $0.objects["orders/inner/x.parquet"] = [9]
        }
        let quick = try TableRepair(upkeep()).run()
        #expect(quick.damages.map(\.kind) == [.missing, .size] && !quick.isVerified)
        #expect(quick.strays.map(\.key) == ["orders/stray.parquet"])
        let whole = try TableRepair(upkeep(), footerRows: { $0 == "orders/d.parquet" ? 4 : 5 }).run()
        #expect(whole.damages.map(\.kind) == [.missing, .size, .digest, .rows])
        #expect(store.now.objects["orders/stray.parquet"] == [9], "nothing is removed")
    }

    @Test("data without records is refused; marks and hidden files are no data")
    func unrecorded() throws {
        let folder = TableFolder(ledger)
        for name in ["orders/_SUCCESS", "orders/.x.parquet", "orders/_delta_log/1.checkpoint.parquet", "orders/a.crc"] {
            store.change { $0.objects[name] = [1] }
        }
        try folder.refuseUnrecorded(TableState(), job: "j")
        store.change { $0.objects["orders/_date=2026-01-01/a.parquet"] = [1] }
        let fault = #expect(throws: LedgerFault.self) { try folder.refuseUnrecorded(TableState(), job: "j") }
        #expect(fault?.reason == .unrecorded && fault?.remedy?.contains("ingest adopt j") == true)
    }
}
