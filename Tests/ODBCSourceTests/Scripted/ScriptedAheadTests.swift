import CODBC
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: the next result while rows of one are fetched", .timeLimit(.minutes(1)))
struct ScriptedAheadTests {
    /// A read of parts whose rows are `rows`; `more` is played with the second part, and `first` before it.
    private final class Read {
        let database: ScriptedDatabase
        let connection: ODBCConnection
        let order: UnitStatements
        private(set) var fetcher: RowFetcher!
        var queue: FetchQueue!

        init(
            _ rows: [[Int]] = [[1, 2], [3], [4, 5]], first: String = "", second more: String = "execute hang 1"
        ) throws {
            database = ScriptedDatabase(
                first
                    + rows.enumerated().map { part, values in
                        "statement 'FROM part\(part)'\n affected \(values.count)\n column n INTEGER size=10\n"
                            + values.map { " row \($0)\n" }.joined() + (part == 1 ? " \(more)\n" : "")
                    }.joined())
            let connection = try database.connect()
            self.connection = connection
            let statement = try connection.makeStatement()
            let units = rows.indices.map {
                ReadPlan.Unit(label: "part \($0)", sql: "SELECT n FROM part\($0)", parameters: [])
            }
            let columns = try connection.call("looking") { () throws(ODBCFault) in
                try statement.executeDirectly(units[0].sql, doing: "looking")
                return try statement.describe(doing: "looking")
            }
            let mappings = columns.map { ColumnMapping($0, choices: TypeChoices(), quirks: connection.quirks) }
            let order = UnitStatements(units: units, mappings: mappings, quirks: connection.quirks)
            self.order = order
            let bindings = try connection.call("beginning") { () throws(ODBCFault) in
                try order.begin(0, on: statement)
            }
            let plan = FetchPlan(
                bindings, getData: connection.identity.getData, quirks: connection.quirks, options: connection.options)
            let ahead = try ResultAhead(order, spare: try connection.makeStatement())
            fetcher = RowFetcher(statement, ahead: ahead, plan: plan, names: ["n"])
            queue = FetchQueue(fetcher, on: connection, order: order)
            fetcher.restart(0, doing: "reading part 0")
        }

        /// The rows of a unit that has begun.
        func rest() throws -> [Int32] {
            var values: [Int32] = []
            while true {
                let rowset = try queue.take("reading")
                let cells = rowset.columns[0].slots
                for row in 0..<rowset.rowCount { values.append(cells.load(fromByteOffset: row * 4, as: Int32.self)) }
                let isLast = rowset.isLast
                queue.giveBack(rowset)
                try queue.fetchAhead()
                if isLast { return values }
            }
        }

        /// Whatever comes next in the order.
        func begin(_ part: Int) throws {
            try queue.drain("reading")
            let (fetcher, order) = (fetcher!, order)
            _ = try connection.call("beginning") { () throws(ODBCFault) in try fetcher.begin(part, of: order) }
            fetcher.restart(part, doing: "reading part \(part)")
        }

        func close() {
            _ = queue.abandon()
            if let fetcher { connection.submitCleanUp { fetcher.close() } }
            (queue, fetcher) = (nil, nil)
            connection.close()
        }
    }

    @Test("runs beside the fetches, and all parts come in their order")
    func runsBeside() throws {
        let read = try Read()
        #expect(!read.fetcher.isAheadUnderWay)
        let first = try read.queue.take("reading")
        #expect(first.rowCount == 2 && read.fetcher.isAheadUnderWay, "nothing runs beside the fetch")
        read.queue.giveBack(first)
        #expect(try read.rest() == [] && read.rest() == [3] && read.rest() == [4, 5])
        #expect(!read.fetcher.isAheadUnderWay)
        read.close()
        // The first one was looked at.
        #expect(read.database.lines("sql").map { $0.suffix(5) } == ["part0", "part0", "part1", "part2"])
        #expect(read.database.lines("open").count { $0 == "statement" } == 2)
        read.database.expectCleanEnd()
    }

    private static let refusal = "execute error 42000 1 '[Any]No such thing'"

    @Test("what it is refused is told once the rows before it were read, by a statement that runs alone")
    func refused() throws {
        let read = try Read(second: Self.refusal)
        #expect(try read.rest() == [1, 2])
        let fault = #expect(throws: ODBCFault.self) { try read.rest() }
        #expect(fault?.message.contains("reading part 1: No such thing") == true, "\(fault?.message ?? "")")
        #expect(fault?.kind == .configuration)
        read.close()
        #expect(read.database.lines("sql").count { $0.hasSuffix("part1") } == 2)
        read.database.expectCleanEnd()
    }

    /// As MariaDB's driver does once another fetch has cleared the error: it says that all is well, and has no rows.
    @Test("a failure that nothing tells of loses no row", arguments: ["", "execute error 00000 0 '[Any]'", refusal])
    func untold(_ failure: String) throws {
        let read = try Read(
            first: "statement 'FROM part1' once\n affected 0\n column n INTEGER size=10\n \(failure)\n", second: "")
        #expect(try read.rest() == [1, 2] && read.rest() == [3] && read.rest() == [4, 5])
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("parts without rows")
    func empty() throws {
        let read = try Read([[], [], [1], [], [2], []], second: "")
        #expect(try (0..<6).map { _ in try read.rest() } == [[], [], [1], [], [2], []])
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("fewer rows than the driver has")
    func fewer() throws {
        let read = try Read(second: "affected 2")
        #expect(try read.rest() == [1, 2])
        let fault = #expect(throws: ODBCFault.self) { try read.rest() }
        #expect(fault?.message == "The driver has 2 rows and handed out 1 while reading part 1")
        #expect(fault?.kind == .transient)
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("a part that is not the next one waits for what runs, and is read by itself", arguments: [1, 2])
    func another(part: Int) throws {
        let read = try Read()
        read.queue.giveBack(try read.queue.take("reading"))
        try read.begin(part)
        #expect(try read.rest() == [[3], [4, 5]][part - 1])
        read.close()
        read.database.expectCleanEnd()
    }

    @Test("closed while it runs: every handle is given back")
    func closes() throws {
        let read = try Read()
        read.queue.giveBack(try read.queue.take("reading"))
        #expect(read.fetcher.isAheadUnderWay)
        read.close()
        read.database.expectCleanEnd()
    }
}
