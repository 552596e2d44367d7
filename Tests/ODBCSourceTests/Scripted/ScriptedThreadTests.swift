import Glibc
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: threads and catalogs", .timeLimit(.minutes(1)))
struct ScriptedThreadTests {
    /// The driver tells when two threads are in it at once.
    @Test("a driver that is not thread-safe has one caller at a time", arguments: [true, false])
    func serialises(gated: Bool) throws {
        let database = ScriptedDatabase(
            "quirk not-thread-safe\nstatement 'FROM t'\n column n INTEGER size=10\n rows 60 $row")
        let connections = try (0..<3).map { _ in try database.connect() }
        if gated {
            for connection in connections { connection.thread.serialise(by: .of(driver: database.target.place)) }
        }
        let threads = connections.map { connection in
            Thread.after(0) {
                let rows = try? connection.rows("SELECT n FROM t", doing: "reading t")
                #expect(rows?.count == 60)
            }
        }
        for thread in threads { thread.join() }
        for connection in connections { connection.close() }
        if gated {
            database.expectCleanEnd()
        } else {
            #expect(database.lines("violation").contains { $0.contains("not thread-safe") })
        }
    }

    @Test("catalog functions are asked with their arguments")
    func catalog() throws {
        let database = ScriptedDatabase(
            """
            statement 'SQLTables('
              column TABLE_CAT WVARCHAR size=128
              column TABLE_SCHEM WVARCHAR size=128
              column TABLE_NAME WVARCHAR size=128
              column TABLE_TYPE VARCHAR size=32
              column REMARKS WVARCHAR size=254
              row 'lake', 'dbo', 'Größe', 'TABLE', NULL
            statement 'SQLColumns('
              execute error IM001 0 '[Any]Driver does not support this function'
            """)
        let connection = try database.connect()
        let rows = try connection.catalog(
            .tables(catalog: nil, schema: "dbo", table: "Größe", types: "TABLE,VIEW"), doing: "listing tables")
        #expect(rows == [["lake", "dbo", "Größe", "TABLE", nil]])
        let fault = #expect(throws: ODBCFault.self) {
            try connection.catalog(.columns(catalog: nil, schema: "dbo", table: "t"), doing: "asking for columns")
        }
        #expect(fault?.sqlstate == "IM001")
        connection.close()
        #expect(
            database.lines("sql") == [
                "SQLTables(NULL,'dbo','Größe','TABLE,VIEW')", "SQLColumns(NULL,'dbo','t',NULL)",
            ])
        database.expectCleanEnd()
    }
}
