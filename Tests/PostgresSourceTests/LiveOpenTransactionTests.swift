import Columnar
import Glibc
import Ports
import Testing

@testable import PostgresSource

/// What open transactions do to windows: each of the ways to meet them.
extension LiveTests {
    @Suite("Open transactions") struct LiveOpenTransactionTests {
        static func begin(_ table: String = "win_open") throws -> (Connection, start: String) {
            let writer = try LiveWindows.writer()
            let start = try writer.execute(
                "SET TimeZone = 'UTC'; BEGIN; INSERT INTO \(table) (c) VALUES (now()); SELECT now()", doing: "a test")[
                    0, 0]
            return (writer, start ?? "")
        }

        static func table() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_open; CREATE TABLE win_open (id bigserial, c timestamptz DEFAULT now());
                GRANT ALL ON SEQUENCE win_open_id_seq TO win_writer
                """)
        }

        static func isEarlier(_ one: String?, _ two: String?) -> Bool {
            DatabaseMoment.isEarlier(one ?? "", than: two ?? "")
        }

        @Test(arguments: ["c", "id"]) func waitsForWhoCommits(_ column: String) throws {
            try Self.table()
            let (writer, start) = try Self.begin()
            defer { writer.close() }
            try LiveServer.run("INSERT INTO win_open DEFAULT VALUES")
            let before = MonotonicClock.now
            let thread = LiveWindows.Later(writer, [(0.8, "COMMIT")]).start()
            let moment = try LiveWindows.freeze(LiveWindows.question("win_open", column))
            #expect(MonotonicClock.now - before > 0.5 && MonotonicClock.now - before < 10)
            pthread_join(thread, nil)
            // The end was fixed before the wait: one second before the clock, and the greatest that was there.
            if column == "c" {
                #expect(Self.isEarlier(moment.high?.value, start))
            } else {
                #expect(moment.high?.value == "2")
            }
            #expect(moment.notes.isEmpty && moment.warnings.isEmpty)
        }

        /// With the start in sight nothing is waited for: the window ends before it.
        @Test func endsBeforeWhatItSees() throws {
            try Self.table()
            let (writer, start) = try Self.begin()
            defer { writer.close() }
            usleep(1_500_000)
            let before = MonotonicClock.now
            let question = LiveWindows.question("win_open", "c")
            let moment = try LiveWindows.freeze(question, as: "win_monitor")
            #expect(MonotonicClock.now - before < 5)
            #expect(Self.isEarlier(moment.high?.value, start))
            #expect(DatabaseMoment.seconds(from: moment.high?.value ?? "", to: start) == 1)
            #expect(moment.notes.count == 1 && moment.notes[0].contains("of win_writer (ingest)"), "\(moment.notes)")
            #expect(moment.warnings.isEmpty && moment.beyond == 0)
            // Longer than is to be borne: a warning with the process and its age.
            let late = try LiveWindows.freeze(
                question, as: "win_monitor", terms: WindowTerms(waitSeconds: 0.2, longestLagSeconds: 1))
            #expect(
                late.warnings.count == 1 && late.warnings[0].contains("s. End them; on_blocked"), "\(late.warnings)")
        }

        /// Without it, after the wait: at the newest list that did not have the transaction, also one of another run.
        @Test(arguments: [false, true]) func holdsAtWhatIsOnRecord(_ fromText: Bool) throws {
            try Self.table()
            try LiveServer.run("INSERT INTO win_open SELECT i, now() - interval '1 h' FROM generate_series(1, 5) i")
            try LiveServer.run("SELECT setval('win_open_id_seq', 5)")
            let questions = [LiveWindows.question("win_open", "c"), LiveWindows.question("win_open", "id")]
            var source = try LiveWindows.source()
            let first = try source.freeze(questions, terms: LiveWindows.brief, stop: StopSignal()).map { try $0.get() }
            let (writer, start) = try Self.begin()
            defer { writer.close() }
            try LiveServer.run("INSERT INTO win_open DEFAULT VALUES")
            usleep(1_200_000)
            if fromText {
                let text = source.openTransactionMemory
                source = try LiveWindows.source()
                source.recall(openTransactions: "no memory at all")
                source.recall(openTransactions: text)
            }
            for _ in 0..<2 {
                let held = try source.freeze(questions, terms: LiveWindows.brief, stop: StopSignal()).map {
                    try $0.get()
                }
                #expect(held[0].high == first[0].high && Self.isEarlier(held[0].high?.value, start))
                #expect(held[1].high?.value == "5")
                #expect(held.allSatisfy { $0.notes.count == 1 && $0.warnings.isEmpty }, "\(held)")
                #expect(held[1].beyond == 1)
            }
            _ = try writer.execute("COMMIT", doing: "a test")
            let after = try source.freeze(questions, terms: LiveWindows.brief, stop: StopSignal()).map { try $0.get() }
            #expect(Self.isEarlier(start, after[0].high?.value) && after[1].high?.value == "7")
        }

        @Test func readsNothingWhereNothingIsKnown() throws {
            try Self.table()
            let (writer, start) = try Self.begin()
            defer { writer.close() }
            let low = "2026-01-01 00:00:00+00"
            let held = try LiveWindows.freeze(LiveWindows.question("win_open", "c", low: low), terms: LiveWindows.brief)
            #expect(held.high?.value == low && held.warnings.count == 1)
            let fault = #expect(throws: PostgresFault.self) {
                try LiveWindows.freeze(LiveWindows.question("win_open", "c"), terms: LiveWindows.brief)
            }
            #expect(fault?.kind == .transient && fault?.remedy?.contains("pg_read_all_stats") == true)
            // Or takes the risk.
            let risk = WindowTerms(settleSeconds: 0, waitSeconds: 0.2, onBlocked: .settle)
            let settled = try LiveWindows.freeze(LiveWindows.question("win_open", "c"), terms: risk)
            #expect(Self.isEarlier(start, settled.high?.value) && settled.notes.count == 1)
        }

        @Test func endsWhenItIsTold() throws {
            try Self.table()
            let (writer, _) = try Self.begin()
            defer { writer.close() }
            let stop = StopSignal()
            stop.raise(.interrupt)
            let fault = #expect(throws: PostgresFault.self) {
                try LiveWindows.source().freeze(
                    [LiveWindows.question("win_open", "c")], terms: WindowTerms(), stop: stop)
            }
            #expect(fault?.kind == .cancelled)
        }

        /// A PREPARE gives up the virtual number, and the transaction is open all the same.
        @Test(arguments: ["win_reader", "win_monitor"]) func waitsForPreparedOnes(_ user: String) throws {
            try Self.table()
            let low = "2026-01-01 00:00:00+00"
            let (writer, _) = try Self.begin()
            defer { writer.close() }
            let thread = LiveWindows.Later(
                writer, [(0.3, "PREPARE TRANSACTION 'win one'"), (1.7, "COMMIT PREPARED 'win one'")]
            ).start()
            if user == "win_monitor" { usleep(600_000) }
            let before = MonotonicClock.now
            let moment = try LiveWindows.freeze(LiveWindows.question("win_open", "c", low: low), as: user)
            #expect(MonotonicClock.now - before > 0.3 && moment.notes.isEmpty && moment.warnings.isEmpty)
            pthread_join(thread, nil)
            let (second, _) = try Self.begin()
            defer { second.close() }
            _ = try second.execute("PREPARE TRANSACTION 'win two'", doing: "a test")
            defer { try? LiveServer.run("ROLLBACK PREPARED 'win two'") }
            let held = try LiveWindows.freeze(
                LiveWindows.question("win_open", "c", low: low), as: user, terms: LiveWindows.brief)
            #expect(held.high?.value == low && held.warnings[0].contains("prepared transaction 'win two'"))
            #expect(held.warnings[0].contains("ROLLBACK PREPARED") && !held.warnings[0].contains("GRANT"))
        }

        /// Our own long reads, of this process or another one, write nothing; whoever calls itself as we do may.
        @Test func doesNotWaitForOurReads() throws {
            try Self.table()
            let endless = ReadRequest(object: .query(LiveFaultTests.endless))
            let other = try LiveWindows.source("win_writer")
            let read = try other.open(endless, stop: StopSignal())
            defer { read.close() }
            let reader = try read.makeReader()
            defer { reader.close() }
            try reader.begin(read.units[0])
            let catalog = try other.openCatalog(stop: StopSignal())
            defer { catalog.close() }
            for column in ["c", "id"] {
                let before = MonotonicClock.now
                let moment = try LiveWindows.freeze(LiveWindows.question("win_open", column))
                #expect(MonotonicClock.now - before < 5 && moment.notes.isEmpty && moment.warnings.isEmpty)
            }
            let impostor = try LiveServer.connect([
                "user": "win_writer", "password": "pw", "application_name": "win_test",
            ])
            defer { impostor.close() }
            _ = try impostor.execute("BEGIN", doing: "a test")
            let held = try LiveWindows.freeze(
                LiveWindows.question("win_open", "c", low: "2026-01-01 00:00:00+00"), terms: LiveWindows.brief)
            #expect(held.warnings.count == 1)
        }

        @Test func doesNotWaitForOtherDatabases() throws {
            try Self.table()
            try? LiveServer.run("CREATE DATABASE win_other")
            let other = try LiveServer.connect(["dbname": "win_other"])
            defer { other.close() }
            _ = try other.execute("BEGIN", doing: "a test")
            let before = MonotonicClock.now
            let moment = try LiveWindows.freeze(LiveWindows.question("win_open", "c"))
            #expect(MonotonicClock.now - before < 5 && moment.notes.isEmpty)
        }
    }
}
