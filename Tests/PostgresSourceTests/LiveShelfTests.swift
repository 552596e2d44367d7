import Columnar
import Glibc
import Ports
import Synchronization
import Testing

@testable import PostgresSource

/// Connections that several reads of one source share.
extension LiveTests {
    @Suite("Connections are shared") struct LiveShelfTests {
        static func source(_ application: String, most: Int) throws -> PostgresSource {
            PostgresSource(try LiveServer.settings(["application_name": application]), maximumConnections: most)
        }

        static func value(_ source: PostgresSource, _ query: String) throws -> String? {
            let read = try source.open(ReadRequest(object: .query(query)), stop: StopSignal())
            defer { read.close() }
            let rows = try LiveServer.rows(of: read)
            try read.confirm()
            return rows[0][0]
        }

        @Test func servesOneAfterTheOther() throws {
            let source = try Self.source("shelf_reuse", most: 4)
            let pid = try Self.value(source, "select pg_backend_pid() as pid")
            // A small read needs no second connection, and the next one takes the same.
            for _ in 0..<3 { #expect(try Self.value(source, "select pg_backend_pid() as pid") == pid) }
            #expect(source.shelf.counts == (0, 1))
            #expect(try source.freeze([], terms: WindowTerms(), stop: StopSignal()).isEmpty)
            #expect(throws: PostgresFault.self) { try Self.value(source, "select 1/0 as x") }
            #expect(throws: PostgresFault.self) { try Self.value(source, "select nothing from nowhere") }
            #expect(try Self.value(source, "select pg_backend_pid() as pid") == pid)
        }

        /// What a query does to its session is gone for the next one.
        @Test func forgetsWhatAQueryDid() throws {
            let source = try Self.source("shelf_forget", most: 1)
            let before = try Self.value(source, "select current_setting('work_mem') as v")
            _ = try Self.value(source, "select set_config('work_mem', '77MB', false) as v")
            _ = try Self.value(source, "select pg_advisory_lock(4711)::text as v")
            #expect(try Self.value(source, "select current_setting('work_mem') as v") == before)
            #expect(
                try Self.value(
                    source, "select count(*)::int as v from pg_locks where locktype = 'advisory' and objid = 4711")
                    == "0")
            #expect(try Self.value(source, "select count(*)::int as v from pg_prepared_statements") == "0")
        }

        @Test func replacesOneThatDied() throws {
            let source = try Self.source("shelf_dead", most: 2)
            let pid = try Self.value(source, "select pg_backend_pid() as pid")
            try LiveServer.run("SELECT pg_terminate_backend(\(pid!))")
            #expect(try LiveFaultTests.waitUntilGone("shelf_dead"))
            #expect(try Self.value(source, "select pg_backend_pid() as pid") != pid)
            #expect(source.shelf.counts == (0, 1))
        }

        private final class Crowd: Sendable {
            let source: PostgresSource
            let request: ReadRequest
            let rows = Atomic<Int>(0)
            let faults = Mutex<[String]>([])
            private let running: Atomic<Int>

            init(_ count: Int, _ source: PostgresSource, _ request: ReadRequest) {
                self.source = source
                self.request = request
                running = Atomic(count)
                for _ in 0..<count {
                    var thread = pthread_t()
                    pthread_create(
                        &thread, nil,
                        { argument in
                            Unmanaged<Crowd>.fromOpaque(argument!).takeRetainedValue().run()
                            return nil
                        }, Unmanaged.passRetained(self).toOpaque())
                    pthread_detach(thread)
                }
            }

            var isRunning: Bool { running.load(ordering: .acquiring) > 0 }

            private func run() {
                defer { running.subtract(1, ordering: .releasing) }
                do {
                    let read = try source.open(request, stop: StopSignal())
                    defer { read.close() }
                    rows.add(try LiveServer.rows(of: read).count, ordering: .relaxed)
                    // The units are read once more by another connection, as after a failure.
                    rows.add(try LiveServer.rows(of: read).count, ordering: .relaxed)
                    try read.confirm()
                } catch { faults.withLock { $0.append("\(error)") } }
            }
        }

        /// More reads than connections: none fails, none waits for ever, and the server never has more of us than allowed.
        @Test(arguments: [1, 2, 3]) func keepsToItsLimit(_ most: Int) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS shelf_big;
                CREATE TABLE shelf_big AS SELECT i, repeat('x', 2000) AS v FROM generate_series(1, 12000) i
                """)
            let application = "shelf_limit_\(most)"
            let source = try Self.source(application, most: most)
            for request in [
                ReadRequest(object: .table("shelf_big"), columns: ["i"], parallelism: .connections(2)),
                ReadRequest(object: .query("select 1 as i, pg_sleep(0.05)::text as v")),
            ] {
                let crowd = Crowd(8, source, request)
                var greatest = 0
                let deadline = MonotonicClock.now + 60
                while crowd.isRunning && MonotonicClock.now < deadline {
                    greatest = max(greatest, try LiveFaultTests.backends(application).count)
                    usleep(5000)
                }
                #expect(!crowd.isRunning && crowd.faults.withLock { $0 } == [])
                #expect(greatest <= most && greatest > 0, "\(greatest) connections")
                #expect(crowd.rows.load(ordering: .relaxed) == 16 * (request.columns == nil ? 1 : 12_000))
                #expect(source.shelf.counts.lent == 0)
            }
        }

        @Test func stopsWaiting() throws {
            let source = try Self.source("shelf_wait", most: 1)
            let read = try source.open(ReadRequest(object: .query("select 1 as a")), stop: StopSignal())
            let stop = StopSignal()
            let start = MonotonicClock.now
            stop.raise(.interrupt)
            let fault = #expect(throws: PostgresFault.self) {
                try source.open(ReadRequest(object: .query("select 1 as a")), stop: stop)
            }
            #expect(fault?.kind == .cancelled && MonotonicClock.now - start < 5)
            read.close()
            #expect(try Self.value(source, "select 2 as a") == "2")
        }

        /// The one connection of a small read broke: its moment is gone, and all is read again.
        @Test func tellsThatItsOnlyConnectionBroke() throws {
            let source = try Self.source("shelf_alone", most: 1)
            let read = try source.open(
                ReadRequest(object: .query("select 1 as a, pg_backend_pid() as pid")), stop: StopSignal())
            defer { read.close() }
            #expect(read.isSnapshot && read.parallelism == 1)
            let pid = try LiveServer.rows(of: read)[0][1]
            #expect(try read.count() == 1)
            let reader = try read.makeReader()
            try LiveServer.run("SELECT pg_terminate_backend(\(pid!))")
            let broken = #expect(throws: PostgresFault.self) { try reader.begin(read.units[0]) }
            #expect(broken?.kind == .transient)
            reader.close()
            let lost = #expect(throws: PostgresFault.self) { try read.makeReader() }
            #expect(lost?.reason == .snapshotLost && lost?.kind == .transient)
            let unconfirmed = #expect(throws: PostgresFault.self) { try read.confirm() }
            #expect(unconfirmed?.reason == .snapshotLost)
            #expect(source.shelf.counts.lent == 0)
        }
    }
}
