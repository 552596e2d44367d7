import Columnar
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// Jobs over sources in memory, into a store in memory.
private final class World: RunSurroundings {
    let store = MemoryStore()
    let sources: [String: any BatchSource]
    let attempts: Int
    /// Keeps out the rows whose number it divides.
    let refusesMultiplesOf: Int?
    /// The process dies at this call of the store.
    let deadly: Mutex<String?> = Mutex(nil)
    /// Other trouble of the store.
    let trouble = Mutex<(@Sendable (_ call: String) -> MemoryStore.Trouble)?>(nil)

    init(_ sources: [String: any BatchSource], attempts: Int = 3, refusesMultiplesOf: Int? = nil) {
        self.refusesMultiplesOf = refusesMultiplesOf
        self.sources = sources
        self.attempts = attempts
    }

    func source(of job: Job) throws -> any BatchSource {
        guard let source = sources[job.source.name] else { throw FakeFault(.configuration, "no such source") }
        return source
    }

    func terms(of job: Job) throws -> SourceTerms {
        SourceTerms(retry: RetryPolicy(attempts: attempts, initialSeconds: 0.001))
    }

    func place(of job: Job) throws -> LakePlace {
        LakePlace(
            store: MemoryStoreClient(
                store,
                trouble: { [self] call in
                    dies(at: call) ? .deathBefore : trouble.withLock { $0 }?(call) ?? .none
                }),
            keys: TableKeys(table: job.target.table), root: "memory:/",
            fileBytes: 1 << 20)
    }

    private func dies(at call: String) -> Bool {
        deadly.withLock { deadly in deadly.map { call.contains($0) } ?? false }
    }

    func spelled(_ job: Job, stop: StopSignal) throws -> (job: Job, notes: [String])? { nil }

    func text(of job: Job) throws -> JobText { JobText(object: .table(job.object.table)) }

    func masks(of job: Job) throws -> any MaskMaker { throw FakeFault(.configuration, "no masks") }

    func judge(_ order: JudgeOrder) throws -> (any LoadJudge)? {
        refusesMultiplesOf.map { MultiplesJudge($0) }
    }

    func table(
        _ order: TableOrder, stage: @escaping @Sendable () throws -> any StagedUpload
    ) throws -> any StagedTable { MemoryTable(stage: stage) }

    /// What readers see of a table, and that nothing else of it is left.
    func rows(of table: String) throws -> [Int] {
        let ledger = TableLedger(store: MemoryStoreClient(store), keys: TableKeys(table: table))
        let contents = store.now
        #expect(contents.uploads.isEmpty)
        #expect(!contents.objects.keys.contains { $0.contains("/intents/") || $0.contains("/leases/") })
        let live = try ledger.state().files.map(\.name).sorted()
        #expect(live == contents.objects.keys.filter { $0.hasPrefix(table + "/") }.sorted())
        return live.flatMap { name in
            String(decoding: contents.objects[name] ?? [], as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        }.sorted()
    }
}

/// Refuses every load with more than ten thousand such rows.
private final class MultiplesJudge: LoadJudge {
    let factor: Int
    let refused = Mutex(0)

    init(_ factor: Int) { self.factor = factor }

    func makeJudge(slice: Int) throws -> any BatchJudge { Hand(self) }

    func verdict() throws -> LoadVerdict {
        let count = refused.withLock { $0 }
        return LoadVerdict(refusals: count > 10_000 ? ["too many"] : [], warnings: ["\(count) rows kept out"])
    }

    private final class Hand: BatchJudge {
        let judge: MultiplesJudge
        var count = 0

        init(_ judge: MultiplesJudge) { self.judge = judge }

        func judge(_ batch: Batch) throws -> [QuarantinedRow] {
            let rows = (0..<batch.rowCount).filter {
                batch.columns[0].values.load(fromByteOffset: $0 * 8, as: Int64.self) % Int64(judge.factor) == 0
            }
            count += rows.count
            return rows.map { QuarantinedRow(row: $0, rule: "multiple", reason: "of \(judge.factor)") }
        }

        func finish() throws { judge.refused.withLock { $0 += count } }
        func discard() { count = 0 }
    }
}

/// Fails so often before it works.
private final class ShakySource: BatchSource {
    enum Trouble { case open, unit, confirm }

    let inner: FakeSource
    let kind: FaultKind
    let trouble: Trouble
    let left: Mutex<Int>
    let opened = Mutex(0)

    init(rows: [Int], parallelism: Int = 1, failures: Int, _ kind: FaultKind = .transient, at trouble: Trouble = .open)
    {
        var script = FakeSource.Script(units: rows)
        script.parallelism = parallelism
        inner = FakeSource(script)
        self.kind = kind
        self.trouble = trouble
        left = Mutex(failures)
    }

    func fails(at place: Trouble) -> Bool {
        guard place == trouble else { return false }
        return left.withLock { left in
            left -= 1
            return left >= 0
        }
    }

    func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        opened.withLock { $0 += 1 }
        if fails(at: .open) { throw FakeFault(kind, "the source does not answer") }
        return ShakyRead(try inner.open(request, stop: stop), self)
    }
}

private final class ShakyRead: OpenRead {
    let read: any OpenRead
    let source: ShakySource

    init(_ read: any OpenRead, _ source: ShakySource) {
        self.read = read
        self.source = source
    }

    var schema: Schema { read.schema }
    var units: [ReadUnit] { read.units }
    var parallelism: Int { read.parallelism }
    var estimatedRows: Int? { read.estimatedRows }
    var notes: [String] { [] }
    var pressure: SourcePressure { read.pressure }
    func close() { read.close() }
    func confirm() throws {
        if source.fails(at: .confirm) { throw FakeFault(source.kind, "the moment is lost") }
    }
    func makeReader() throws -> any UnitReader { ShakyReader(try read.makeReader(), source) }
}

/// Fails in the middle of a unit, with half of its rows handed over.
private final class ShakyReader: UnitReader {
    let reader: any UnitReader
    let source: ShakySource

    init(_ reader: any UnitReader, _ source: ShakySource) {
        self.reader = reader
        self.source = source
    }

    var adjustments: [Adjustment] { [] }
    func begin(_ unit: ReadUnit) throws { try reader.begin(unit) }
    func close() { reader.close() }
    func fill(_ batch: Batch) throws -> FillState {
        let state = try reader.fill(batch)
        if case .unitEnded = state, source.fails(at: .unit) { throw FakeFault(source.kind, "the connection is cut") }
        return state
    }
}

@Suite("Running jobs", .timeLimit(.minutes(1)))
struct JobPoolTests {
    private func job(_ id: String, source: String = "s", after: [String] = []) -> Job {
        var job = Job(
            id: id, source: JobSource(name: source, type: .postgresql), object: JobObject(table: id),
            target: JobTarget(table: id))
        job.run.dependsOn = after
        return job
    }

    private func run(
        _ jobs: [Job], _ world: World, workers: Int = 3, stop: StopSignal = StopSignal(), failsFast: Bool = false,
        memoryBytes: Int = .max
    ) throws -> ([String: JobOutcome], FakeRecorder) {
        let recorder = FakeRecorder()
        let facts = RunFacts(runID: "r", startedAt: 0, host: "h", process: 1, user: "u", version: "1")
        let pool = JobPool(
            jobs: jobs, surroundings: world,
            terms: RunTerms(
                facts: facts, date: "2026/11/21", clock: SystemClock(), wall: FakeWallClock(), patienceSeconds: 1,
                sleep: { _ in }),
            options: .init(workers: workers, failsFast: failsFast, limits: [:], memoryBytes: memoryBytes),
            recorder: recorder, stop: stop)
        let outcomes = try pool.run()
        #expect(outcomes.map(\.job.id) == jobs.map(\.id))
        return (Dictionary(uniqueKeysWithValues: outcomes.map { ($0.job.id, $0) }), recorder)
    }

    @Test("forty jobs on three workers: each table holds its rows", arguments: [1, 3, 8])
    func many(workers: Int) throws {
        var script = FakeSource.Script(units: [10, 0, 25, 5])
        script.parallelism = 4
        let world = World(["s": FakeSource(script)])
        let jobs = (0..<40).map { job("t\($0)") }
        let (outcomes, _) = try run(jobs, world, workers: workers)
        for job in jobs {
            #expect(outcomes[job.id]?.status == .success)
            #expect(outcomes[job.id]?.rows == 40)
            #expect(try world.rows(of: job.id) == Array(0..<40))
        }
    }

    @Test("idle workers help with a big table")
    func help() throws {
        var script = FakeSource.Script(units: Array(repeating: 4_000, count: 60))
        script.parallelism = 4
        script.awaitedReaders = 2
        let source = FakeSource(script)
        let world = World(["s": source])
        _ = try run([job("big")], world, workers: 4)
        #expect(try world.rows(of: "big").count == 240_000)
        #expect(source.handles.withLock { $0.mostReaders } > 1)
        #expect(source.handles.withLock { $0.readers } == 0)
    }

    // MARK: - Memory

    private func weighed(_ units: [Int], megabytes: Int, parallelism: Int = 1, awaited: Int = 1) -> FakeSource {
        var script = FakeSource.Script(units: units)
        script.awaitedReaders = awaited
        script.parallelism = parallelism
        script.readerBytes = megabytes << 20
        return FakeSource(script)
    }

    @Test("hands read within the budget, and as many as it allows", arguments: [100, 300, 1000])
    func budget(megabytes: Int) throws {
        let source = weighed(
            Array(repeating: 4_000, count: 4), megabytes: 80, parallelism: 4, awaited: megabytes == 100 ? 1 : 2)
        let world = World(["s": source])
        let jobs = (0..<12).map { job("t\($0)") }
        let (outcomes, recorder) = try run(jobs, world, workers: 6, memoryBytes: megabytes << 20)
        for job in jobs {
            #expect(outcomes[job.id]?.status == .success)
            #expect(try world.rows(of: job.id).count == 16_000)
        }
        let handles = source.handles.withLock { $0 }
        #expect(handles.mostBytes <= megabytes << 20)
        #expect(handles.mostReaders > 1 || megabytes == 100)
        // Who has to wait is not tried again for it.
        #expect(recorder.now.attempts.map(\.attempt) == Array(repeating: 1, count: 12))
    }

    @Test("what needs more than the whole budget gets it alone")
    func alone() throws {
        let (huge, small) = (weighed([5, 5], megabytes: 500, parallelism: 2), weighed([5], megabytes: 1))
        let world = World(["huge": huge, "small": small])
        let jobs = (0..<16).map { job("t\($0)", source: $0 % 3 == 0 ? "huge" : "small") }
        let (outcomes, recorder) = try run(jobs, world, workers: 5, memoryBytes: 128 << 20)
        #expect(outcomes.values.allSatisfy { $0.status == .success && $0.attempt == 1 })
        #expect(huge.handles.withLock { $0.mostReaders } == 1)
        #expect(
            recorder.now.remarks.contains { $0.message.contains("waits for memory: reading it takes up to 506 MiB") })
    }

    @Test("whatever sizes meet whatever budget, every job ends", arguments: 0..<12)
    func everyBudget(seed: Int) throws {
        var random = SeededRandom(UInt64(seed))
        let sources = Dictionary(
            uniqueKeysWithValues: (0..<6).map { number in
                let units = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    Int.random(in: 0...3_000, using: &random)
                }
                return (
                    "s\(number)",
                    weighed(units, megabytes: Int.random(in: 0...300, using: &random), parallelism: 3)
                )
            })
        let world = World(sources)
        let jobs = (0..<30).map { index in
            job("t\(index)", source: "s\(index % 6)", after: index >= 6 && index % 5 == 0 ? ["t\(index - 5)"] : [])
        }
        let budget = Int.random(in: 64...600, using: &random)
        let (outcomes, _) = try run(jobs, world, workers: 1 + seed % 7, memoryBytes: budget << 20)
        #expect(outcomes.values.allSatisfy { $0.status == .success })
        for source in sources.values {
            let handles = source.handles.withLock { $0 }
            #expect(handles.mostBytes <= budget << 20 || handles.mostReaders == 1)
            #expect(handles.readers == 0 && handles.reads == 0)
        }
    }

    @Test("an interrupt ends those that wait for memory")
    func interruptedWait() throws {
        var script = FakeSource.Script(units: [5])
        let stop = StopSignal()
        script.stallAtUnit = 0
        script.onStall = { stop.raise(.interrupt) }
        let world = World(["s": FakeSource(script)])
        let (outcomes, _) = try run([job("t"), job("u"), job("v")], world, workers: 3, stop: stop, memoryBytes: 1)
        #expect(outcomes.values.filter { $0.status == .cancelled }.count == 1)
        #expect(outcomes.values.filter { $0.status == .skipped }.count == 2)
    }

    @Test("what is temporary is tried again, each attempt on record")
    func retries() throws {
        let world = World(["s": ShakySource(rows: [5], failures: 2)])
        let (outcomes, recorder) = try run([job("t")], world)
        #expect(outcomes["t"]?.status == .success)
        #expect(outcomes["t"]?.attempt == 3)
        #expect(recorder.now.attempts.map(\.status) == [.retried, .retried, .success])
        #expect(recorder.now.attempts[0].failure?.message == "the source does not answer")
        #expect(try world.rows(of: "t") == Array(0..<5))
    }

    @Test("what is permanent is not, and nothing of it is left")
    func permanent() throws {
        let source = ShakySource(rows: [5], failures: 1, .permanent, at: .confirm)
        let world = World(["s": source])
        let (outcomes, recorder) = try run([job("t"), job("child", after: ["t"])], world)
        #expect(outcomes["t"]?.status == .failed)
        #expect(outcomes["child"]?.status == .skipped)
        #expect(recorder.now.attempts.map(\.status) == [.failed, .skipped])
        #expect(source.opened.withLock { $0 } == 1)
        #expect(try world.rows(of: "t") == [])
    }

    @Test("a unit whose connection is cut is read again under the same moment, and its rows are there once")
    func unitAgain() throws {
        let source = ShakySource(rows: [30_000, 10, 0, 20_000], parallelism: 2, failures: 2, at: .unit)
        let world = World(["s": source])
        let (outcomes, _) = try run([job("t")], world)
        #expect(outcomes["t"]?.attempt == 1)
        #expect(source.opened.withLock { $0 } == 1)
        #expect(try world.rows(of: "t") == Array(0..<50_010))
    }

    @Test(
        "rows that a rule keeps out are in files of their own, once, also where units are read again",
        arguments: [1, 3])
    func quarantine(factor: Int) throws {
        let source = ShakySource(
            rows: [20_000, 10, 0, 5_000], parallelism: 2, failures: factor == 1 ? 0 : 2, at: .unit)
        let world = World(["s": source], refusesMultiplesOf: factor)
        let (outcomes, _) = try run([job("t")], world)
        let folder = "_ingest/t/quarantine/"
        guard factor > 1 else {
            // All of them: too many.
            #expect(outcomes["t"]?.status == .failed)
            #expect(outcomes["t"]?.failure?.message == "too many")
            #expect(try world.rows(of: "t").isEmpty)
            #expect(!world.store.now.objects.keys.contains { $0.hasPrefix(folder) })
            return
        }
        let refused = world.store.now.objects.filter { $0.key.hasPrefix(folder) }.flatMap {
            String(decoding: $0.value, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        }
        #expect(refused.sorted() == (0..<25_010).filter { $0 % factor == 0 })
        #expect(try world.rows(of: "t") == (0..<25_010).filter { $0 % factor != 0 })
        #expect(outcomes["t"]?.rows == 25_010 - refused.count)
        #expect(outcomes["t"]?.quarantined == refused.count)
        #expect(outcomes["t"]?.sourceRows == 25_010)
        #expect(outcomes["t"]?.warnings == ["\(refused.count) rows kept out"])
    }

    @Test("attempts end: the last failure is the job's")
    func exhausted() throws {
        let world = World(["s": ShakySource(rows: [5], failures: 100)], attempts: 3)
        let (outcomes, recorder) = try run([job("t")], world)
        #expect(outcomes["t"]?.status == .failed)
        #expect(recorder.now.attempts.map(\.status) == [.retried, .retried, .failed])
    }

    @Test("an interrupt cancels what runs and skips the rest; nothing is left")
    func interrupt() throws {
        var script = FakeSource.Script(units: [5, 5])
        let stop = StopSignal()
        script.stallAtUnit = 1
        script.onStall = { stop.raise(.interrupt) }
        let world = World(["s": FakeSource(script)])
        let (outcomes, _) = try run([job("t"), job("u")], world, workers: 1, stop: stop)
        #expect(outcomes["t"]?.status == .cancelled)
        #expect(outcomes["u"]?.status == .skipped)
        #expect(try world.rows(of: "t") == [])
    }

    @Test("a table that another run holds is locked, and that job alone")
    func locked() throws {
        let world = World(["s": FakeSource(FakeSource.Script(units: [5]))])
        let other = LoadTransaction(
            ledger: TableLedger(store: MemoryStoreClient(world.store), keys: TableKeys(table: "t")),
            terms: .init(
                loadID: "x", job: "t", attempt: 1,
                writer: Writer(run: "another", host: "h2", process: 7, user: "u", version: "1"), leaseSeconds: 60,
                patience: Patience(seconds: 1, clock: SystemClock(), sleep: { _ in }), now: "now"))
        _ = try other.open()
        let (outcomes, _) = try run([job("t"), job("u")], world)
        #expect(outcomes["t"]?.status == .locked)
        #expect(outcomes["t"]?.failure?.message.contains("h2:7") == true)
        #expect(outcomes["u"]?.status == .success)
        other.rollBack()
    }

    @Test("what was visible and not told before a crash is told by the next run, and each load once")
    func toldByTheNext() throws {
        let world = World(["s": FakeSource(FakeSource.Script(units: [5]))])
        world.deadly.withLock { $0 = "put _ingest/t/current.json" }
        let (_, first) = try run([job("t")], world)
        #expect(!first.now.attempts.contains { $0.status == .success })
        world.deadly.withLock { $0 = nil }
        let (outcomes, second) = try run([job("t")], world)
        #expect(second.now.recovered.map(\.rows) == [5])
        #expect(outcomes["t"]?.status == .success)
        #expect(second.now.attempts.map(\.status) == [.success])
        #expect(try world.rows(of: "t") == Array(0..<5))
    }

    @Test("what is told later of a load says which attempt it was")
    func toldWithItsAttempt() throws {
        let world = World(["s": ShakySource(rows: [5], failures: 1)])
        world.deadly.withLock { $0 = "put _ingest/t/current.json" }
        _ = try run([job("t")], world)
        world.deadly.withLock { $0 = nil }
        let (_, recorder) = try run([job("t")], world)
        #expect(recorder.now.recovered.map(\.attempt) == [2])
    }

    @Test(
        "once the commit is sent, an interrupt or a deadline hides nothing of what became of it", arguments: [0, 1, 2])
    func undecided(kind: Int) throws {
        let world = World(["s": FakeSource(FakeSource.Script(units: [5]))])
        let stop = StopSignal()
        let isSent = Mutex(false)
        world.trouble.withLock {
            $0 = { call in
                switch call {
                case "put new _ingest/t/commits/000000000001.json":
                    isSent.withLock { $0 = true }
                    if kind < 2 { stop.raise(.interrupt) }
                    // It takes effect, and nobody hears of it.
                    return .lostReply
                case "get _ingest/t/commits/000000000001.json" where kind != 1:
                    return isSent.withLock { $0 } ? .failure : .none
                case "put _ingest/t/commits/000000000001.done" where kind == 1: return .failure
                default: return .none
                }
            }
        }
        var asked = job("t")
        if kind == 2 { asked.run.timeoutSeconds = 1 }
        let (outcomes, recorder) = try run([asked], world, stop: stop)
        let first = try #require(recorder.now.attempts.first)
        let last = try #require(outcomes["t"])
        if kind == 2 {
            #expect(first.status == .retried && first.failure?.message.contains("timeout") == false)
        } else {
            #expect(last.status == .failed && last.failure?.message.contains("under its final name") == false)
        }
        if kind != 1 { #expect(first.failure?.message.contains("cannot be found out") == true) }
        world.trouble.withLock { $0 = nil }
        let (_, second) = try run([job("t")], world)
        #expect(second.now.recovered.map(\.rows) == [5])
        #expect(try world.rows(of: "t") == Array(0..<5))
    }

    @Test("what the lake refuses before the source is asked is not held against the source")
    func faultOfTheLake() throws {
        let source = ShakySource(rows: [5], failures: 0)
        let world = World(["s": source], attempts: 1)
        world.trouble.withLock { $0 = { $0 == "get _ingest/last/head.json" ? .none : .failure } }
        let jobs = (0..<12).map { job("t\($0)") }
        let (outcomes, _) = try run(jobs, world, workers: 1)
        #expect(outcomes.values.allSatisfy { $0.status == .failed }, "none is SKIPPED for a source that nobody asked")
        #expect(source.opened.withLock { $0 } == 0)
    }

    @Test("a job whose parent ends while nobody looks is told of the parent")
    func lateParent() throws {
        let recorder = FakeRecorder()
        let facts = RunFacts(runID: "r", startedAt: 0, host: "h", process: 1, user: "u", version: "1")
        let pool = JobPool(
            jobs: [job("a"), job("b", after: ["a"]), job("c", after: ["d"]), job("d", after: ["c"])],
            surroundings: World([:]),
            terms: RunTerms(
                facts: facts, date: "2026/11/21", clock: SystemClock(), wall: FakeWallClock(), sleep: { _ in }),
            options: .init(workers: 1), recorder: recorder, stop: StopSignal())
        pool.state.withLock { state in
            #expect(state.board.next(now: 0) == .start(job: 0, attempt: 1))
            state.board.ended(0, .failed, sourceAnswered: true, now: 0)
        }
        pool.settleRemaining()
        let said = recorder.now.attempts.map { "\($0.job.id): \($0.failure?.message ?? "")" }
        #expect(
            said == ["b: Not begun: it depends on 'a', which failed"]
                + ["c", "d"].map { "\($0): Not begun: jobs depend on each other in a circle, and it is one of them" })
    }

    @Test("a FULL load over a FULL load replaces it")
    func replaces() throws {
        let world = World(["s": FakeSource(FakeSource.Script(units: [5]))])
        _ = try run([job("t")], world)
        let (outcomes, _) = try run([job("t")], world)
        #expect(outcomes["t"]?.status == .success)
        #expect(try world.rows(of: "t") == Array(0..<5))
    }
}
