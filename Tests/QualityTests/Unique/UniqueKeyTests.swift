import Columnar
import Engine
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Quality

@Suite("Keys that must be unique")
struct UniqueKeyTests {
    private static let types: [ColumnType] = [
        .boolean, .int16, .int64, .float, .double, .date, .text, .binary, .uuid, .decimal(precision: 30, scale: 2),
        .decimal(precision: 12, scale: 2), .timestamp(.microseconds, utc: true),
    ]

    private static func value(_ type: ColumnType, _ number: Int, _ random: inout SeededRandom) -> Any {
        switch type {
        case .boolean: return number % 2 == 0
        case .float: return Float(number)
        case .double: return number == 0 ? random.pick([0.0, -0.0]) : number == 1 ? Double.nan : Double(number)
        case .text: return String(repeating: "k", count: number % 40) + "\(number)"
        case .binary: return Array("\(number)".utf8)
        case .uuid: return Int128(number)
        default: return number
        }
    }

    @Test("of any types and any number of columns, as a set finds them", arguments: 1...12)
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let types = (0..<random.pick([1, 1, 2, 3])).map { _ in random.pick(Self.types) }
        var seen: Set<[Int]> = []
        var repeats = 0
        var batches: [Batch] = []
        for _ in 0..<random.pick([1, 4]) {
            let rows = (0..<random.pick([0, 1, 100, 800])).map { _ in
                types.map { _ in random.chance(5) ? nil : random.next(below: 40) }
            }
            for row in rows {
                let key = zip(types, row).compactMap { type, number in number.map { type == .boolean ? $0 % 2 : $0 } }
                if key.count == types.count, !seen.insert(key).inserted { repeats += 1 }
            }
            batches.append(
                try TestRows.batch(
                    types.enumerated().map { index, type in
                        ("c\(index)", type, rows.map { row in row[index].map { Self.value(type, $0, &random) } })
                    }))
        }
        for severity in [QualityRule.Severity.error, .quarantine] {
            var rule = QualityRule(.unique, severity: severity)
            rule.columns = types.indices.map { "c\($0)" }
            let judge = try TestLoad(rules: [rule]).judge(batches[0].schema.fields)
            // Each batch by another encoder; one of them is given up and read again.
            var aside = 0
            for (index, batch) in batches.enumerated() {
                if index == 1 {
                    let lost = try judge.makeJudge(slice: 0)
                    _ = try lost.judge(batch)
                    lost.discard()
                }
                let one = try judge.makeJudge(slice: 0)
                aside += try one.judge(batch).count
                try one.finish()
            }
            #expect(try judge.verdict().results[0].failing == repeats, "\(types) \(severity)")
            #expect(aside == (severity == .quarantine ? repeats : 0))
        }
    }

    /// Keys point into their batch.
    private static func add(_ columns: [(String, ColumnType, [Any?])], _ keys: KeyColumns, to feed: KeyFeed) throws {
        let batch = try TestRows.batch(columns)
        keys.read(batch)
        try withExtendedLifetime(batch) { try feed.add(keys) }
    }

    @Test("more keys than fit into memory, by several threads: words and texts", arguments: [true, false])
    func spilling(areWords: Bool) throws {
        let perThread = 60_000
        let store = KeyStore(areWords: areWords, memoryBytes: 300 << 10, folder: "/var/tmp", spillLimit: 1 << 30)
        let faults = Mutex<[any Error]>([])
        let threads = try (0..<4).map { thread in
            try NamedThread("keys-\(thread)") {
                do {
                    let feed = KeyFeed(store)
                    let keys = KeyColumns(columns: [0], parts: [areWords ? .int64 : .bytes])
                    for start in stride(from: 0, to: perThread, by: 5_000) {
                        let numbers = (start..<start + 5_000).map { $0 * 4 + thread }
                        let column: (String, ColumnType, [Any?]) =
                            areWords
                            ? ("k", .int64, numbers) : ("k", .text, numbers.map { "key number \($0), and some more" })
                        try Self.add([column], keys, to: feed)
                    }
                    // One that thread 0 has had.
                    if thread == 3 {
                        let column: (String, ColumnType, [Any?]) =
                            areWords ? ("k", .int64, [4 * 77]) : ("k", .text, ["key number 308, and some more"])
                        try Self.add([column], keys, to: feed)
                    }
                    try feed.finish()
                } catch { faults.withLock { $0.append(error) } }
            }
        }
        threads.forEach { $0.join() }
        #expect(faults.withLock { $0 }.isEmpty)
        // Far less than a partition needs, so that each takes several rounds.
        var search = DuplicateSearch(store, memoryBytes: 16 << 10)
        let found = try search.run()
        #expect(found.repeats == 1)
        let text = KeyText.values(
            of: try #require(found.samples.first), types: [areWords ? .int64 : .text], areWords: areWords)
        #expect(text == [areWords ? "308" : "key number 308, and some more"])
    }

    @Test("one value a million times takes no more memory than once")
    func oneValue() throws {
        let store = KeyStore(areWords: false, memoryBytes: 64 << 10, folder: "/var/tmp", spillLimit: 1 << 30)
        let feed = KeyFeed(store)
        let keys = KeyColumns(columns: [0], parts: [.bytes])
        for _ in 0..<20 { try Self.add([("k", .text, Array(repeating: "the same", count: 10_000))], keys, to: feed) }
        try feed.finish()
        var search = DuplicateSearch(store, memoryBytes: 8 << 10)
        let found = try search.run()
        #expect(found.repeats == 199_999 && found.samples.count == 1)
    }

    @Test("keys longer than a chunk, empty ones, and those that only lengths tell apart")
    func odd() throws {
        let long = String(repeating: "x", count: 100_000)
        let batch = try TestRows.batch([
            ("a", .text, ["", "", long, long + "y", "a", "ab", long]), ("b", .text, ["", "x", "", "", "bc", "c", ""]),
        ])
        let (verdict, _) = try TestLoad(rules: [QualityRule(.unique, "a", "b")], memoryBytes: 1 << 20).verdict(batch)
        #expect(verdict.results[0].failing == 1)
        let sample = verdict.results[0].samples[0].cells
        #expect(sample[0].value == String(repeating: "x", count: 80) + "…" && sample[1].value == "")
    }

    @Test("keys that are larger than what compares them, alone and among others")
    func larger() throws {
        let long = String(repeating: "x", count: 90_000)
        let store = KeyStore(areWords: false, memoryBytes: 1 << 20, folder: "/var/tmp", spillLimit: 4 << 20)
        let feed = KeyFeed(store)
        let keys = KeyColumns(columns: [0], parts: [.bytes])
        try Self.add([("k", .text, ["a", long, "b", long + "y", "a", long])], keys, to: feed)
        try feed.finish()
        var search = DuplicateSearch(store, memoryBytes: 1024)
        let found = try search.run()
        #expect(found.repeats == 2 && found.samples.map(\.count).sorted() == [1, 90_000])
    }

    @Test("a load that is stopped does not compare its keys to the end")
    func stopped() throws {
        var load = TestLoad(rules: [QualityRule(.unique, "k")])
        load.outside.isStopped = true
        let batch = try TestRows.batch([("k", .int64, [1, 1])])
        #expect { _ = try load.verdict(batch) } throws: { ($0 as? QualityFault)?.kind == .cancelled }
    }

    @Test("what is read again after a lost connection is paid for once", arguments: [true, false])
    func readAgain(areWords: Bool) throws {
        let rule = QualityRule(.unique, "k", severity: .quarantine)
        let numbers = Array(0..<2000)
        let batch = try TestRows.batch([
            areWords ? ("k", .int64, numbers) : ("k", .text, numbers.map { "k\($0)" })
        ])
        let judge = try TestLoad(rules: [rule], memoryBytes: areWords ? 100_000 : 250_000).judge(batch.schema.fields)
        for _ in 0..<5 {
            let lost = try judge.makeJudge(slice: 0)
            #expect(try lost.judge(batch).isEmpty)
            lost.discard()
        }
        let kept = try judge.makeJudge(slice: 0)
        #expect(try kept.judge(batch).isEmpty)
        #expect(try kept.judge(batch).count == 2000)
    }

    @Test("a full disk, a folder that is not there and the limit are told apart")
    func noSpace() throws {
        func fill(_ folder: String, limit: Int) throws {
            let store = KeyStore(areWords: true, memoryBytes: 0, folder: folder, spillLimit: limit)
            let feed = KeyFeed(store)
            let keys = KeyColumns(columns: [0], parts: [.int64])
            for _ in 0..<5 { try Self.add([("k", .int64, Array(0..<60_000))], keys, to: feed) }
            try feed.finish()
        }
        #expect { try fill("/nowhere", limit: 1 << 30) } throws: {
            "\($0)".contains("/nowhere") && "\($0)".contains("TMPDIR")
        }
        #expect { try fill("/var/tmp", limit: 10_000) } throws: { "\($0)".contains("quality.spill_limit") }
    }

    @Test("what must stay in memory and does not fit is an error that says what to do")
    func seenTooMany() throws {
        let rule = QualityRule(.unique, "k", severity: .quarantine)
        let batch = try TestRows.batch([("k", .int64, Array(0..<10_000))])
        #expect { _ = try TestLoad(rules: [rule], memoryBytes: 100_000).verdict(batch) } throws: {
            "\($0)".contains("run.memory_budget")
        }
    }
}
