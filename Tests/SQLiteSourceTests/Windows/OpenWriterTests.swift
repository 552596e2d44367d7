import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import SQLiteSource

extension DatabaseFiles {
    @Suite("Writers while a window is frozen", .serialized)
    struct OpenWriterTests {
        let folder = TemporaryFolder()
        private var path: String { folder.file("a.db") }
        private var source: SQLiteSource { SQLiteSource(path: path) }

        private func make(wal: Bool) -> WritableDatabase {
            let database = WritableDatabase(path)
            database.run("PRAGMA journal_mode = \(wal ? "WAL" : "DELETE")")
            database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)")
            return database
        }

        private func pause(_ milliseconds: Int) { usleep(UInt32(milliseconds * 1000)) }

        @Test("each row is in one window, and a strict > loses rows", arguments: [true, false], ["at", "id"])
        func exactlyOnce(wal: Bool, column: String) throws {
            let database = make(wal: wal)
            database.run("INSERT INTO t DEFAULT VALUES")
            let seeds: [UInt64] = [1, 2, 3]
            nonisolated(unsafe) var threads: [pthread_t] = []
            let writers = Writers(path: path)
            for seed in seeds { threads.append(writers.start(seed)) }
            var windows = ConsecutiveWindows(source, .table("t"), columns: [column])
            var naive: [String?] = []
            var last = ""
            let begin = MonotonicNow.seconds
            while MonotonicNow.seconds - begin < 2.5 {
                try windows.load()
                let found = database.run("SELECT id FROM t WHERE at > '\(last)'")
                last = (database.run("SELECT max(at) FROM t").first ?? nil) ?? last
                naive += found
                pause(20)
            }
            writers.stop()
            for thread in threads { pthread_join(thread, nil) }
            // The second in which the last rows were written is over.
            pause(1100)
            try windows.load()
            naive += database.run("SELECT id FROM t WHERE at > '\(last)'")
            let all = database.run("SELECT id FROM t").compactMap { $0 }
            #expect(all.count > 20)
            #expect(windows.values.compactMap { $0 }.sorted() == all.sorted())
            // So this test can fail.
            #expect(Set(naive.compactMap { $0 }).count < all.count)
        }

        @Test("a writer that does not end is waited for, and then the window is held", arguments: [true, false])
        func held(wal: Bool) throws {
            let database = make(wal: wal)
            database.run("INSERT INTO t (at) VALUES ('2024-01-01 00:00:00')")
            let question = WindowQuestion(object: .table("t"), columns: ["at"], timezone: "UTC")
            database.run("BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES")
            let began = MonotonicNow.seconds
            let fault = #expect(throws: SQLiteFault.self) {
                try freeze(source, question, terms: WindowTerms(waitSeconds: 0.3))
            }
            #expect(fault?.kind == .transient)
            #expect(MonotonicNow.seconds - began >= 0.3 && MonotonicNow.seconds - began < 10)
            var later = question
            later.low = WatermarkText(value: "2024-01-02 00:00:00", type: "text timestamp")
            let moment = try freeze(source, later, terms: WindowTerms(waitSeconds: 0.1))
            #expect(moment.high == later.low)
            #expect(moment.warnings.first?.hasPrefix("held: ") == true)
            let settled = try freeze(
                source, question, terms: WindowTerms(settleSeconds: 3600, waitSeconds: 0.1, onBlocked: .settle))
            #expect(try #require(settled.high?.value) < database.text("SELECT datetime('now', '-59 minutes')"))
            #expect(settled.notes.contains { $0.hasPrefix("rows newer than ") })
            database.run("COMMIT")
            let free = try freeze(source, question)
            #expect(free.warnings == [] && free.notes == [])
            #expect(try #require(free.high?.value) > database.text("SELECT datetime('now', '-1 minutes')"))
        }

        @Test("a writer that commits in time is waited for")
        func waited() throws {
            let database = make(wal: true)
            database.run("INSERT INTO t DEFAULT VALUES; BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES")
            let thread = Writers.detached {
                usleep(300_000)
                database.run("COMMIT")
            }
            let moment = try freeze(source, WindowQuestion(object: .table("t"), columns: ["id"]))
            pthread_join(thread, nil)
            #expect(moment.high?.value == "2")
        }

        @Test("nothing is written: no byte of the file, no file beside it", arguments: [true, false])
        func untouched(wal: Bool) throws {
            let database = make(wal: wal)
            database.run("INSERT INTO t DEFAULT VALUES")
            func files() -> [[UInt8]?] { ["a.db", "a.db-wal", "a.db-journal"].map(folder.bytes) }
            let before = files()
            let question = WindowQuestion(object: .table("t"), columns: ["at"])
            _ = try freeze(source, question)
            // What stands in the -wal file stays there.
            #expect(files() == before)
            database.close()
            let alone = folder.bytes(of: "a.db")
            _ = try freeze(source, question)
            #expect(folder.bytes(of: "a.db") == alone)
            #expect(folder.bytes(of: "a.db-wal")?.isEmpty ?? true)
            #expect(Database.live.load(ordering: .relaxed) == 0)
        }

        @Test(
            "a file that may not be written is read with settle, and says so",
            .enabled(if: getuid() != 0, "root may write")
        )
        func readOnly() throws {
            make(wal: false).run("INSERT INTO t (at) VALUES ('2024-01-01 00:00:00')")
            chmod(path, 0o444)
            let moment = try freeze(source, WindowQuestion(object: .table("t"), columns: ["at"]))
            #expect(moment.notes.contains { $0.contains("may not be locked by this user") })
            #expect(moment.notes.contains { $0.hasPrefix("rows newer than ") })
        }

        @Test("reads of one source share its connections")
        func connections() throws {
            make(wal: true).run("INSERT INTO t DEFAULT VALUES")
            let source = SQLiteSource(path: path, maximumConnections: 1)
            let request = ReadRequest(object: .table("t"))
            let first = try source.open(request, stop: StopSignal())
            let stop = StopSignal()
            let began = MonotonicNow.seconds
            let thread = Writers.detached {
                usleep(200_000)
                first.close()
            }
            let second = try source.open(request, stop: stop)
            #expect(MonotonicNow.seconds - began > 0.15)
            pthread_join(thread, nil)
            stop.raise(.interrupt)
            let fault = #expect(throws: SQLiteFault.self) { try source.open(request, stop: stop) }
            #expect(fault?.kind == .cancelled)
            second.close()
        }
    }
}

/// Threads that write rows in transactions of random length, which take their times at their beginning and commit late.
final class Writers: Sendable {
    private let path: String
    private let isOver = Atomic<Bool>(false)

    init(path: String) { self.path = path }

    func stop() { isOver.store(true, ordering: .relaxed) }

    func start(_ seed: UInt64) -> pthread_t {
        Self.detached { [self] in
            let database = WritableDatabase(path)
            var random = SeededRandom(seed)
            while !isOver.load(ordering: .relaxed) {
                database.run("BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES")
                usleep(UInt32.random(in: 0...30_000, using: &random))
                database.run("INSERT INTO t DEFAULT VALUES; COMMIT")
                usleep(UInt32.random(in: 0...30_000, using: &random))
            }
        }
    }

    static func detached(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        return thread
    }
}
