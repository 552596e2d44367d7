import Ports
import Synchronization
import TestSupport

@testable import Engine

/// A world in which loads of one table run, sleep, die and run into each other, as seeds decide; and what must come out:
/// exactly the rows of the source, each once.
final class LoadModel: @unchecked Sendable {
    // Used by one thread: processes that run "at the same time" run inside of each other's calls.
    var random: SeededRandom
    let store = MemoryStore()
    let mode: Mode
    /// Rows by id, with the watermark that each has.
    var source: [Int: Int] = [:]
    var clock = 1000
    var processes = 0
    /// Nesting of processes that run while others sleep.
    var depth = 0
    var calm = false
    var outcomes: [String: Int] = [:]
    private let overwrites: Bool
    private let keepReplaced: Int

    enum Mode: CaseIterable { case full, append, lookback }
    static let lookback = 50

    /// With an honest store unless a test shows that it can fail.
    init(seed: UInt64, mode: Mode, overwrites: Bool = false, keepReplaced: Int = 0) {
        random = SeededRandom(seed)
        self.keepReplaced = keepReplaced
        self.overwrites = overwrites
        self.mode = mode
    }

    func write(rows: Int) {
        for _ in 0..<rows {
            clock += Int.random(in: 0...7, using: &random)
            // With a lookback, rows may come late; each is in reach of the next load.
            let late = mode == .lookback ? Int.random(in: 0...Self.lookback / 4, using: &random) : 0
            source[source.count + 1] = clock - late
        }
        clock += mode == .lookback ? 0 : 1
    }

    /// One process from start to end or death.
    func runProcess() {
        processes += 1
        let name = "p\(processes)"
        depth += 1
        defer { depth -= 1 }
        let client = MemoryStoreClient(store, overwrites: overwrites) { [self] call in trouble(call) }
        do {
            try load(client, name)
            count("done")
        } catch is MemoryStore.Death {
            count("died")
        } catch let fault as LedgerFault {
            count("\(fault.reason)")
        } catch {
            count("failed")
        }
    }

    private func count(_ outcome: String) { outcomes[outcome, default: 0] += 1 }

    private func trouble(_ call: String) -> MemoryStore.Trouble {
        guard !calm else { return .none }
        if random.chance(3) { store.change { $0.seconds += 100 } }
        // While this process sleeps, others run.
        if depth < 4, random.chance(overwrites ? 6 : 2) {
            if random.chance(50) { write(rows: 5) }
            if random.chance(70) { store.change { $0.seconds += 100 } }
            runProcess()
        }
        switch Int.random(in: 0..<100, using: &random) {
        case 0: return .failure
        case 1: return .lostReply
        case 2: return .late(Int.random(in: 1...40, using: &random))
        case 3: return .deathBefore
        case 4: return .deathAfter
        default: return .none
        }
    }

    private func load(_ client: MemoryStoreClient, _ name: String) throws {
        let ledger = TableLedger(store: client, keys: TableKeys(table: "t"), keepReplacedSeconds: keepReplaced)
        let patience = Patience(seconds: 3, clock: StepClock(), sleep: { _ in })
        let writer = Writer(run: name, host: "h", process: 1, user: "u", version: "1")
        let load = LoadTransaction(
            ledger: ledger,
            terms: .init(
                loadID: name, job: "j", attempt: 1, writer: writer, leaseSeconds: 60, patience: patience, now: "now"))
        do {
            let head = try load.open().head
            let state = try ledger.state()
            guard state.number == head.number else { throw FakeFault(.transient, "the table moved on") }
            let plan = plan(state)
            guard !plan.windows.isEmpty else {
                load.rollBack()
                return
            }
            try load.begin()
            var slices: [Slice] = []
            for (part, window) in plan.windows.enumerated() {
                slices.append(try slice(window, part: part, of: state, in: load))
            }
            let replaced = state.live.filter { plan.replaces.contains($0.id) }
            let record = try load.commit(
                .init(
                    mode: mode == .full ? .replace : .append, slices: slices, replaces: plan.replaces,
                    removes: replaced.flatMap { $0.files.map(\.object.name) },
                    origin: LoadOrigin(job: "j", source: "s", object: "o"), schema: []),
                watermark: WatermarkText(value: String(plan.high), type: "integer"))
            try load.end(record)
        } catch {
            if !(error is MemoryStore.Death) { load.rollBack() }
            throw error
        }
    }

    private struct Window {
        var low: Int?
        var high: Int
        var isProvisional = false
        var isWhole = false
    }

    private func plan(_ state: TableState) -> (windows: [Window], replaces: [Slice.ID], high: Int) {
        let high = clock
        let low = state.watermark.flatMap { Int($0.value) }
        switch mode {
        case .full: return ([Window(low: nil, high: high, isWhole: true)], state.live.map(\.id), high)
        case .append:
            guard low.map({ $0 < high }) ?? true else { return ([], [], high) }
            return ([Window(low: low, high: high)], [], high)
        case .lookback:
            let open = state.live.filter(\.isProvisional)
            let start = open.compactMap { slice -> Int? in
                guard case .window(let low, _) = slice.coverage else { return nil }
                return low.flatMap { Int($0.value) }
            }.min()
            let border = max(high - Self.lookback, start ?? Int.min)
            var windows: [Window] = []
            if start.map({ $0 < border }) ?? true { windows.append(Window(low: start, high: border)) }
            windows.append(Window(low: border, high: high + 1, isProvisional: true))
            return (windows, open.map(\.id), high)
        }
    }

    private func slice(
        _ window: Window, part: Int, of state: TableState, in load: LoadTransaction
    ) throws -> Slice {
        let ids = source.filter { ($0.value >= window.low ?? Int.min && $0.value < window.high) || window.isWhole }.keys
        let upload = try load.stage(date: "2026/11/21")
        let body = Array(ids.sorted().map(String.init).joined(separator: "\n").utf8)
        try body.withUnsafeBytes { try upload.write([$0]) }
        let sealed = try upload.seal()
        func text(_ value: Int) -> WatermarkText { WatermarkText(value: String(value), type: "integer") }
        return Slice(
            id: Slice.ID(commit: 0, part: part),
            coverage: window.isWhole ? .whole : .window(low: window.low.map(text), high: text(window.high)),
            isProvisional: window.isProvisional, files: [DataFile(object: sealed, rows: ids.count)])
    }

    /// What a reader of the exact list finds: ids with how often each is there. Nil where a listed file is missing.
    func visible() throws -> [Int: Int]? {
        let ledger = TableLedger(store: MemoryStoreClient(store), keys: TableKeys(table: "t"))
        let objects = store.now.objects
        var found: [Int: Int] = [:]
        for file in try ledger.stateFromRecords().files {
            guard let body = objects[file.name] else { return nil }
            for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
                found[Int(line) ?? -1, default: 0] += 1
            }
        }
        return found
    }

    /// Data files that no record lists.
    func strays() throws -> [String] {
        let ledger = TableLedger(store: MemoryStoreClient(store), keys: TableKeys(table: "t"))
        let listed = Set(try ledger.stateFromRecords().files.map(\.name))
        let kept = try ReplacedFiles(
            ledger: ledger, patience: Patience(seconds: 3, clock: StepClock(), sleep: { _ in })
        ).kept()
        return store.now.objects.keys.filter {
            $0.hasPrefix("t/") && !listed.contains($0) && !kept.contains($0)
        }.sorted()
    }
}

/// Each look takes a second, so that every deadline comes.
final class StepClock: MonotonicClock {
    private let time = Mutex(0.0)
    var seconds: Double {
        time.withLock { time in
            time += 1
            return time
        }
    }
}
