import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: connections", .timeLimit(.minutes(1)))
struct ScriptedConnectionTests {
    @Test("small results come as text, whatever their types, and long ones in pieces")
    func readsText() throws {
        let database = ScriptedDatabase(
            """
            statement 'FROM t'
              column id INTEGER size=10 nullable=no
              column name WVARCHAR size=20
              column price DECIMAL size=10 digits=2
              column body WLONGVARCHAR size=0
              column at SS_TIMESTAMPOFFSET size=34 digits=7
              row 1, 'é😀', 12.50, repeat:5000:'añ😀', tz'2024-01-02 03:04:05.1234567 +05:30'
              row 2, NULL, NULL, '', NULL
            """)
        let connection = try database.connect()
        let rows = try connection.rows("SELECT * FROM t", doing: "reading t")
        connection.close()
        #expect(rows.count == 2)
        #expect(
            rows[0] == [
                "1", "é😀", "12.50", String(repeating: "añ😀", count: 5000), "2024-01-02 03:04:05.1234567 +05:30",
            ])
        #expect(rows[1] == ["2", nil, nil, "", nil])
        #expect(database.lines("sql") == ["SELECT * FROM t"])
        database.expectCleanEnd()
    }

    @Test("parameters arrive as text")
    func bindsParameters() throws {
        let database = ScriptedDatabase("statement 'WHERE a'\n column n INTEGER size=10\n row 7")
        let connection = try database.connect()
        let rows = try connection.rows(
            "SELECT n FROM t WHERE a = ? AND b = ?", parameters: ["é'x", ""], doing: "reading t")
        connection.close()
        #expect(rows == [["7"]])
        #expect(database.lines("sql") == ["SELECT n FROM t WHERE a = ? AND b = ? <- N'é'x', N''"])
        database.expectCleanEnd()
    }

    @Test("long text comes whole from a driver that does not say how long it is, or says it in units")
    func readsDishonestLengths() throws {
        for quirk in ["no-total", "truncated-indicator", "silent-truncation", "wide-indicator-units"] {
            let database = ScriptedDatabase(
                """
                quirk \(quirk)
                statement 'FROM t'
                  column body WLONGVARCHAR size=0
                  row repeat:3000:'abcdefgh'
                  row 'short'
                """)
            let connection = try database.connect()
            let rows = try connection.rows("SELECT body FROM t", doing: "reading t")
            connection.close()
            #expect(rows == [[String(repeating: "abcdefgh", count: 3000)], ["short"]], "\(quirk)")
            database.expectCleanEnd()
        }
    }

    @Test("a description keeps what the driver says")
    func describes() throws {
        let database = ScriptedDatabase(
            """
            statement 'FROM t'
              column 'Größe in ㎡' WVARCHAR size=0 type-name=nvarchar octets=0
              column n -155 size=34 digits=7 nullable=no type-name=datetimeoffset octets=20
              column u BIGINT size=20 unsigned=yes nullable=unknown type-name='bigint unsigned'
            """)
        let connection = try database.connect()
        let columns = try connection.describe("SELECT * FROM t", doing: "describing t")
        connection.close()
        #expect(columns.map(\.name) == ["Größe in ㎡", "n", "u"])
        #expect(columns.map(\.sqlType) == [-9, -155, -5])
        #expect(columns.map(\.size) == [0, 34, 20])
        #expect(columns.map(\.digits) == [0, 7, 0])
        #expect(columns.map(\.typeName) == ["nvarchar", "datetimeoffset", "bigint unsigned"])
        #expect(columns.map(\.isUnsigned) == [false, false, true])
        #expect(columns.map(\.isNullable) == [true, false, nil])
        database.expectCleanEnd()
    }

    @Test("a length of name that is not there is not believed")
    func describesNameThatIsNotThere() throws {
        let database = ScriptedDatabase("quirk name-too-long\nstatement 'FROM t'\n column abc INTEGER size=10")
        let connection = try database.connect()
        #expect(try connection.describe("SELECT * FROM t", doing: "describing t").map(\.name) == ["abc"])
        connection.close()
        database.expectCleanEnd()
    }

    @Test("more columns announced than there are is an error")
    func describesColumnsThatAreNotThere() throws {
        let database = ScriptedDatabase("quirk columns-lie 2\nstatement 'FROM t'\n column abc INTEGER size=10")
        let connection = try database.connect()
        #expect(throws: ODBCFault.self) { try connection.describe("SELECT * FROM t", doing: "describing t") }
        connection.close()
        database.expectCleanEnd()
    }

    @Test("the driver says who it is")
    func identifies() throws {
        let database = ScriptedDatabase.microsoft("")
        let connection = try database.connect()
        connection.close()
        #expect(connection.identity.driver == "libmsodbcsql-18.6.so.2.1")
        #expect(connection.identity.database == "Microsoft SQL Server")
        #expect(connection.quirks.product == .sqlServer)
        database.expectCleanEnd()
    }

    @Test("a driver that has no login timeout, and says something on connecting")
    func connectsWithWarnings() throws {
        let database = ScriptedDatabase.oracle(
            """
            refuse-attribute 103 HYC00 0 '[Oracle][ODBC]Optional feature not implemented.'
            refuse-attribute 0 HYC00 0 '[Oracle][ODBC]Optional feature not implemented.'
            connect warning 01000 5701 '[Any]Changed database context'
            statement 'FROM t'
              column n INTEGER size=10
              row 7
            """)
        var options = ScriptedDatabase.options
        options.querySeconds = 5
        let connection = try database.connect(options)
        #expect(try connection.rows("SELECT n FROM t", doing: "reading t") == [["7"]])
        connection.close()
        database.expectCleanEnd()
    }

    @Test("a transaction that is open when the connection is closed is rolled back")
    func closesWithinTransaction() throws {
        let database = ScriptedDatabase("otherwise ok")
        let connection = try database.connect()
        let handle = connection.handle
        #expect(try connection.call("switching") { () throws(ODBCFault) in handle.set(102, to: 0) })
        try connection.run("SELECT 1", doing: "reading")
        connection.close()
        #expect(database.lines("transaction") == ["rollback"])
        database.expectCleanEnd()
    }

    @Test("a driver that is not there is a matter of settings; the connection string is not repeated")
    func driverIsMissing() throws {
        let target = ODBCTarget(
            connectionString: "Driver=/nowhere/libnothing.so;PWD=\(ScriptedDatabase.password)", place: "nowhere",
            redactor: Redactor())
        let fault = #expect(throws: ODBCFault.self) {
            try ODBCConnection.connect(target, options: ScriptedDatabase.options, stop: StopSignal())
        }
        #expect(fault?.kind == .configuration)
        #expect(fault?.message.contains("/nowhere/libnothing.so") == true)
        #expect(fault?.description.contains(ScriptedDatabase.password) == false)
    }
}
