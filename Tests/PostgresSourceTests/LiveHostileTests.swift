import Ports
import Testing

@testable import PostgresSource

extension LiveTests {
    /// Names, conditions and schemas of somebody who means harm.
    @Suite("Hostile text") struct LiveHostileTests {
        @Test(arguments: [
            "public.orders; --", "a\"b", "it's", "Übel.Größe", "a\\b", "x\"\u{301}; SELECT 1; --", " lead", "select",
            "t\"\"", "äöü" + String(repeating: "ß", count: 28) + "x", "\u{1F4A9}\u{200D}", "%s", "$1", "a\tb\nc",
        ])
        func readsOddNames(_ name: String) throws {
            let quoted = SQLText.identifier(name)
            try LiveServer.run(
                """
                DROP SCHEMA IF EXISTS \(quoted) CASCADE; CREATE SCHEMA \(quoted);
                CREATE TABLE \(quoted).\(quoted) (\(quoted) inet, id int);
                INSERT INTO \(quoted).\(quoted) SELECT '10.0.0.1', generate_series(1, 100)
                """)
            let object = ReadRequest.Object.table(quoted + "." + quoted)
            #expect(try LiveServer.rows(ReadRequest(object: object)).count == 100)
            let chosen = ReadRequest(
                object: object, columns: [quoted], parallelism: .connections(2), splitColumn: "id")
            #expect(try LiveServer.rows(chosen).allSatisfy { $0 == ["10.0.0.1"] })
            try LiveServer.run("DROP SCHEMA \(quoted) CASCADE")
        }

        /// Nothing but a condition gets through, and nothing is run behind it.
        @Test(arguments: [
            "true); COMMIT; CREATE TABLE hostile_made (i int); SELECT (1",
            "true); COMMIT; CREATE TABLE hostile_made (i int); --", "true; COMMIT; CREATE TABLE hostile_made (i int)",
            "true) UNION ALL SELECT i FROM hostile_secret WHERE (true", "true) TO PROGRAM 'true'; --",
            "false) OR (true", "i = 1\0) or (true",
        ])
        func refusesConditions(_ filter: String) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS hostile_made, hostile, hostile_secret; CREATE TABLE hostile AS SELECT 1 i;
                CREATE TABLE hostile_secret AS SELECT 2 i
                """)
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .table("hostile"), filter: filter))
            }
            #expect(fault?.kind == .configuration, "\(fault as Any)")
            let connection = try LiveServer.connect()
            defer { connection.close() }
            #expect(try connection.execute("SELECT to_regclass('hostile_made')", doing: "a test")[0, 0] == nil)
        }

        @Test(arguments: [
            "copy (select 1 a) to program 'touch /tmp/x'", "copy pg_class to stdout", "select 1 as a into hostile_made",
            "create table hostile_made as select 1 a", "explain analyze select 1", "show all",

            "call x()", "with d as (insert into hostile values (3) returning i) select * from d", "begin", "commit",
            "select * from hostile for update", "select i from hostile\0 where false",
        ])
        func refusesStatements(_ query: String) throws {
            try LiveServer.run("DROP TABLE IF EXISTS hostile_made, hostile; CREATE TABLE hostile AS SELECT 1 i")
            #expect(throws: PostgresFault.self) { try LiveServer.rows(ReadRequest(object: .query(query))) }
            #expect(try LiveServer.rows(ReadRequest(object: .table("hostile"))) == [["1"]])
        }

        /// A function of the query cannot make the session writable, nor lead us to another table.
        @Test(arguments: [
            "set_config('transaction_read_only', 'off', false)",
            "set_config('default_transaction_read_only', 'off', false)",
            "set_config('search_path', 'hostile_schema', false)", "set_config('client_encoding', 'LATIN1', false)",
            "set_config('TimeZone', 'Asia/Tokyo', false)",
        ])
        func staysReadOnly(_ call: String) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS hostile; CREATE TABLE hostile AS SELECT i, 'ä' t FROM generate_series(1, 3) i;
                CREATE OR REPLACE FUNCTION hostile_write() RETURNS int LANGUAGE sql AS 'INSERT INTO hostile VALUES (9, NULL) RETURNING i'
                """)
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(
                    ReadRequest(object: .query("select \(call) as a, hostile_write() as b from generate_series(1, 2)")))
            }
            #expect(fault != nil)
            #expect(try LiveServer.rows(ReadRequest(object: .table("hostile"))).count == 3)
        }

        /// Operators that fit our comparisons better than those of the server would, and functions of like names
        /// (CVE-2018-1058): none of them is called.
        @Test func callsNoOperatorsOfOthers() throws {
            try LiveServer.run("DROP DATABASE IF EXISTS ingest_hostile")
            try LiveServer.run("CREATE DATABASE ingest_hostile")
            let settings = try LiveServer.settings([
                "dbname": "ingest_hostile", "options": "-c search_path=evil,pg_catalog",
            ])
            let connection = try Connection.connect(settings, stop: StopSignal())
            defer { connection.close() }
            var setup = """
                CREATE SCHEMA evil; CREATE TABLE evil.t (id int primary key, v varchar(9), a int[], x inet, g numeric);
                INSERT INTO evil.t SELECT i, 'v' || i, '{1}', '::1', i FROM generate_series(1, 500) i;
                CREATE TABLE evil.p (id int, v varchar(9)) PARTITION BY RANGE (id);
                CREATE TABLE evil.p1 PARTITION OF evil.p FOR VALUES FROM (0) TO (1000);
                INSERT INTO evil.p SELECT id, v FROM evil.t; ANALYZE;
                """
            // With pg_catalog behind it, only types that the server has no operator for can be told apart from ours.
            let pairs = [
                ("=", "oid", "regclass"), ("=", "oid", "int4"), ("<>", "oid", "int4"), ("=", "oid", "int8"),
                ("!~~", "name", "name"), ("||", "timestamptz", "timestamptz"), ("<", "float8", "numeric"),
                ("<", "varchar", "varchar"), (">=", "varchar", "varchar"),
            ]
            for (i, pair) in pairs.enumerated() {
                let result = pair.0 == "||" ? "text" : "bool"
                setup += """
                    CREATE FUNCTION evil.f\(i)(\(pair.1), \(pair.2)) RETURNS \(result) LANGUAGE plpgsql AS \
                    $f$ BEGIN RAISE EXCEPTION 'evil operator \(pair.0) (\(pair.1), \(pair.2))'; END $f$;
                    CREATE OPERATOR evil.\(pair.0) (FUNCTION = evil.f\(i), LEFTARG = \(pair.1), RIGHTARG = \(pair.2));
                    """
            }
            for call in ["now()", "random()", "to_regclass(text)", "pg_export_snapshot()", "pg_relation_size(oid)"] {
                setup += """
                    CREATE FUNCTION evil.\(call) RETURNS text LANGUAGE plpgsql AS \
                    $f$ BEGIN RAISE EXCEPTION 'evil function \(call)'; END $f$;
                    """
            }
            _ = try connection.execute(setup, doing: "a test")
            for version in [nil, 130_000] {
                var settings = settings
                settings.assumedServerVersion = version
                for (object, column) in [
                    (ReadRequest.Object.table("t"), nil), (.table("p"), nil), (.table("t"), "id"), (.table("t"), "v"),
                    (.query("select * from t"), "v"), (.query("select * from p"), "id"),
                ] as [(ReadRequest.Object, String?)] {
                    let read = try LiveServer.open(
                        ReadRequest(object: object, parallelism: .connections(2), splitColumn: column),
                        settings: settings)
                    defer { read.close() }
                    #expect(try LiveServer.rows(of: read).count == 500, "\(object) \(column ?? "")")
                    try read.confirm()
                }
            }
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.open(ReadRequest(object: .table("tt")), settings: settings)
            }
            #expect(fault?.remedy?.contains("Did you mean") == true, "\(fault as Any)")
        }
    }
}
