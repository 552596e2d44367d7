import Columnar
import Ports
import Testing

@testable import PostgresSource

extension LiveTests {
    @Suite("Reading from a server") struct LiveReadTests {
        /// About 30 MB with gaps, so that two connections are worth their while.
        static func makeBig(_ name: String) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS \(name); CREATE TABLE \(name) (id int, v text);
                INSERT INTO \(name) SELECT i, repeat('x', 200) FROM generate_series(1, 120000) i;
                DELETE FROM \(name) WHERE id % 7 = 0; ANALYZE \(name)
                """)
        }

        @Test func readsALineitemLikeTable() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS pg_read_1;
                CREATE TABLE pg_read_1 (a bigint, b numeric(15,2), c char(10), d varchar(128), e date, f timestamptz);
                INSERT INTO pg_read_1 SELECT i, i / 4.0, 'x' || i, repeat('ä', i % 40), date '2000-01-01' + i, \
                timestamptz '1970-01-01 00:00:00Z' + i * interval '1 second' FROM generate_series(1, 5000) i
                """)
            let rows = try LiveServer.rows(ReadRequest(object: .table("pg_read_1")))
            #expect(rows.count == 5000)
            #expect(rows[0] == ["1", "0.25", "x1", "ä", "10958", "1000000"])
            #expect(
                rows[4998] == ["4999", "1249.75", "x4999", String(repeating: "ä", count: 39), "15956", "4999000000"])
        }

        @Test func dividesAHeapByPages() throws {
            try Self.makeBig("pg_read_big")
            let read = try LiveServer.open(ReadRequest(object: .table("pg_read_big"), parallelism: .connections(3)))
            defer { read.close() }
            #expect(read.parallelism == 3 && read.units.count >= 3)
            #expect(read.estimatedRows.map { abs($0 - 102_858) < 2000 } == true)
            let ids = try LiveServer.rows(of: read, units: read.units.reversed()).compactMap {
                $0[0].flatMap { Int($0) }
            }
            #expect(ids.sorted() == (1...120_000).filter { $0 % 7 != 0 })
            try read.confirm()
            #expect(read.pressure.connections == 4 && read.pressure.openTransactionSeconds > 0)
        }

        @Test func readsPartitionsAndChildren() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS pg_read_part, pg_read_parent CASCADE;
                CREATE TABLE pg_read_part (b text, id int) PARTITION BY RANGE (id);
                CREATE TABLE pg_read_part_1 PARTITION OF pg_read_part FOR VALUES FROM (0) TO (1000);
                CREATE TABLE pg_read_part_2 (id int, b text);
                ALTER TABLE pg_read_part ATTACH PARTITION pg_read_part_2 FOR VALUES FROM (1000) TO (2000);
                CREATE TABLE pg_read_part_3 PARTITION OF pg_read_part FOR VALUES FROM (2000) TO (9000) PARTITION BY RANGE (id);
                CREATE TABLE pg_read_part_3a PARTITION OF pg_read_part_3 FOR VALUES FROM (2000) TO (9000);
                INSERT INTO pg_read_part SELECT 'p', i FROM generate_series(0, 2999) i;
                CREATE TABLE pg_read_parent (id int); CREATE TABLE pg_read_child (more text) INHERITS (pg_read_parent);
                INSERT INTO pg_read_parent SELECT generate_series(0, 99);
                INSERT INTO pg_read_child SELECT i, 'm' FROM generate_series(100, 199) i
                """)
            let partitioned = try LiveServer.open(
                ReadRequest(object: .table("pg_read_part"), parallelism: .connections(2)))
            defer { partitioned.close() }
            #expect(
                Set(partitioned.units.map(\.label)) == [
                    "public.pg_read_part_1", "public.pg_read_part_2", "public.pg_read_part_3a",
                ])
            let rows = try LiveServer.rows(of: partitioned)
            #expect(rows.compactMap { Int($0[1]!) }.sorted() == Array(0...2999) && rows.allSatisfy { $0[0] == "p" })
            for parallelism in [1, 2] {
                let rows = try LiveServer.rows(
                    ReadRequest(object: .table("pg_read_parent"), parallelism: .connections(parallelism)))
                #expect(rows.compactMap { Int($0[0]!) }.sorted() == Array(0...199))
            }
        }

        @Test func dividesByAColumn() throws {
            try LiveServer.run(
                """
                DROP VIEW IF EXISTS pg_read_view; DROP TABLE IF EXISTS pg_read_split;
                CREATE TABLE pg_read_split (id int, d date, t text);
                INSERT INTO pg_read_split SELECT NULLIF(i % 1000, 0), date '2020-01-01' + i % 50, 'k' || i % 20 \
                FROM generate_series(1, 10000) i; ANALYZE pg_read_split;
                CREATE VIEW pg_read_view AS SELECT * FROM pg_read_split
                """)
            let objects: [ReadRequest.Object] = [
                .table("pg_read_split"), .table("pg_read_view"), .query("select * from pg_read_split"),
            ]
            for object in objects {
                for column in ["id", "d", "t", "ID"] {
                    let read = try LiveServer.open(
                        ReadRequest(object: object, parallelism: .connections(2), splitColumn: column))
                    defer { read.close() }
                    #expect(read.units.count > 2 && read.parallelism == 2, "\(object) \(column)")
                    let rows = try LiveServer.rows(of: read)
                    #expect(rows.count == 10_000 && rows.filter { $0[0] == nil }.count == 10, "\(object) \(column)")
                }
            }
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.open(
                    ReadRequest(object: .table("pg_read_split"), parallelism: .connections(2), splitColumn: "idd"))
            }
            #expect(fault?.remedy == "Did you mean id?")
        }

        @Test func honoursColumnsFilterAndLimit() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS "pg Read.Odd"; CREATE TABLE "pg Read.Odd" (id int, "Mixed Case" inet, "q""q" text);
                INSERT INTO "pg Read.Odd" SELECT i, '10.0.0.1', 'x' FROM generate_series(1, 100) i
                """)
            let rows = try LiveServer.rows(
                ReadRequest(
                    object: .table("\"pg Read.Odd\""), columns: ["q\"q", "Mixed Case", "ID"],
                    filter: "id > 90 -- the last",
                    limit: 5))
            #expect(rows.count == 5 && rows.allSatisfy { $0[0] == "x" && $0[1] == "10.0.0.1" && Int($0[2]!)! > 90 })
            let query = try LiveServer.rows(
                ReadRequest(object: .query("select 1 a, 2 b -- c"), columns: ["b"], filter: "a = 1"))
            #expect(query == [["2"]])
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .table("\"pg Read.Odd\""), columns: ["idd"]))
            }
            #expect(fault?.remedy == "Did you mean id?" && fault?.kind == .configuration)
        }

        @Test func readsViewsQueriesAndEmptyTables() throws {
            try LiveServer.run(
                """
                DROP MATERIALIZED VIEW IF EXISTS pg_read_mv; DROP TABLE IF EXISTS pg_read_empty;
                CREATE TABLE pg_read_empty (id int, a int[]); CREATE MATERIALIZED VIEW pg_read_mv AS SELECT generate_series(1, 10) id
                """)
            #expect(try LiveServer.rows(ReadRequest(object: .table("pg_read_empty"))) == [])
            #expect(try LiveServer.rows(ReadRequest(object: .table("pg_read_mv"))).count == 10)
            #expect(try LiveServer.rows(ReadRequest(object: .table("pg_catalog.pg_class"), limit: 1)).count == 1)
            #expect(try LiveServer.rows(ReadRequest(object: .table("pg_class"))).count > 100)
            #expect(try LiveServer.rows(ReadRequest(object: .query("values (1),(2);"))) == [["1"], ["2"]])
            #expect(
                try LiveServer.rows(ReadRequest(object: .query("with x as (select 1 as y) select * from x"))) == [["1"]]
            )
            #expect(try LiveServer.rows(ReadRequest(object: .query("table pg_read_mv"), limit: 0)) == [])
        }

        @Test func readsTheWidestTable() throws {
            let columns = (0..<1600).map { "c\($0) int" }.joined(separator: ",")
            try LiveServer.run(
                "DROP TABLE IF EXISTS pg_read_wide; CREATE TABLE pg_read_wide (\(columns)); "
                    + "INSERT INTO pg_read_wide (c0, c1599) VALUES (1, 2), (3, 4)")
            let rows = try LiveServer.rows(ReadRequest(object: .table("pg_read_wide")))
            #expect(rows.count == 2 && rows[0].count == 1600 && rows[1][1599] == "4" && rows[0][5] == nil)
        }

        @Test(
            arguments: [
                ("select 1; select 2", "42601"), ("delete from pg_class", nil), ("selekt 1", "42601"),
                ("select 1 as a, 2 as a", nil),
                ("select $1::int as a", nil), ("select from pg_class", nil), ("", nil), ("select 1/0 as x", "22012"),
                ("select 1) to program 'true'; --", "42601"),
            ] as [(String, String?)]) func refusesQueries(_ query: String, _ sqlstate: String?)
        {
            let fault = #expect(throws: PostgresFault.self) { try LiveServer.rows(ReadRequest(object: .query(query))) }
            #expect(fault?.kind == .configuration || fault?.sqlstate == "22012", "\(fault as Any)")
            if let sqlstate { #expect(fault?.sqlstate == sqlstate, "\(fault as Any)") }
        }

        @Test func refusesToWriteByAFunction() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS pg_read_log; CREATE TABLE pg_read_log (i int);
                CREATE OR REPLACE FUNCTION pg_read_write() RETURNS int LANGUAGE sql AS 'INSERT INTO pg_read_log VALUES (1) RETURNING i'
                """)
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .query("select pg_read_write() as x")))
            }
            #expect(fault?.sqlstate == "25006", "\(fault as Any)")
        }

        @Test func refusesTablesWithoutColumns() throws {
            try LiveServer.run("DROP TABLE IF EXISTS pg_read_none; CREATE TABLE pg_read_none ()")
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .table("pg_read_none")))
            }
            #expect(fault?.kind == .configuration && fault?.message.contains("no columns") == true)
        }

        @Test func offersNamesForUnknownTables() throws {
            try LiveServer.run(
                """
                CREATE SCHEMA IF NOT EXISTS read_other; DROP TABLE IF EXISTS pg_read_orders, read_other.pg_read_items;
                CREATE TABLE pg_read_orders (i int); CREATE TABLE read_other.pg_read_items (i int)
                """)
            let typo = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .table("pg_read_ordrs")))
            }
            #expect(
                typo?.remedy?.contains("pg_read_orders") == true && typo?.sqlstate == "42P01"
                    && typo?.kind == .configuration)
            let elsewhere = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .table("pg_read_items")))
            }
            #expect(elsewhere?.remedy?.contains("read_other.pg_read_items") == true)
        }
    }
}

extension LiveTests.LiveReadTests {
    @Test func checksTextWithoutAnEncoding() throws {
        try LiveServer.run("DROP DATABASE IF EXISTS ingest_ascii")
        try LiveServer.run(
            "CREATE DATABASE ingest_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        let settings = try LiveServer.settings(["dbname": "ingest_ascii"])
        let connection = try Connection.connect(settings, stop: StopSignal())
        _ = try connection.execute(
            "CREATE TABLE t (v text, c char(5)); INSERT INTO t VALUES ('ä', 'a'), (E'\\xff', 'b')", doing: "a test")
        connection.close()
        let read = try LiveServer.open(ReadRequest(object: .table("t"), filter: "c = 'a'"), settings: settings)
        defer { read.close() }
        #expect(try LiveServer.rows(of: read) == [["ä", "a"]])
        let all = try LiveServer.open(ReadRequest(object: .table("t")), settings: settings)
        defer { all.close() }
        let fault = #expect(throws: PostgresFault.self) { try LiveServer.rows(of: all) }
        #expect(fault?.column == "v" && fault?.message.contains("row 2") == true)
        let query = "select '{}'::jsonb b union all select jsonb_build_object('k', v) from t order by 1"
        let json = try LiveServer.open(ReadRequest(object: .query(query)), settings: settings)
        defer { json.close() }
        let inside = #expect(throws: PostgresFault.self) { try LiveServer.rows(of: json) }
        #expect(inside?.column == "b" && inside?.reason == .unrepresentable, "\(inside as Any)")
    }

    /// Fewer connections than wished for will do where we chose the number, not where the user did.
    @Test(.enabled(if: PostgresSource.cores > 1, "needs two cores"))
    func readsByFewerConnections() throws {
        try Self.makeBig("read_fewer")
        try LiveServer.run(
            """
            DO $$ BEGIN CREATE ROLE few_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            ALTER ROLE few_reader CONNECTION LIMIT 2; GRANT SELECT ON read_fewer TO few_reader
            """)
        let settings = try LiveServer.settings(["user": "few_reader", "password": "pw"])
        let read = try LiveServer.open(ReadRequest(object: .table("read_fewer")), settings: settings)
        #expect(read.parallelism == 1 && read.units.count > 1)
        #expect(read.notes.contains { $0.contains("no more connections") })
        #expect(try LiveServer.rows(of: read).count == 102_858)
        read.close()
        let before = LiveHandles.counts.connections
        let fault = #expect(throws: PostgresFault.self) {
            try LiveServer.open(
                ReadRequest(object: .table("read_fewer"), parallelism: .connections(2)), settings: settings)
        }
        #expect(fault?.sqlstate == "53300" && fault?.kind == .transient)
        #expect(LiveHandles.counts.connections == before)
    }

    /// A partition read by its own name would follow its own policies instead of its parent's.
    @Test func keepsRowSecurity() throws {
        try LiveServer.run(
            """
            DROP TABLE IF EXISTS read_secure CASCADE;
            DO $$ BEGIN CREATE ROLE fault_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            CREATE TABLE read_secure (id int) PARTITION BY RANGE (id);
            CREATE TABLE read_secure_1 PARTITION OF read_secure FOR VALUES FROM (0) TO (100);
            INSERT INTO read_secure SELECT generate_series(0, 99);
            ALTER TABLE read_secure ENABLE ROW LEVEL SECURITY;
            CREATE POLICY few ON read_secure FOR SELECT USING (id < 10);
            GRANT SELECT ON read_secure, read_secure_1 TO fault_reader
            """)
        let settings = try LiveServer.settings(["user": "fault_reader", "password": "pw"])
        let read = try LiveServer.open(
            ReadRequest(object: .table("read_secure"), parallelism: .connections(2)), settings: settings)
        defer { read.close() }
        #expect(read.units.count == 1 && read.notes.contains { $0.contains("ow security") })
        #expect(try LiveServer.rows(of: read).count == 10)
    }

    /// Columns that are granted one by one can be read; neither LOCK TABLE nor ctid can.
    @Test func readsGrantedColumns() throws {
        try LiveServer.run(
            """
            DROP TABLE IF EXISTS read_granted;
            DO $$ BEGIN CREATE ROLE fault_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            CREATE TABLE read_granted (id int, secret text); INSERT INTO read_granted VALUES (1, 'x');
            GRANT SELECT (id) ON read_granted TO fault_reader
            """)
        let settings = try LiveServer.settings(["user": "fault_reader", "password": "pw"])
        let read = try LiveServer.open(ReadRequest(object: .table("read_granted"), columns: ["id"]), settings: settings)
        defer { read.close() }
        #expect(try LiveServer.rows(of: read) == [["1"]])
        let fault = #expect(throws: PostgresFault.self) {
            try LiveServer.open(ReadRequest(object: .table("read_granted")), settings: settings)
        }
        #expect(fault?.sqlstate == "42501" && fault?.remedy?.contains("GRANT SELECT") == true)
    }
}
