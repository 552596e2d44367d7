import Ports
import SQLDialects
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    @Suite("Statements that the server itself takes", .serialized)
    struct Statements {
        @Test("sessions, snapshots, clocks, catalogs, lists of transactions", arguments: LiveSource.present)
        func taken(source: LiveSource) throws {
            let connection = try source.session()
            defer { connection.close() }
            let dialect = source.dialect
            let read = try #require(dialect.session.consistent)
            for statement in read.begin { try connection.run(statement, doing: statement) }
            let clock = try #require(dialect.clock)
            let row = try #require(
                try connection.rows("SELECT \(clock.local), \(clock.utc)", doing: "asking the clock").first)
            #expect(row.count == 2 && row.allSatisfy { ($0?.count ?? 0) >= 19 })
            let open = try #require(dialect.openTransactions)
            for row in try connection.rows(open.list, doing: "listing transactions") { #expect(row.count == 5) }
            let catalog = try #require(dialect.catalog)
            for schema in [nil, "none'; --"] {
                for table in [nil, "x'"] {
                    let statements = [
                        catalog.schemas(), try catalog.tables(schema: schema, table: table),
                        try catalog.columns(schema: schema, table: table),
                        try catalog.primaryKeys(schema: schema, table: table),
                        try catalog.indexes(schema: schema, table: table),
                    ]
                    for sql in statements { _ = try connection.rows(sql, doing: "asking the catalog") }
                }
            }
            for statement in read.end { try connection.run(statement, doing: statement) }
        }

        @Test("statements of one moment do not see what others write meanwhile", arguments: LiveSource.present)
        func oneMoment(source: LiveSource) throws {
            try source.prepare("moments", ["CREATE TABLE moments.t (a int)", "INSERT INTO moments.t VALUES (1)"])
            let session = try source.opened()
            defer { session.connection.close() }
            #expect(session.dialect.title == source.dialect.title)
            #expect(try session.beginMoment() == .one)
            let writer = try source.connect()
            defer { writer.close() }
            func count() throws -> String? {
                try session.connection.rows("SELECT COUNT(*) FROM moments.t", doing: "counting")[0][0]
            }
            // MariaDB's snapshot is older than this; PostgreSQL's is that of the first statement.
            if source == .postgreSQL { #expect(try count() == "1") }
            try writer.run("INSERT INTO moments.t VALUES (2)", doing: "writing")
            #expect(try count() == "1")
            try session.endMoment()
            #expect(try count() == "2")
            #expect(session.sharedMoment() == nil)
        }

        @Test("a session only reads", arguments: LiveSource.present)
        func readOnly(source: LiveSource) throws {
            try source.prepare("only_reads", [])
            let connection = try source.session()
            defer { connection.close() }
            #expect(throws: ODBCFault.self) {
                try connection.run("CREATE TABLE only_reads.t (a int)", doing: "writing")
            }
        }

        @Test("an open transaction is listed", arguments: LiveSource.present)
        func listed(source: LiveSource) throws {
            try source.prepare("lists", ["CREATE TABLE lists.t (a int)"])
            let writer = try source.connect()
            defer { writer.close() }
            try writer.setAutocommit(false)
            try writer.run("INSERT INTO lists.t VALUES (1)", doing: "writing")
            let reader = try source.session()
            defer { reader.close() }
            let list = try #require(source.dialect.openTransactions).list
            let rows = try reader.rows(list, doing: "listing transactions")
            let now = try reader.rows("SELECT \(source.dialect.clock?.utc ?? "")", doing: "asking")[0][0] ?? ""
            // Of the same day and hour of UTC, whatever zone the server is in.
            #expect(rows.contains { ($0[1] ?? "").prefix(10) == now.prefix(10) })
        }

        @Test(
            "passwords with characters that end values",
            arguments: LiveSource.present,
            ["plain", "a;b", "a}b", "a}};b", "{a}", "a'b\"c", "é€😀", "a%41b+c", "};SERVER=nowhere", "a\\b", "a=b,c d"])
        func passwords(source: LiveSource, password: String) throws {
            let admin = try source.connect()
            defer { admin.close() }
            let text = try source.dialect.literal(password)
            switch source {
            case .mariaDB:
                try admin.run("CREATE OR REPLACE USER odd@'127.0.0.1'", doing: "making a user")
                let sql = "SELECT CONCAT('ALTER USER odd@''127.0.0.1'' IDENTIFIED BY ', QUOTE(\(text)))"
                try admin.run(try #require(try admin.rows(sql, doing: "quoting")[0][0]), doing: "setting its password")
            case .postgreSQL:
                try? admin.run("CREATE ROLE odd LOGIN", doing: "making a user")
                try admin.run("ALTER ROLE odd PASSWORD \(text)", doing: "setting its password")
            }
            let plan = try source.plan()
            var values = plan.values
            values["username"] = "odd"
            values["password"] = password
            // The new user of MariaDB may use no database.
            let keywords = plan.extra.filter { source == .postgreSQL || $0.key.uppercased() != "DATABASE" }
            let made = try ODBCConnectionPlan(
                type: .odbc, values: values, keywords: keywords, .url)
            let connection = try ODBCConnection.connect(
                try made.resolved(among: .current()).target, stop: StopSignal())
            defer { connection.close() }
            let user = try connection.rows("SELECT CURRENT_USER", doing: "asking who we are")[0][0]
            #expect(user?.hasPrefix("odd") == true)
        }

        @Test("values of a key come back as they went", arguments: LiveSource.present)
        func keys(source: LiveSource) throws {
            let isMaria = source == .mariaDB
            let types: [(String, String)] =
                isMaria
                ? [
                    ("bigint", "-9223372036854775808"), ("bigint unsigned", "18446744073709551615"),
                    ("decimal(30,10)", "-12345678901234567890.0123456789"),
                    ("date", "'2024-02-29'"), ("datetime(6)", "'2024-02-29 23:59:59.123456'"),
                    ("timestamp(6)", "'2024-02-29 23:59:59.000001'"),
                    ("varchar(20)", "'it''s ü'"), ("year", "2024"),
                ]
                : [
                    ("bigint", "-9223372036854775808"), ("numeric(38,10)", "-1234567890123456789012345678.0123456789"),
                    ("numeric", "0.00000000000000000001"),
                    ("date", "'0001-01-01'"), ("timestamp", "'2024-02-29 23:59:59.123456'"),
                    ("timestamptz", "'2024-02-29 23:59:59.000001+05:30'"),
                    ("varchar(20)", "'it''s ü'"), ("bpchar", "'x'"),
                ]
            let columns = types.enumerated().map { "c\($0) \($1.0)" }.joined(separator: ", ")
            try source.prepare(
                "key_values",
                [
                    "CREATE TABLE key_values.t (\(columns))",
                    "INSERT INTO key_values.t VALUES (\(types.map(\.1).joined(separator: ", ")))",
                ])
            let connection = try source.session()
            defer { connection.close() }
            for (i, type) in types.enumerated() {
                let key = try #require(source.dialect.key(of: DatabaseType(type.0)))
                let text = try #require(
                    try connection.rows("SELECT \(key.text(of: "MAX(c\(i))")) FROM key_values.t", doing: "reading")[0][
                        0])
                let sql =
                    "SELECT COUNT(*) FROM key_values.t WHERE c\(i) >= \(key.parameter) AND c\(i) <= \(key.parameter)"
                #expect(try connection.rows(sql, parameters: [text, text], doing: "comparing")[0][0] == "1", "\(type)")
                if let scale = KeyScale(key.sort), let position = scale.position(text) {
                    let again = scale.text(position)
                    #expect(scale.position(again) == position, "\(type) \(text) \(again)")
                }
            }
        }
    }
}
