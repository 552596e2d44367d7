import Ports
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("The history of a table")
struct TableLedgerTests {
    private let store = MemoryStore()
    private let keys = TableKeys(table: "orders")
    private var ledger: TableLedger { TableLedger(store: MemoryStoreClient(store), keys: keys) }
    private let writer = Writer(run: "r", host: "h", process: 7, user: "u", version: "1")

    private func transaction(_ name: String, run: String = "r") -> LoadTransaction {
        var writer = writer
        writer.run = run
        return LoadTransaction(
            ledger: ledger,
            terms: .init(
                loadID: name, job: "j", attempt: 1, writer: writer, leaseSeconds: 60,
                patience: Patience(seconds: 3, clock: StepClock(), sleep: { _ in }), now: "now"))
    }

    /// Up to the commit, with one file that holds the load's name.
    private func commit(_ name: String, replacing: Bool = false) throws -> (LoadTransaction, CommitRecord) {
        let load = transaction(name)
        _ = try load.open()
        try load.begin()
        let upload = try load.stage(date: "2026/11/21")
        try name.utf8CString.withUnsafeBytes { try upload.write([$0]) }
        let file = try upload.seal()
        let state = try ledger.state()
        let record = try load.commit(
            .init(
                mode: .append,
                slices: [
                    Slice(
                        id: .init(commit: 0, part: 0),
                        coverage: .window(
                            low: nil, high: WatermarkText(value: "2026-11-21 06:00:00.123456", type: "timestamp(6)")),
                        isProvisional: true, files: [DataFile(object: file, rows: 3)])
                ],
                replaces: replacing ? state.live.map(\.id) : [], removes: replacing ? state.files.map(\.name) : [],
                origin: LoadOrigin(job: "j", source: "s", object: "public.orders", filter: "a > 1", watermark: "c"),
                schema: [.init(name: "id", type: "int64", sourceType: "bigint")], sourceRows: 3, sourceClock: "now"),
            watermark: WatermarkText(value: name, type: "text"))
        return (load, record)
    }

    private func loaded(_ name: String, replacing: Bool = false) throws {
        let (load, record) = try commit(name, replacing: replacing)
        try load.end(record)
    }

    @Test("a record is read back as it was written")
    func roundTrip() throws {
        let (_, record) = try commit("a")
        let bytes = try #require(store.now.objects[keys.commit(1)])
        #expect(try CommitRecord(key: "k", bytes: bytes) == record)
    }

    @Test("a committed load is invisible until it is published, and replaces only then")
    func order() throws {
        try loaded("a")
        let first = try #require(try ledger.state().files.first)
        let (load, record) = try commit("b", replacing: true)
        #expect(store.now.objects[first.name] != nil)
        #expect(store.now.objects[try #require(record.load?.files.first?.name)] == nil)
        try load.end(record)
        #expect(store.now.objects[first.name] == nil)
        #expect(try ledger.state().files.count == 1)
        #expect(try ledger.head().watermark?.value == "b")
    }

    @Test("the fold from current.json is the fold from the first record")
    func fold() throws {
        for name in ["a", "b", "c", "d"] { try loaded(name, replacing: name == "c") }
        #expect(try ledger.state() == ledger.stateFromRecords())
        #expect(
            try ledger.state().files.map(\.name).map { $0.hasSuffix("c.0.parquet") || $0.hasSuffix("d.0.parquet") } == [
                true, true,
            ])
        // Without hints, and with torn ones, the same.
        let whole = try ledger.state()
        for torn in [nil, Array("{\"format\":1".utf8)] as [[UInt8]?] {
            store.change { [keys] in
                $0.objects[keys.current] = torn
                $0.objects[keys.head] = torn
            }
            #expect(try ledger.state() == whole)
            #expect(try ledger.head().number == 4)
        }
    }

    @Test("finding the head costs the same however long the history is")
    func requests() throws {
        func cost() throws -> Int {
            let before = store.now.calls
            _ = try ledger.head()
            return store.now.calls - before
        }
        try loaded("a")
        let first = try cost()
        for number in 0..<20 { try loaded("b\(number)") }
        #expect(try cost() == first)
    }

    @Test("what a table holds is found without a list of its records; with a hint that is behind, or none, the same")
    func lists() throws {
        for name in ["a", "b"] { try loaded(name) }
        let early = store.now.objects
        for name in ["c", "d"] { try loaded(name, replacing: name == "c") }
        let lists = Mutex(0)
        let client = MemoryStoreClient(store) { [keys] call in
            if call == "list \(keys.commits)" { lists.withLock { $0 += 1 } }
            return .none
        }
        let ledger = TableLedger(store: client, keys: keys)
        let whole = try ledger.stateFromRecords()
        #expect(lists.withLock { $0 } == 1 && whole.number == 4)
        #expect(try ledger.state() == whole && ledger.head().number == 4 && !ledger.hasUnfinished())
        #expect(lists.withLock { $0 } == 1)
        store.change { [keys] in
            $0.objects[keys.head] = early[keys.head]
            $0.objects[keys.current] = early[keys.current]
        }
        #expect(try ledger.state() == whole && ledger.head().number == 4)
        #expect(lists.withLock { $0 } == 1)
        store.change { [keys] in $0.objects[keys.head] = nil }
        #expect(try ledger.state() == whole && ledger.head().number == 4)
        #expect(lists.withLock { $0 } == 3)
        // What the hint knows of is missing.
        store.change { [keys] in
            $0.objects[keys.head] = Array(#"{"format":1,"number":9,"digest":"x"}"#.utf8)
        }
        #expect(throws: LedgerFault.self) { try ledger.state() }
    }

    @Test("a load that says how it leaves the table does not remember it over what others did since")
    func remembers() throws {
        try loaded("a")
        let before = try ledger.state()
        let (load, record) = try commit("b")
        try load.end(record, leaving: before.after(record))
        #expect(try ledger.state() == ledger.stateFromRecords())
        let remembered = store.now.objects[keys.current]
        #expect(try remembered == before.after(record).bytes)
        let (late, third) = try commit("c")
        let left = try ledger.state()
        try late.end(third)
        try loaded("d")
        let newest = store.now.objects[keys.current]
        try late.end(third, leaving: left)
        #expect(store.now.objects[keys.current] == newest)
    }

    @Test("uploads of another table are left alone, whatever a record or an intent says")
    func foreignUploads() throws {
        let (load, _) = try commit("a")
        _ = load
        // As where somebody copies the state of a table that is being loaded.
        let copy = TableKeys(table: "copy")
        store.change { [keys] in
            $0.objects[copy.intent("a")] = $0.objects[keys.intent("a")]
            $0.seconds += 61
        }
        let other = TableLedger(store: MemoryStoreClient(store), keys: copy)
        let opened = LoadTransaction(
            ledger: other,
            terms: .init(
                loadID: "x", job: "j", attempt: 1, writer: writer, leaseSeconds: 60,
                patience: Patience(seconds: 3, clock: StepClock(), sleep: { _ in }), now: "now"))
        let fault = #expect(throws: LedgerFault.self) { try opened.open() }
        #expect(fault?.reason == .damaged && fault?.message.contains("upload:orders/") == true)
        #expect(store.now.uploads.count == 1)
        store.change { [keys] in
            let text = String(decoding: $0.objects[keys.commit(1)] ?? [], as: UTF8.self)
            $0.objects[keys.commit(1)] = Array(
                text.replacing("\"upload\":\"upload:orders/", with: "\"upload\":\"upload:customers/").utf8)
        }
        #expect(throws: LedgerFault.self) { try ledger.read(1) }
    }

    @Test("a missing, exchanged or changed record is an error that names it")
    func damage() throws {
        for name in ["a", "b", "c"] { try loaded(name) }
        let good = store.now.objects
        func fault(_ change: @escaping @Sendable (inout [String: [UInt8]]) -> Void) -> LedgerFault? {
            store.change { [good] in
                $0.objects = good
                change(&$0.objects)
            }
            do {
                _ = try ledger.head()
                _ = try ledger.stateFromRecords()
                return nil
            } catch { return error as? LedgerFault }
        }
        let (second, third) = (keys.commit(2), keys.commit(3))
        #expect(fault { $0[second] = nil }?.message.contains(second) == true)
        #expect(fault { $0[third] = nil }?.message.contains(third) == true)
        #expect(fault { $0[second] = $0[third] }?.reason == .damaged)
        #expect(fault { $0[second]?[40] ^= 1 }?.reason == .damaged)
        #expect(fault { $0[second] = [] }?.reason == .damaged)
        #expect(fault { _ in } == nil)
    }

    @Test("a record of another table, and numbers that no load has, are refused before anything is removed")
    func foreign() throws {
        try loaded("a")
        let record = try #require(store.now.objects[keys.commit(1)])
        func state(_ change: (String) -> String, head: String? = nil) -> LedgerFault? {
            let text = change(String(decoding: record, as: UTF8.self))
            store.change { [keys] in
                $0.objects[keys.current] = nil
                $0.objects[keys.head] = head.map { Array($0.utf8) }
                $0.objects[keys.commit(1)] = Array(text.utf8)
            }
            do {
                _ = try ledger.head()
                _ = try ledger.state().rows
                return nil
            } catch { return error as? LedgerFault }
        }
        #expect(state { $0 } == nil)
        #expect(
            state { $0.replacing("\"orders/2026", with: "\"customers/2026") }?.message.contains("customers/") == true)
        #expect(state { $0.replacing("\"removes\":[]", with: "\"removes\":[\"../x\"]") }?.reason == .damaged)
        let most = String(Int.max)
        #expect(state { $0.replacing("\"rows\":3", with: "\"rows\":\(most)") }?.message.contains("'rows'") == true)
        #expect(state { $0.replacing("\"number\":1,", with: "\"number\":\(most),") }?.reason == .damaged)
        // A hint that cannot be one is as good as none.
        #expect(state({ $0 }, head: "{\"format\":1,\"number\":\(most),\"digest\":\"x\"}") == nil)
    }

    @Test("a long history without its hints is folded from the first record on")
    func long() throws {
        try loaded("a")
        let first = try #require(ledger.read(1)?.record)
        var previous = try #require(ledger.head().digest)
        var bytes: [String: [UInt8]] = [:]
        for number in 2...500 {
            var record = first
            record.number = number
            record.previous = previous
            guard case .load(var load) = record.kind else { continue }
            for index in load.slices.indices { load.slices[index].id.commit = number }
            record.kind = .load(load)
            bytes[keys.commit(number)] = record.bytes
            previous = SHA256.hex(record.bytes)
        }
        let added = bytes
        store.change { [keys] in
            $0.objects.merge(added, uniquingKeysWith: { $1 })
            $0.objects[keys.current] = nil
        }
        let state = try ledger.state()
        #expect(state.live.count == 500 && state.number == 500)
        #expect(Set(state.live.map(\.id)).count == 500)
    }

    @Test("files that the store lost withdraw the load; the watermark and what it replaced come back")
    func withdrawal() throws {
        try loaded("a")
        let (load, record) = try commit("b", replacing: true)
        store.change { $0.uploads = [:] }
        let fault = #expect(throws: LedgerFault.self) { try load.end(record) }
        #expect(fault?.reason == .withdrawn)
        #expect(try ledger.head().watermark?.value == "a")
        let state = try ledger.state()
        #expect(state.files.count == 1 && state.files.allSatisfy { store.now.objects[$0.name] != nil })
        try loaded("c", replacing: true)
        #expect(try ledger.state() == ledger.stateFromRecords())
    }

    @Test("the intent of a load that ended untold stays until somebody tells it")
    func told() throws {
        _ = try commit("a")
        store.change { $0.seconds += 61 }
        let silent = transaction("b", run: "two")
        #expect(try silent.open(told: nil).finished.map(\.loadID) == ["a"])
        #expect(store.now.objects[keys.intent("a")] != nil)
        silent.rollBack()
        var order: [String] = []
        let teller = transaction("c", run: "three")
        let opening = try teller.open { record in
            order.append(record.loadID + (store.now.objects[keys.intent(record.loadID)] == nil ? " late" : " in time"))
        }
        #expect(order == ["a in time"])
        #expect(opening.finished.map(\.loadID) == ["a"])
        #expect(store.now.objects[keys.intent("a")] == nil)
        teller.rollBack()
        #expect(try transaction("d").open().finished == [])
    }

    @Test("a second run is told who works, until the lease is over; the first then gives up before it commits")
    func lease() throws {
        let sleeper = transaction("a", run: "one")
        _ = try sleeper.open()
        try sleeper.begin()
        let file = try sleeper.stage(date: "2026/11/21").seal()
        let fault = #expect(throws: LedgerFault.self) { try transaction("b", run: "two").open() }
        #expect(fault?.reason == .locked)
        #expect(fault?.message.contains("h:7") == true)
        store.change { $0.seconds += 61 }
        #expect(try transaction("b", run: "two").open().undone.map(\.loadID) == ["a"])
        let late = #expect(throws: LedgerFault.self) {
            try sleeper.commit(
                .init(
                    mode: .append,
                    slices: [
                        Slice(id: .init(commit: 0, part: 0), coverage: .whole, files: [DataFile(object: file, rows: 0)])
                    ],
                    origin: LoadOrigin(job: "j", source: "s", object: "o"), schema: []), watermark: nil)
        }
        #expect(late?.reason == .superseded)
        #expect(try ledger.stateFromRecords().files == [])
    }

    @Test(
        "names of tables stay inside of their folders",
        arguments: [
            ("orders", "orders"), ("a/b", "a%2Fb"), ("..", "%2E."), ("_ingest", "%5Fingest"), ("50%", "50%25"),
            ("Größe 2", "Größe 2"), ("a\u{1}", "a%01"),
        ])
    func folders(table: String, folder: String) {
        #expect(TableKeys(table: table).data == folder + "/")
    }
}
