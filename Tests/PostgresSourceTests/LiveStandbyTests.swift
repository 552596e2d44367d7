import Glibc
import Ports
import Testing

@testable import PostgresSource

/// A standby shows nothing of what is open on its primary.
extension LiveTests {
    @Suite("On a standby", .enabled(if: LiveServer.standby != nil, "set INGEST_TEST_PG_STANDBY"))
    struct LiveStandbyTests {
        static func source() throws -> PostgresSource {
            PostgresSource(try ConnectionSettings(LiveServer.standby ?? ""), maximumConnections: 3)
        }

        /// Until the standby shows so many rows.
        static func wait(for rows: Int, in table: String, of source: PostgresSource) throws {
            for _ in 0..<200 {
                let read = try? source.open(
                    ReadRequest(object: .query("select count(*)::int as n from \(table)")), stop: StopSignal())
                defer { read?.close() }
                if let read, try LiveServer.rows(of: read)[0][0] == String(rows) { return }
                usleep(50_000)
            }
            Issue.record("the standby does not follow")
        }

        @Test func endsBeforeWhatWasReplayed() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS win_standby; CREATE TABLE win_standby (id int, c timestamptz);
                INSERT INTO win_standby VALUES (1, now() - interval '1 hour'), (2, now())
                """)
            let source = try Self.source()
            try Self.wait(for: 2, in: "win_standby", of: source)
            // Open there, and out of sight.
            let writer = try LiveServer.connect()
            defer { writer.close() }
            _ = try writer.execute("BEGIN; INSERT INTO win_standby VALUES (3, now())", doing: "a test")
            let terms = WindowTerms(settleSeconds: 60, settleIDsSeconds: 0.5)
            let start = MonotonicClock.now
            let answers = try source.freeze(
                [LiveWindows.question("win_standby", "c"), LiveWindows.question("win_standby", "id")], terms: terms,
                stop: StopSignal()
            ).map { try $0.get() }
            #expect(MonotonicClock.now - start >= 0.5)
            let lag = DatabaseMoment.seconds(from: answers[0].high?.value ?? "", to: answers[0].clock ?? "")
            #expect(lag >= 60 && lag < 120 && answers[0].beyond == 1)
            #expect(answers[1].high?.value == "2")
            let windows = ReadWindows(
                columns: ["c"], ends: .low,
                slices: [
                    .window(low: nil, high: answers[0].high?.value), .window(low: answers[0].high?.value, high: nil),
                ])
            for connections in [1, 2] {
                let read = try source.open(
                    ReadRequest(
                        object: .table("win_standby"), parallelism: .connections(connections), windows: windows),
                    stop: StopSignal())
                defer { read.close() }
                #expect(try LiveServer.rows(of: read).map { $0[0] } == ["1", "2"])
                #expect(try read.count() == 2)
            }
        }
    }
}
