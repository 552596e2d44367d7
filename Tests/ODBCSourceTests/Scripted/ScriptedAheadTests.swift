import Columnar
import Glibc
import Ports
import SQLDialects
import TestSupport
import Testing

@testable import ODBCSource

/// MariaDB's driver 3.1.15 reads three parts of a table through one connection.
@Suite("Scripted driver: the next result while rows of one are fetched", .timeLimit(.minutes(1)))
struct ScriptedAheadTests {
    private final class Read {
        let database: ScriptedDatabase
        let open: ODBCRead
        let reader: any UnitReader
        let batch: Batch

        /// `second` is played with the second part, `first` before all.
        init(
            _ rows: [[Int]] = [[1, 2], [3], [4, 5]], first: String = "", second: String = "execute hang 1",
            stop: StopSignal = StopSignal()
        ) throws {
            let parts = rows.enumerated().map { part, values in
                "statement 'FROM part\(part)'\n affected \(values.count)\n column n INTEGER size=10\n"
                    + values.map { " row \($0)\n" }.joined() + (part == 1 ? " \(second)\n" : "")
            }
            database = ScriptedDatabase(
                """
                info 6 'libmaodbc.so'
                info 7 '03.01.0015'
                info 17 'MariaDB'
                info 18 '10.11.19'
                statement 'CONNECTION_ID'
                  column id BIGINT size=20
                  row 42

                """ + first + parts.joined() + "otherwise ok\n")
            let session = try ODBCSession.open(
                database.target, type: .mariadb, options: ScriptedDatabase.options, stop: stop)
            let columns = try session.connection.describe("SELECT n FROM part0", doing: "describing")
            let mappings = columns.map {
                ColumnMapping($0, choices: TypeChoices(), quirks: session.connection.quirks)
            }
            let plan = ReadPlan(
                display: "parts", columns: columns.map { .init(described: $0, reading: .plain) },
                units: rows.indices.map {
                    .init(label: "part \($0)", sql: "SELECT n FROM part\($0)", parameters: [])
                },
                readers: 1, readsAhead: session.connection.quirks.fetchesBesideStatements, isOneMoment: true, notes: [])
            let schema = try Schema(mappings.map { Field($0.name, $0.type) })
            let lease = try #require(ConnectionSlots(1).take(upTo: 1, stop: stop))
            open = ODBCRead(
                source: ODBCSource(target: database.target, type: .mariadb, options: ScriptedDatabase.options),
                session: session, others: [], hasMoment: false, plan: plan, mappings: mappings, schema: schema,
                nullsUnfit: false, stop: stop, lease: lease, opened: 0)
            reader = try open.makeReader()
            batch = Batch(schema: schema)
        }

        func rows(of unit: Int) throws -> [String?] {
            try reader.begin(open.units[unit])
            var rows: [String?] = []
            while true {
                batch.reset()
                let state = try reader.fill(batch)
                rows += BatchText.rows(batch).map { $0[0] }
                if state != .batchFull { return rows }
            }
        }

        /// How often a part was asked for, apart from its description.
        func asked(for part: Int) -> Int {
            database.lines("sql").count { $0.hasSuffix("part\(part)") }
        }

        func close() {
            reader.close()
            open.close()
        }

        var isKilled: Bool {
            for _ in 0..<1000 where !database.lines("sql").contains("KILL QUERY 42") { usleep(5000) }
            return database.lines("sql").contains("KILL QUERY 42")
        }

        /// What happens once a part is asked for.
        func whenAsked(for part: Int) {
            for _ in 0..<1000 where asked(for: part) == 0 { usleep(5000) }
        }
    }

    /// More rows than all rowsets hold.
    private static let many = "statement 'FROM part0'\n affected 300000\n column n INTEGER size=10\n rows 300000 7\n"

    @Test("runs beside the fetches, and all parts come in their order")
    func runsBeside() throws {
        let read = try Read(first: Self.many, second: "")
        try read.reader.begin(read.open.units[0])
        #expect(try read.reader.fill(read.batch) == .batchFull)
        read.whenAsked(for: 1)
        #expect(read.asked(for: 1) == 1, "waits for the end of the part before")
        var count = read.batch.rowCount
        var state = FillState.batchFull
        while state == .batchFull {
            read.batch.reset()
            state = try read.reader.fill(read.batch)
            count += read.batch.rowCount
        }
        #expect(count == 300_000)
        #expect(try read.rows(of: 1) == ["3"] && read.rows(of: 2) == ["4", "5"])
        #expect([0, 1, 2].map { read.asked(for: $0) } == [1, 1, 1])
        read.close()
        read.database.expectCleanEnd()
    }

    private static let refusal = "execute error 42000 1064 '[Any]No such thing'"

    @Test("what it is refused is told once the rows before it were read")
    func refused() throws {
        let read = try Read(second: Self.refusal)
        #expect(try read.rows(of: 0) == ["1", "2"])
        let fault = #expect(throws: ODBCFault.self) { try read.rows(of: 1) }
        #expect(fault?.message.contains("reading part 1: No such thing") == true, "\(fault?.message ?? "")")
        #expect(fault?.kind == .configuration)
        // What a server refuses may have ended the transaction: it is not asked again.
        #expect(read.asked(for: 1) == 1)
        read.close()
        read.database.expectCleanEnd()
    }

    /// As MariaDB's driver does once a fetch has cleared the error: it says that all is well, and has no rows.
    @Test(
        "a failure that nothing tells of loses no row",
        arguments: ["affected 0\n column n INTEGER size=10", "execute error 00000 0 '[Any]'", "affected 0"])
    func untold(_ failure: String) throws {
        let read = try Read(first: "statement 'FROM part1' once\n \(failure)\n", second: "")
        #expect(try read.rows(of: 0) == ["1", "2"])
        let fault = #expect(throws: ODBCFault.self) { try read.rows(of: 1) }
        #expect(fault?.kind == .transient, "\(fault?.message ?? "")")
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("parts without rows are asked for once more")
    func empty() throws {
        let read = try Read([[], [], [1], [], [2], []], second: "")
        #expect(try (0..<6).map { try read.rows(of: $0) } == [[], [], ["1"], [], ["2"], []])
        #expect((0..<6).map { read.asked(for: $0) } == [1, 2, 1, 2, 1, 2])
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("fewer rows than the driver has")
    func fewer() throws {
        let read = try Read(second: "affected 2")
        #expect(try read.rows(of: 0) == ["1", "2"])
        let fault = #expect(throws: ODBCFault.self) { try read.rows(of: 1) }
        #expect(fault?.message == "The driver has 2 rows and handed out 1 while reading part 1")
        #expect(fault?.kind == .transient)
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("a part that is not the next one waits for what runs")
    func another() throws {
        let read = try Read()
        #expect(try read.rows(of: 0) == ["1", "2"])
        #expect(try read.rows(of: 2) == ["4", "5"])
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("closed while it runs and all rowsets are full: the server is told to stop it")
    func closes() throws {
        let read = try Read(first: Self.many, second: "execute hang 2")
        try read.reader.begin(read.open.units[0])
        _ = try read.reader.fill(read.batch)
        read.whenAsked(for: 1)
        usleep(300_000)
        read.close()
        #expect(read.isKilled)
        read.database.expectCleanEnd()
        #expect(read.asked(for: 2) == 0, "goes on although it was closed")
    }

    /// The connection is left behind; it is closed once the driver comes back, and not before its statement has ended.
    @Test("stopped while it runs, and the server does not stop", arguments: ["", "affected 0"])
    func leftBehind(_ result: String) throws {
        let stop = StopSignal()
        let read = try Read(second: "execute hang 3\n \(result)", stop: stop)
        let thread = Thread.after(0.5) { stop.raise(.interrupt) }
        let begin = SystemClock().seconds
        let fault = #expect(throws: ODBCFault.self) { try read.rows(of: 0) }
        #expect(fault?.kind == .cancelled)
        read.close()
        #expect(SystemClock().seconds - begin < 2.8, "waits for what does not stop")
        thread.join()
        #expect(read.isKilled)
        usleep(1_500_000)
        read.database.expectCleanEnd()
        #expect(read.asked(for: 1) == 1 && read.asked(for: 2) == 0, "goes on although it was stopped")
    }
}
