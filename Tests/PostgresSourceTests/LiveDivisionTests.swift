import Columnar
import Ports
import Testing

@testable import PostgresSource

extension LiveTests {
    /// Each row once, however the work is divided.
    @Suite("Divided reads") struct LiveDivisionTests {
        static let reader = ["user": "fault_reader", "password": "pw"]
        static let makeReader = """
            DO $$ BEGIN CREATE ROLE fault_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            """

        private func ids(of read: any OpenRead, column: Int = 0) throws -> [Int] {
            try LiveServer.rows(of: read).map { $0[column].flatMap { Int($0) } ?? -1 }.sorted()
        }

        private func open(
            _ object: ReadRequest.Object, by column: String? = nil, settings: [String: String] = [:],
            version: Int? = nil, connections: Int = 2,
            columns: [String]? = nil
        ) throws -> any OpenRead {
            var chosen = try LiveServer.settings(settings)
            chosen.assumedServerVersion = version
            return try LiveServer.open(
                ReadRequest(
                    object: object, columns: columns, parallelism: .connections(connections), splitColumn: column),
                settings: chosen)
        }

        /// A parent and its children together have two histograms; taken as one, their bounds are out of order.
        @Test func knowsTwoHistograms() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS div_parent CASCADE; CREATE TABLE div_parent (id int);
                CREATE TABLE div_child () INHERITS (div_parent);
                INSERT INTO div_parent SELECT generate_series(0, 999);
                INSERT INTO div_child SELECT generate_series(1000, 4999); ANALYZE div_parent
                """)
            let read = try open(.table("div_parent"), by: "id")
            defer { read.close() }
            #expect(read.units.count > 2)
            #expect(try ids(of: read) == Array(0...4999))
        }

        /// Statistics may be sorted otherwise than the column is now: nothing may depend on it.
        @Test func takesBoundsInAnyOrder() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS div_order; CREATE TABLE div_order (id int, t text COLLATE "C", v varchar(9), f float8,
                n numeric, d date, z timestamptz);
                INSERT INTO div_order SELECT i, chr(65 + i % 57) || i, 'v' || i, CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN \
                '-Infinity' WHEN 2 THEN NULL ELSE i::float8 END, CASE i % 7 WHEN 0 THEN 'NaN' WHEN 1 THEN NULL ELSE i / 3.0 END, \
                date '2000-01-01' + i % 11, timestamptz '2020-01-01Z' + i * interval '1 hour' \
                FROM generate_series(0, 4999) i; ANALYZE div_order;
                ALTER TABLE div_order ALTER t TYPE text COLLATE "en-x-icu";
                UPDATE div_order SET z = NULL WHERE id < 4000
                """)
            for column in ["id", "t", "v", "f", "n", "d", "z"] {
                let read = try open(.table("div_order"), by: column, columns: ["id"])
                defer { read.close() }
                #expect(read.units.count > 2, "\(column)")
                #expect(try ids(of: read) == Array(0...4999), "\(column)")
            }
        }

        @Test func refusesColumnsWithoutAnOrder() throws {
            try LiveServer.run(
                "DROP TABLE IF EXISTS div_json; CREATE TABLE div_json AS SELECT '{}'::json j, '1'::xml x")
            for column in ["j", "x"] {
                let fault = #expect(throws: PostgresFault.self) { try open(.table("div_json"), by: column) }
                #expect(fault?.kind == .configuration, "\(fault as Any)")
            }
        }

        /// What may show other rows each time it is run is run once.
        @Test(arguments: [
            "select id from div_once limit 500", "select id from div_once tablesample system (50)",
            "select row_number() over () as id from div_once",
        ])
        func readsOnceWhatMayChange(_ query: String) throws {
            try LiveServer.run(
                "DROP TABLE IF EXISTS div_once; CREATE TABLE div_once AS SELECT generate_series(1, 5000) id")
            let read = try open(.query(query), by: "id")
            defer { read.close() }
            #expect(read.units.count == 1 && read.notes.contains { $0.contains("one connection") })
        }

        /// A partition read by its own name follows its own policies, which its parent's readers do not.
        @Test func keepsToTheParentsRowSecurity() throws {
            try LiveServer.run(
                """
                \(Self.makeReader) DROP TABLE IF EXISTS div_rls CASCADE;
                CREATE TABLE div_rls (id int) PARTITION BY RANGE (id);
                CREATE TABLE div_rls_1 PARTITION OF div_rls FOR VALUES FROM (0) TO (100);
                CREATE TABLE div_rls_2 PARTITION OF div_rls FOR VALUES FROM (100) TO (200);
                INSERT INTO div_rls SELECT generate_series(0, 199); ALTER TABLE div_rls_2 ENABLE ROW LEVEL SECURITY;
                GRANT SELECT ON div_rls, div_rls_1, div_rls_2 TO fault_reader
                """)
            let read = try open(.table("div_rls"), settings: Self.reader)
            defer { read.close() }
            #expect(try ids(of: read) == Array(0...199))
            #expect(read.notes.contains { $0.contains("div_rls_2") })
        }

        /// USAGE on a partition's schema is not asked for when its parent is read.
        @Test func readsPartitionsInClosedSchemas() throws {
            try LiveServer.run(
                """
                \(Self.makeReader) DROP SCHEMA IF EXISTS div_closed CASCADE; DROP TABLE IF EXISTS div_open CASCADE;
                CREATE SCHEMA div_closed; CREATE TABLE div_open (id int) PARTITION BY RANGE (id);
                CREATE TABLE div_closed.one PARTITION OF div_open FOR VALUES FROM (0) TO (100);
                INSERT INTO div_open SELECT generate_series(0, 99);
                GRANT SELECT ON div_open, div_closed.one TO fault_reader
                """)
            let read = try open(.table("div_open"), settings: Self.reader)
            defer { read.close() }
            #expect(try ids(of: read) == Array(0...99))
        }

        /// A child that is a temporary table of another session is not read with its parent.
        @Test func leavesOutOtherSessionsChildren() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS div_temp CASCADE; CREATE TABLE div_temp (id int);
                CREATE TABLE div_temp_child () INHERITS (div_temp);
                INSERT INTO div_temp VALUES (0); INSERT INTO div_temp_child VALUES (1)
                """)
            let other = try LiveServer.connect()
            defer { other.close() }
            _ = try other.execute(
                "CREATE TEMP TABLE div_temp_other () INHERITS (div_temp); INSERT INTO div_temp_other VALUES (2)",
                doing: "a test")
            let read = try open(.table("div_temp"))
            defer { read.close() }
            #expect(try ids(of: read) == [0, 1])
        }

        /// DETACH CONCURRENTLY that waits, or was broken off: the partition is no part of its parent any more.
        @Test func leavesOutPartitionsBeingDetached() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS div_detach CASCADE; DROP TABLE IF EXISTS div_detach_2;
                CREATE TABLE div_detach (id int) PARTITION BY RANGE (id);
                CREATE TABLE div_detach_1 PARTITION OF div_detach FOR VALUES FROM (0) TO (100);
                CREATE TABLE div_detach_2 PARTITION OF div_detach FOR VALUES FROM (100) TO (200);
                INSERT INTO div_detach SELECT generate_series(0, 199)
                """)
            let holder = try LiveServer.connect()
            _ = try holder.execute("BEGIN; SELECT count(*) FROM div_detach", doing: "a test")
            let detacher = try LiveServer.connect()
            _ = try? detacher.execute(
                "SET lock_timeout = '300ms'", doing: "a test")
            _ = try? detacher.execute(
                "ALTER TABLE div_detach DETACH PARTITION div_detach_2 CONCURRENTLY", doing: "a test")
            detacher.close()
            holder.close()
            let pending = try LiveServer.connect()
            defer { pending.close() }
            #expect(
                try pending.execute("SELECT count(*) FROM pg_inherits WHERE inhdetachpending", doing: "a test")[0, 0]
                    == "1", "the test made no partition that is being detached")
            for connections in [1, 2] {
                let read = try open(.table("div_detach"), connections: connections)
                defer { read.close() }
                #expect(try ids(of: read) == Array(0...99), "\(connections) connections")
            }
        }

        @Test(arguments: ["id", "NULL"]) func dividesByAKeyBefore14(_ kind: String) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS div_old; CREATE TABLE div_old (id bigint \(kind == "id" ? "primary key" : "unique"), v text);
                INSERT INTO div_old SELECT \(kind == "id" ? "i" : "NULLIF(i % 300, 0) * 1000 + i"), 'x' \
                FROM generate_series(1, 20000) i; ANALYZE div_old
                """)
            for connections in [1, 2, 3] {
                let read = try open(.table("div_old"), version: 130_000, connections: connections)
                defer { read.close() }
                #expect((read.units.count > 1) == (connections > 1), "\(connections)")
                #expect(read.units.allSatisfy { !$0.label.contains("pages") })
                #expect(try LiveServer.rows(of: read).count == 20_000)
            }
            try LiveServer.run("DROP TABLE IF EXISTS div_keyless; CREATE TABLE div_keyless AS SELECT 1 id")
            let keyless = try open(.table("div_keyless"), version: 130_000)
            defer { keyless.close() }
            #expect(keyless.units.count == 1 && keyless.notes.contains { $0.contains("no key") })
        }

        /// Each connection would see another moment of the other server.
        @Test func readsForeignTablesByOneConnection() throws {
            let port = try LiveServer.settings()["port"] ?? "5432"
            let password = try LiveServer.settings()["password"] ?? ""
            try LiveServer.run(
                """
                CREATE EXTENSION IF NOT EXISTS postgres_fdw; DROP TABLE IF EXISTS div_far, div_mixed CASCADE;
                DROP SERVER IF EXISTS div_server CASCADE;
                CREATE SERVER div_server FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '\(port)', dbname 'postgres');
                CREATE USER MAPPING FOR CURRENT_USER SERVER div_server OPTIONS (user 'postgres', password '\(password)');
                CREATE TABLE div_far AS SELECT generate_series(100, 199) id;
                CREATE TABLE div_mixed (id int) PARTITION BY RANGE (id);
                CREATE TABLE div_near PARTITION OF div_mixed FOR VALUES FROM (0) TO (100);
                CREATE FOREIGN TABLE div_foreign PARTITION OF div_mixed FOR VALUES FROM (100) TO (200) \
                SERVER div_server OPTIONS (table_name 'div_far');
                INSERT INTO div_near SELECT generate_series(0, 99)
                """)
            for (object, column, expected) in [
                (ReadRequest.Object.table("div_foreign"), nil, 100...199), (.table("div_foreign"), "id", 100...199),
                (.table("div_mixed"), nil, 0...199), (.query("select * from div_mixed"), "id", 0...199),
            ] as [(ReadRequest.Object, String?, ClosedRange<Int>)] {
                let read = try open(object, by: column)
                defer { read.close() }
                #expect(
                    read.units.count == 1 && read.notes.contains { $0.contains("foreign") || $0.contains("one conn") })
                #expect(try ids(of: read) == Array(expected))
            }
        }
    }
}
