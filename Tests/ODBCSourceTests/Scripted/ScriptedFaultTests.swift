import Columnar
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: what drivers and databases refuse", .timeLimit(.minutes(1)))
struct ScriptedFaultTests {
    struct Refusal: CustomTestStringConvertible {
        var name: String
        var database: @Sendable (String) -> ScriptedDatabase
        var state: String
        var code: Int
        var text: String
        var kind: FaultKind
        var testDescription: String { name }
    }

    static let microsoft: @Sendable (String) -> ScriptedDatabase = { .microsoft($0) }
    static let oracle: @Sendable (String) -> ScriptedDatabase = { .oracle($0) }
    static let other: @Sendable (String) -> ScriptedDatabase = { ScriptedDatabase($0) }

    static let logins: [Refusal] = [
        Refusal(
            name: "wrong password, SQL Server", database: microsoft, state: "28000", code: 18456,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed for user 'reader'.",
            kind: .configuration),
        Refusal(
            name: "expired password, SQL Server", database: microsoft, state: "28000", code: 18488,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed.  The password must be changed.",
            kind: .configuration),
        Refusal(
            name: "wrong database, SQL Server", database: microsoft, state: "42000", code: 4060,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Cannot open database \"x\" requested",
            kind: .configuration),
        Refusal(
            name: "host down, SQL Server", database: microsoft, state: "08001", code: 10061,
            text: "[Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x274D", kind: .transient),
        Refusal(
            name: "login timeout", database: microsoft, state: "HYT00", code: 0,
            text: "[Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired", kind: .transient),
        // A connection that failed has no SQL_DBMS_NAME yet: SQLSTATE decides.
        Refusal(
            name: "wrong password, Oracle", database: oracle, state: "28000", code: 1017,
            text: "[Oracle][ODBC][Ora]ORA-01017: invalid username/password; logon denied", kind: .configuration),
        Refusal(
            name: "server rejected the connection", database: other, state: "08004", code: 0, text: "[Any]rejected",
            kind: .configuration),
    ]

    @Test("a refused login", arguments: logins)
    func refusesLogin(_ refusal: Refusal) throws {
        let database = refusal.database("connect error \(refusal.state) \(refusal.code) \(Self.quoted(refusal.text))")
        let fault = #expect(throws: ODBCFault.self) { try database.connect() }
        #expect(fault?.kind == refusal.kind)
        #expect(fault?.sqlstate == refusal.state)
        #expect(fault?.nativeCode == refusal.code)
        #expect(fault?.remedy != nil)
        #expect(fault?.message.contains("[") == false, "\(fault?.message ?? "")")
        database.expectCleanEnd()
    }

    static let statements: [Refusal] = [
        Refusal(
            name: "deadlock", database: microsoft, state: "40001", code: 1205,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Transaction was deadlocked", kind: .transient),
        Refusal(
            name: "lock timeout by its code alone", database: microsoft, state: "HY000", code: 1222,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Lock request time out period exceeded.",
            kind: .transient),
        Refusal(
            name: "Azure SQL is busy", database: microsoft, state: "HY000", code: 40613,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Database is not currently available.",
            kind: .transient),
        Refusal(
            name: "no such table, SQL Server", database: microsoft, state: "42S02", code: 208,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Invalid object name 't'.",
            kind: .configuration),
        Refusal(
            name: "no permission on a column, SQL Server", database: microsoft, state: "42000", code: 230,
            text:
                "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]The SELECT permission was denied on the column",
            kind: .permanent),
        Refusal(
            name: "arithmetic overflow", database: microsoft, state: "22003", code: 8115,
            text: "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Arithmetic overflow error", kind: .permanent),
        Refusal(
            name: "connection lost", database: microsoft, state: "08S01", code: 10054,
            text: "[Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x2746", kind: .transient),
        Refusal(
            name: "snapshot too old", database: oracle, state: "HY000", code: 1555,
            text: "[Oracle][ODBC][Ora]ORA-01555: snapshot too old", kind: .transient),
        Refusal(
            name: "no such table, Oracle", database: oracle, state: "42S02", code: 942,
            text: "[Oracle][ODBC][Ora]ORA-00942: table or view does not exist", kind: .configuration),
        Refusal(
            name: "insufficient privileges, Oracle", database: oracle, state: "42000", code: 1031,
            text: "[Oracle][ODBC][Ora]ORA-01031: insufficient privileges", kind: .permanent),
        Refusal(
            name: "end-of-file on communication channel", database: oracle, state: "HY000", code: 3113,
            text: "[Oracle][ODBC][Ora]ORA-03113", kind: .transient),
        Refusal(
            name: "a syntax error of an unknown database", database: other, state: "42000", code: -104,
            text: "[Any]Token unknown", kind: .configuration),
        Refusal(
            name: "a general error of an unknown database", database: other, state: "HY000", code: 5,
            text: "[Any]General error", kind: .permanent),
        Refusal(
            name: "query timeout", database: other, state: "HYT00", code: 0, text: "[Any]Timeout expired",
            kind: .transient),
    ]

    @Test("a refused statement", arguments: statements, ["execute error", "fetch error"])
    func refusesStatement(_ refusal: Refusal, at place: String) throws {
        let failure = "\(refusal.state) \(refusal.code) \(Self.quoted(refusal.text))"
        let database = refusal.database(
            "statement 'FROM t'\n column n INTEGER size=10\n row 1\n \(place) \(failure)")
        let connection = try database.connect()
        let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
        connection.close()
        #expect(fault?.kind == refusal.kind)
        #expect(fault?.sqlstate == refusal.state)
        #expect(fault?.nativeCode == refusal.code)
        #expect(fault?.message.contains("reading t") == true)
        database.expectCleanEnd()
    }

    @Test("a connection that failed is not read from again")
    func leavesFailedConnection() throws {
        let database = ScriptedDatabase(
            "statement 'FROM t'\n column n INTEGER size=10\n row 1\n fetch error 08S01 2013 '[Any]gone'")
        let source = ODBCSource(target: database.target, type: .odbc, options: ScriptedDatabase.options)
        let open = try source.open(
            ReadRequest(object: .query("SELECT n FROM t"), parallelism: .connections(1)), stop: StopSignal())
        for connections in 1...2 {
            let reader = try open.makeReader()
            #expect(database.lines("open").count { $0 == "connection" } == connections)
            let fault = #expect(throws: ODBCFault.self) {
                try reader.begin(open.units[0])
                let batch = Batch(schema: open.schema)
                while try reader.fill(batch) == .batchFull { batch.reset() }
            }
            #expect(fault?.sqlstate == "08S01")
            reader.close()
        }
        open.close()
        database.expectCleanEnd()
    }

    @Test("a password that a driver repeats is masked, in every record")
    func masksPassword() throws {
        for place in ["connect", "execute"] {
            let database = ScriptedDatabase(
                """
                statement 'FROM t'
                  column n INTEGER size=10
                \(place) error 08001 17 '[Any]cannot log in as $UID with $PWD'
                \(place) also 01000 2 '[Any]connection string: UID=$UID;PWD={$PWD};'
                """)
            let fault = #expect(throws: ODBCFault.self) {
                let connection = try database.connect()
                defer { connection.close() }
                _ = try connection.rows("SELECT n FROM t", doing: "reading t")
            }
            #expect(fault?.description.contains(ScriptedDatabase.password) == false, "\(fault?.description ?? "")")
            #expect(fault?.message.contains("cannot log in as reader with ***") == true, "\(fault?.message ?? "")")
            database.expectCleanEnd()
        }
    }

    @Test("all records are told, and the one that says most decides")
    func tellsAllRecords() throws {
        let database = ScriptedDatabase.microsoft(
            """
            statement 'FROM t'
              execute error 01000 0 '[Microsoft]General warning'
              execute also HY000 0 '[Microsoft]Something failed'
              execute also 42S22 207 '[Microsoft][SQL Server]Invalid column name x.'
            """)
        let connection = try database.connect()
        let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT x FROM t", doing: "reading t") }
        connection.close()
        #expect(fault?.kind == .configuration)
        #expect(fault?.sqlstate == "42S22")
        #expect(fault?.message.contains("General warning; Something failed; Invalid column name x.") == true)
        database.expectCleanEnd()
    }

    @Test("a long message comes as far as the driver manager lets it")
    func tellsLongMessages() throws {
        for length in [3000, 40_000] {
            let database = ScriptedDatabase(
                "statement 'FROM t'\n execute error 42000 1 '\(String(repeating: "x", count: length))END'")
            let connection = try database.connect()
            let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT x FROM t", doing: "reading t") }
            connection.close()
            let told = fault?.message.count { $0 == "x" } ?? 0
            #expect(told >= 3000, "\(told)")
            database.expectCleanEnd()
        }
    }

    @Test("a driver that fails without a reason")
    func failsWithoutReason() throws {
        let database = ScriptedDatabase(
            "quirk silent-errors\nstatement 'FROM t'\n execute error 42000 1 'never seen'")
        let connection = try database.connect()
        let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT x FROM t", doing: "reading t") }
        connection.close()
        #expect(fault?.message.contains("reading t") == true)
        #expect(fault?.message.contains("no reason") == true)
        database.expectCleanEnd()
    }

    static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
