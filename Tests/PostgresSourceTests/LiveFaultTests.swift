import Columnar
import Glibc
import Ports
import Testing

@testable import PostgresSource

extension LiveTests {
    @Suite("Faults of a server") struct LiveFaultTests {
        static let endless = "select generate_series(1, 100000000) as i, repeat('x', 1000) as v"

        /// Backends of ours by application_name, as the server sees them.
        static func backends(_ application: String) throws -> [(pid: Int32, state: String, query: String)] {
            let connection = try LiveServer.connect()
            defer { connection.close() }
            return try connection.execute(
                "SELECT pid, state, query FROM pg_stat_activity WHERE application_name = \(SQLText.literal(application)) ORDER BY pid",
                doing: "a test"
            ).table.map { (Int32($0[0]!)!, $0[1] ?? "", $0[2] ?? "") }
        }

        static func waitUntilGone(_ application: String) throws -> Bool {
            for _ in 0..<100 {
                if try backends(application).isEmpty { return true }
                usleep(50_000)
            }
            return false
        }

        /// Reads batches until it fails.
        static func drain(_ reader: any UnitReader, _ read: any OpenRead, onBatch: (Int) throws -> Void = { _ in })
            throws
        {
            let batch = Batch(schema: read.schema, limit: BatchLimit(rows: 1024, bytes: 1 << 20))
            var batches = 0
            while try reader.fill(batch) == .batchFull {
                batches += 1
                batch.reset()
                try onBatch(batches)
            }
        }

        @Test func namesTheMissingGrant() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS pg_fault_secret; CREATE TABLE pg_fault_secret (i int);
                DO $$ BEGIN CREATE ROLE fault_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
                REVOKE ALL ON pg_fault_secret FROM PUBLIC
                """)
            let settings = try LiveServer.settings(["user": "fault_reader", "password": "pw"])
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.open(ReadRequest(object: .table("pg_fault_secret")), settings: settings)
            }
            #expect(fault?.sqlstate == "42501" && fault?.kind == .permanent)
            #expect(
                fault?.remedy?.contains("GRANT SELECT ON \"public\".\"pg_fault_secret\" TO \"fault_reader\"") == true)
        }

        @Test func refusesAWrongPassword() throws {
            let settings = try LiveServer.settings(["password": "wrong-s3cret"])
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.open(ReadRequest(object: .query("select 1 a")), settings: settings)
            }
            #expect(fault?.kind == .configuration && fault?.sqlstate == "28P01")
            #expect(fault?.description.contains("wrong-s3cret") == false)
        }

        @Test func refusesUnknownDatabasesHostsAndTLS() throws {
            let request = ReadRequest(object: .query("select 1 a"))
            let database = #expect(throws: PostgresFault.self) {
                try LiveServer.open(request, settings: LiveServer.settings(["dbname": "no_such_database"]))
            }
            #expect(database?.kind == .configuration && database?.sqlstate == "3D000")
            let host = #expect(throws: PostgresFault.self) {
                try LiveServer.open(request, settings: LiveServer.settings(["host": "127.0.0.1", "port": "1"]))
            }
            #expect(host?.kind == .transient && host?.reason == .connection)
            let tls = #expect(throws: PostgresFault.self) {
                try LiveServer.open(request, settings: LiveServer.settings(["sslmode": "require"]))
            }
            #expect(tls?.kind == .configuration, "\(tls as Any)")
        }

        /// A listener that never answers.
        static func silentListener() -> (descriptor: Int32, port: UInt16) {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16 in
                    _ = Glibc.bind(listener, address, size)
                    _ = Glibc.listen(listener, 5)
                    _ = Glibc.getsockname(listener, address, &size)
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        UInt16(bigEndian: $0.pointee.sin_port)
                    }
                }
            }
            return (listener, port)
        }

        @Test func goesOnBehindASilentHost() throws {
            let (listener, port) = Self.silentListener()
            defer { _ = Glibc.close(listener) }
            let real = try LiveServer.settings()
            let settings = try LiveServer.settings([
                "host": "127.0.0.1,\(real["host"]!)", "port": "\(port),\(real["port"] ?? "5432")",
                "connect_timeout": "2",
                "sslmode": "disable",
            ])
            let connection = try Connection.connect(settings, stop: StopSignal())
            #expect(try connection.execute("SELECT 1", doing: "a test")[0, 0] == "1")
            connection.close()
        }

        /// The reader sits in poll: the server sends nothing.
        @Test func stopsWhileItWaits() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_wait"])
            let stop = StopSignal()
            let query = "select generate_series(1, 3) as i, pg_sleep(60)::text as v"
            let read = try LiveServer.open(ReadRequest(object: .query(query)), settings: settings, stop: stop)
            let reader = try read.makeReader()
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { argument in
                    usleep(300_000)
                    Unmanaged<StopSignal>.fromOpaque(argument!).takeRetainedValue().raise(.terminate)
                    return nil
                }, Unmanaged.passRetained(stop).toOpaque())
            pthread_detach(thread)
            let start = MonotonicClock.now
            let fault = #expect(throws: PostgresFault.self) {
                try reader.begin(read.units[0])
                try Self.drain(reader, read)
            }
            #expect(fault?.kind == .cancelled && MonotonicClock.now - start < 5)
            reader.close()
            read.close()
            #expect(try Self.waitUntilGone("pg_fault_wait"))
        }

        private final class Closer: Sendable {
            let read: any OpenRead
            init(_ read: any OpenRead) { self.read = read }
        }

        /// Closed by another thread: the statement ends at once, and as a cancellation.
        @Test func endsWhenTheReadIsClosed() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_closed"])
            let query = "select generate_series(1, 3) as i, pg_sleep(60)::text as v"
            let read = try LiveServer.open(ReadRequest(object: .query(query)), settings: settings)
            let reader = try read.makeReader()
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { argument in
                    usleep(300_000)
                    Unmanaged<Closer>.fromOpaque(argument!).takeRetainedValue().read.close()
                    return nil
                }, Unmanaged.passRetained(Closer(read)).toOpaque())
            let fault = #expect(throws: PostgresFault.self) {
                try reader.begin(read.units[0])
                try Self.drain(reader, read)
            }
            pthread_join(thread, nil)
            #expect(fault?.kind == .cancelled, "\(fault as Any)")
            reader.close()
            #expect(try Self.waitUntilGone("pg_fault_closed"))
        }

        /// Somebody queued for an exclusive lock behind us: a reader that came later would wait for him, and he for us.
        @Test func doesNotWaitForWhoWaitsForUs() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS fault_queue;
                CREATE TABLE fault_queue AS SELECT i, repeat('x', 2000) AS v FROM generate_series(1, 10000) i
                """)
            let read = try LiveServer.open(
                ReadRequest(object: .table("fault_queue"), columns: ["i"], parallelism: .connections(2)))
            let first = try read.makeReader()
            let second = try read.makeReader()
            defer { second.close() }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { _ in
                    try? LiveServer.run("SET lock_timeout = '30s'; TRUNCATE fault_queue")
                    return nil
                }, nil)
            defer {
                read.close()
                pthread_join(thread, nil)
            }
            let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'fault_queue'::regclass"
            let isIdle = { try LiveServer.rows(ReadRequest(object: .query(waiting)))[0][0] == "0" }
            for _ in 0..<500 where try isIdle() { usleep(20_000) }
            // The reader that was there from the start is not disturbed.
            try first.begin(read.units[0])
            try Self.drain(first, read)
            first.close()
            let fault = #expect(throws: PostgresFault.self) { try read.makeReader() }
            #expect(fault?.sqlstate == "55P03" && fault?.kind == .transient)
        }

        @Test func givesUpOnASilentHost() throws {
            let (listener, port) = Self.silentListener()
            defer { _ = Glibc.close(listener) }
            let settings = try ConnectionSettings(
                "host=127.0.0.1 port=\(port) user=x dbname=x connect_timeout=2 sslmode=disable")
            let start = MonotonicClock.now
            let fault = #expect(throws: PostgresFault.self) { try Connection.connect(settings, stop: StopSignal()) }
            #expect(fault?.kind == .transient && fault?.message.contains("longer than 2 s") == true)
            #expect(MonotonicClock.now - start < 4)
            let stop = StopSignal()
            stop.raise(.interrupt)
            let stopped = #expect(throws: PostgresFault.self) { try Connection.connect(settings, stop: stop) }
            #expect(stopped?.kind == .cancelled)
        }

        @Test func noticesALostReader() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_reader"])
            let read = try LiveServer.open(ReadRequest(object: .query(Self.endless)), settings: settings)
            let reader = try read.makeReader()
            try reader.begin(read.units[0])
            let fault = #expect(throws: PostgresFault.self) {
                try Self.drain(reader, read) { batches in
                    guard batches == 3 else { return }
                    let copying = try Self.backends("pg_fault_reader").filter { $0.query.hasPrefix("COPY") }
                    try LiveServer.run("SELECT pg_terminate_backend(\(copying[0].pid))")
                }
            }
            #expect(fault?.kind == .transient, "\(fault as Any)")
            reader.close()
            // The exporter lives: another reader stands in the same snapshot.
            try read.confirm()
            let second = try read.makeReader()
            try second.begin(read.units[0])
            second.close()
            read.close()
            #expect(try Self.waitUntilGone("pg_fault_reader"))
        }

        @Test func noticesALostExporter() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_exporter"])
            // Too much for the exporter to read by itself, as far as the server knows.
            let query = "select i as a, repeat('x', 9) as v from generate_series(1, 3000000) i where i < 2"
            let read = try LiveServer.open(ReadRequest(object: .query(query)), settings: settings)
            defer { read.close() }
            // The oldest of ours is the exporter.
            let first = try Self.backends("pg_fault_exporter").first { !$0.query.contains("lock_timeout") }
            try LiveServer.run("SELECT pg_terminate_backend(\(first!.pid))")
            #expect(try LiveServer.rows(of: read) == [["1", "xxxxxxxxx"]])
            let fault = #expect(throws: PostgresFault.self) { try read.confirm() }
            #expect(fault?.reason == .snapshotLost && fault?.kind == .transient)
            let late = #expect(throws: PostgresFault.self) { try read.makeReader() }
            #expect(late?.reason == .snapshotLost, "\(late as Any)")
        }

        @Test func noticesAStall() throws {
            var settings = try LiveServer.settings(["application_name": "pg_fault_stall"])
            settings.stallTimeout = 1
            let read = try LiveServer.open(ReadRequest(object: .query(Self.endless)), settings: settings)
            defer { read.close() }
            let reader = try read.makeReader()
            defer { reader.close() }
            try reader.begin(read.units[0])
            let pid = try Self.backends("pg_fault_stall").first { $0.query.hasPrefix("COPY") }!.pid
            #expect(kill(pid, SIGSTOP) == 0, "the server must run on this machine, and we must be allowed to stop it")
            let resume = Resume(pid: pid)
            let fault = #expect(throws: PostgresFault.self) { try Self.drain(reader, read) }
            #expect(fault?.reason == .stalled && fault?.kind == .transient)
            resume.now()
        }

        private final class Resume {
            let pid: Int32
            init(pid: Int32) { self.pid = pid }
            func now() { kill(pid, SIGCONT) }
            deinit { now() }
        }

        @Test func leavesNothingRunningWhenStopped() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_stop"])
            let stop = StopSignal()
            let read = try LiveServer.open(ReadRequest(object: .query(Self.endless)), settings: settings, stop: stop)
            let reader = try read.makeReader()
            try reader.begin(read.units[0])
            let fault = #expect(throws: PostgresFault.self) {
                try Self.drain(reader, read) { if $0 == 3 { stop.raise(.interrupt) } }
            }
            #expect(fault?.kind == .cancelled)
            reader.close()
            read.close()
            #expect(try Self.waitUntilGone("pg_fault_stop"))
        }

        @Test func leavesNothingRunningWhenClosed() throws {
            let settings = try LiveServer.settings(["application_name": "pg_fault_close"])
            // A statement that sends nothing for long: only a cancellation ends it.
            let read = try LiveServer.open(
                ReadRequest(object: .query("select i, pg_sleep(0.01)::text as v from generate_series(1, 100000) i")),
                settings: settings)
            let reader = try read.makeReader()
            try reader.begin(read.units[0])
            reader.close()
            read.close()
            read.close()
            #expect(try Self.waitUntilGone("pg_fault_close"))
        }

        @Test func givesBackEveryHandle() throws {
            let before = LiveHandles.counts
            _ = try? LiveServer.rows(ReadRequest(object: .table("no_such_table")))
            _ = try? LiveServer.rows(ReadRequest(object: .query("select 1/0 as x")))
            _ = try? LiveServer.rows(ReadRequest(object: .query("select date 'infinity' as x")))
            _ = try LiveServer.rows(ReadRequest(object: .query("select 1 as x")))
            _ = try? LiveServer.open(
                ReadRequest(object: .query("select 1 a")), settings: LiveServer.settings(["password": "no"]))
            let read = try LiveServer.open(ReadRequest(object: .query(Self.endless)))
            let reader = try read.makeReader()
            try reader.begin(read.units[0])
            _ = try reader.fill(Batch(schema: read.schema))
            reader.close()
            read.close()
            let after = LiveHandles.counts
            #expect(after.connections == before.connections && after.results == before.results)
        }
    }
}
