import Ports
import Testing

@testable import PostgresSource

/// Where windows end when nothing is open.
extension LiveTests {
    @Suite("Windows end") struct LiveWindowEndTests {
        static func seconds(_ moment: WindowMoment) -> Double {
            DatabaseMoment.seconds(from: moment.high?.value ?? "", to: moment.clock ?? "")
        }

        @Test func endsTimesASecondAgo() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_end;
                CREATE TABLE win_end (id int, tz timestamptz, tz3 timestamptz(3), ts0 timestamp(0), nn timestamptz NOT NULL);
                INSERT INTO win_end SELECT i, at, at, at, at FROM (SELECT now() + interval '1 min' AS at) a, (VALUES (1), (4)) b (i);
                INSERT INTO win_end VALUES (2, NULL, NULL, NULL, 'infinity'),
                 (3, 'infinity', now() + interval '1 hour', NULL, now() + interval '1 min')
                """)
            try LiveServer.run("UPDATE win_end SET nn = now() - interval '1 min' WHERE id IN (1, 4)")
            let questions = ["tz", "tz3", "ts0", "nn"].map { LiveWindows.question("win_end", $0) }
            let answers = try LiveWindows.source().freeze(questions, terms: WindowTerms(), stop: StopSignal())
                .map { try $0.get() }
            #expect(
                answers.map(\.high?.type) == ["timestamptz(6)", "timestamptz(3)", "timestamp(0)", "timestamptz(6)"])
            #expect(
                answers.map(\.sort) == [
                    .time(digits: 6, zone: true), .time(digits: 3, zone: true), .time(digits: 0, zone: false),
                    .time(digits: 6, zone: true),
                ])
            #expect(answers.allSatisfy { $0.ends == .low && $0.finalBelow == nil && $0.order == nil })
            // All of the first rows are younger than that.
            #expect(answers.map(\.beyond) == [3, 3, 2, 2])
            #expect(answers.map(\.nulls) == [1, 1, 2, nil])
            for answer in answers where answer.high?.type == "timestamptz(6)" {
                #expect(Self.seconds(answer) >= 1 && Self.seconds(answer) < 1.2)
            }
            let digits = answers[1].high?.value.split(separator: ".").last?.prefix { $0.isNumber }.count ?? 9
            #expect(digits <= 3 && answers[2].high?.value.contains(".") == false)
            #expect(answers.allSatisfy { $0.warnings.isEmpty && $0.notes.isEmpty })
        }

        @Test func endsNumbersAndTextsAtTheGreatest() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_greatest;
                CREATE TABLE win_greatest (i int, n numeric, m numeric(8,3), t text COLLATE "C", v varchar(9), e bigint);
                INSERT INTO win_greatest VALUES (5, 'NaN', 1.5, 'b', 'x', NULL), (7, 12345678901234567890.5, 2, 'Z', 'y', NULL),
                 (NULL, NULL, NULL, 'a', NULL, NULL);
                INSERT INTO win_greatest (n) VALUES ('Infinity')
                """)
            func high(_ column: String, low: String? = nil) throws -> WindowMoment {
                try LiveWindows.freeze(LiveWindows.question("win_greatest", column, low: low))
            }
            #expect(try high("i").high == WatermarkText(value: "7", type: "integer"))
            #expect(try high("i").nulls == 2 && high("i").beyond == 0 && high("i").ends == .high)
            // Nothing could follow on NaN or infinity.
            #expect(try high("n").high == WatermarkText(value: "12345678901234567890.5", type: "numeric"))
            #expect(try high("n").beyond == 2)
            #expect(try high("m").high == WatermarkText(value: "2.000", type: "numeric"))
            #expect(try high("m").sort == .decimal(scale: 3))
            #expect(try high("e").high == nil)
            // In the column's own order: capitals come first.
            #expect(try high("t", low: "Z").high?.value == "b" && high("t", low: "Z").order == .above)
            #expect(try high("t", low: "b").order == .same && high("t", low: "c").order == .below)
            #expect(try high("v", low: "x").order == .above && high("v").order == nil)
            let query = WindowQuestion(
                object: .query("select i from win_greatest where i > {watermark_from} and i <= {watermark_to}"),
                filter: "i < 7", columns: ["i"])
            #expect(try LiveWindows.freeze(query).high?.value == "5")
            let hidden = WindowQuestion(object: .query("select 1 as a where 3 > {watermark_from}"), columns: ["i"])
            let fault = #expect(throws: PostgresFault.self) { try LiveWindows.freeze(hidden) }
            #expect(fault?.kind == .configuration && fault?.remedy?.contains("Add the column") == true)
        }

        /// One question that cannot be answered says so; the others are.
        @Test func answersEachQuestion() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_each, win_closed; CREATE TABLE win_each (u uuid, c timestamptz);
                CREATE TABLE win_closed (c timestamptz); DROP ROLE IF EXISTS win_outsider;
                CREATE ROLE win_outsider LOGIN PASSWORD 'pw'; GRANT SELECT ON win_each TO win_outsider
                """)
            let tables = ["win_each", "win_missing", "win_each", "win_closed", "win_each"]
            let questions = zip(tables, ["c", "c", "u", "c", "d"]).map { LiveWindows.question($0, $1) }
            let answers = try LiveWindows.source("win_outsider").freeze(
                questions, terms: WindowTerms(), stop: StopSignal())
            let faults = answers.map { answer -> PostgresFault? in
                if case .failure(let fault) = answer { fault as? PostgresFault } else { nil }
            }
            #expect(faults[0] == nil && faults[1]?.kind == .configuration && faults[2]?.kind == .configuration)
            #expect(faults[3]?.sqlstate == "42501" && faults[3]?.remedy?.contains("GRANT SELECT") == true)
            #expect(faults[4]?.message.contains("no column 'd'") == true)
        }

        struct Clock: Sendable, CustomTestStringConvertible {
            var zone: String
            var isNamed: Bool
            var instant: String
            var high: String
            var final: String?
            var testDescription: String { "\(instant) \(zone)" }
        }

        static let clocks = [
            // Named: in autumn 03:00 becomes 02:00 at 01:00Z, and the end stands still until that hour is over.
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-07-01 10:00:00Z", high: "2026-07-01 12:00:00"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-10-24 23:59:59Z", high: "2026-10-25 01:59:59"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-10-25 00:00:01Z", high: "2026-10-25 02:00:00"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-10-25 00:59:59.5Z", high: "2026-10-25 02:00:00"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-10-25 01:00:00Z", high: "2026-10-25 02:00:00"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-10-25 01:30:00Z", high: "2026-10-25 02:30:00"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-03-29 00:59:59Z", high: "2026-03-29 01:59:59"),
            Clock(zone: "Europe/Berlin", isNamed: true, instant: "2026-03-29 01:00:00Z", high: "2026-03-29 03:00:00"),
            // Half an hour.
            Clock(
                zone: "Australia/Lord_Howe", isNamed: true, instant: "2026-04-04 14:45:00Z", high: "2026-04-05 01:30:00"
            ),
            // Not named: the lower of the server's clock and UTC. East of it that is UTC, which never goes back.
            Clock(zone: "Europe/Berlin", isNamed: false, instant: "2026-10-25 00:30:00Z", high: "2026-10-25 00:30:00"),
            Clock(zone: "Asia/Kolkata", isNamed: false, instant: "2026-10-25 00:30:00Z", high: "2026-10-25 00:30:00"),
            // West of it the server's own, of which the last hour is shown again.
            Clock(
                zone: "America/New_York", isNamed: false, instant: "2026-07-01 10:00:00Z", high: "2026-07-01 06:00:00"),
            Clock(
                zone: "America/New_York", isNamed: false, instant: "2026-11-01 05:30:00Z", high: "2026-11-01 01:30:00",
                final: "2026-11-01 01:00:00"),
            Clock(
                zone: "America/New_York", isNamed: false, instant: "2026-11-01 06:30:00Z", high: "2026-11-01 01:30:00"),
            Clock(
                zone: "America/Phoenix", isNamed: false, instant: "2026-11-01 05:30:00Z", high: "2026-10-31 22:30:00"),
        ]

        static func end(_ type: UInt32, _ clock: Clock, now: String? = nil, openDays: Int = 2) throws
            -> WindowEnd.Readings
        {
            let connection = try LiveServer.connect()
            defer { connection.close() }
            _ = try connection.execute("SET TimeZone = 'UTC'", doing: "a test")
            let moment = DatabaseMoment(
                clock: now ?? clock.instant, settled: clock.instant, isStandby: false, serverStart: "",
                zone: clock.isNamed ? "UTC" : clock.zone)
            return try WindowEnd(
                connection: connection, moment: moment, type: try #require(WatermarkType(oid: type, modifier: -1)),
                timezone: clock.isNamed ? clock.zone : nil, openDays: openDays
            ).readings(of: clock.instant)
        }

        @Test(arguments: clocks) func readsClocks(_ clock: Clock) throws {
            #expect(try Self.end(1114, clock) == WindowEnd.Readings(high: clock.high, finalBelow: clock.final))
        }

        @Test func keepsDaysOpen() throws {
            let clock = Clock(zone: "America/New_York", isNamed: true, instant: "2026-07-02 03:00:00Z", high: "")
            typealias Readings = WindowEnd.Readings
            #expect(try Self.end(1082, clock) == Readings(high: "2026-07-02", finalBelow: "2026-06-30"))
            #expect(try Self.end(1082, clock, openDays: 1) == Readings(high: "2026-07-02", finalBelow: "2026-07-01"))
            #expect(try Self.end(1082, clock, openDays: 0) == Readings(high: "2026-07-01", finalBelow: nil))
            // What has been open for two days may still write that day's date; today is read all the same.
            #expect(
                try Self.end(1082, clock, now: "2026-07-04 10:00:00Z")
                    == Readings(high: "2026-07-05", finalBelow: "2026-06-30"))
            let west = Clock(zone: "Asia/Tokyo", isNamed: false, instant: "2026-07-01 20:00:00Z", high: "")
            #expect(try Self.end(1082, west, openDays: 0) == Readings(high: "2026-07-01", finalBelow: nil))
        }

        @Test func namesAZoneThatIsNone() throws {
            try LiveWindows.prepare("DROP TABLE IF EXISTS win_zone; CREATE TABLE win_zone (c timestamp)")
            let fault = #expect(throws: PostgresFault.self) {
                try LiveWindows.freeze(LiveWindows.question("win_zone", "c", timezone: "Europe/Brelin"))
            }
            #expect(fault?.kind == .configuration && fault?.message.contains("Europe/Brelin") == true)
        }

        /// Rows from a writer whose clock is ahead of the database's, as in a zone east of it.
        @Test func tellsOfTimesInAnotherZone() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_ahead; CREATE TABLE win_ahead (c timestamp);
                INSERT INTO win_ahead VALUES (now() AT TIME ZONE 'UTC' + interval '2 hours'), ('infinity'), (NULL)
                """)
            let moment = try LiveWindows.freeze(LiveWindows.question("win_ahead", "c"))
            #expect(moment.warnings.count == 1 && moment.warnings[0].contains("watermark_timezone"))
            #expect(moment.beyond == 2 && moment.nulls == 1)
            try LiveWindows.prepare("DELETE FROM win_ahead WHERE c < 'infinity'")
            #expect(try LiveWindows.freeze(LiveWindows.question("win_ahead", "c")).warnings.isEmpty)
        }
    }
}
