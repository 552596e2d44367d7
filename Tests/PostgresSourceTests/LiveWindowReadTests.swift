import Columnar
import Ports
import TestSupport
import Testing

@testable import PostgresSource

/// Slices of a watermark, read under one snapshot.
extension LiveTests {
    @Suite("Windows are read") struct LiveWindowReadTests {
        /// The first column of each slice's rows, sorted.
        static func slices(_ request: ReadRequest) throws -> [[String]] {
            let read = try SlicedRead(
                LiveServer.open(request), request, limit: BatchLimit(rows: 256, bytes: 1 << 20))
            #expect(read.counted == read.rowCount)
            return read.slices.map { $0.map { $0 ?? "NULL" }.sorted() }
        }

        static func windows(
            _ columns: [String], _ ends: WindowEnds, _ slices: ReadWindows.Slice...
        ) -> ReadWindows { ReadWindows(columns: columns, ends: ends, slices: slices) }

        struct TypeCase: Sendable, CustomTestStringConvertible {
            var type: String
            var ends: WindowEnds
            /// Ascending; a value is the text of a constant.
            var values: [String]
            var testDescription: String { type }
        }

        static let types = [
            TypeCase(
                type: "timestamptz", ends: .low,
                values: ["2026-01-01 00:00:00+00", "2026-01-01 00:00:00.000001+00", "2026-01-01 03:00:00.5+02"]),
            TypeCase(
                type: "timestamptz(3)", ends: .low,
                values: ["2026-01-01 00:00:00.001+00", "2026-01-01 00:00:00.002+00", "2026-01-01 00:00:00.003+00"]),
            TypeCase(
                type: "timestamp", ends: .low,
                values: ["0001-01-01 00:00:00", "2026-01-01 00:00:00.123456", "2026-01-01 00:00:00.123457"]),
            TypeCase(
                type: "timestamp(0)", ends: .low,
                values: ["2026-01-01 00:00:00", "2026-01-01 00:00:01", "2026-01-01 00:00:02"]),
            TypeCase(type: "date", ends: .low, values: ["1999-12-31", "2026-02-28", "2026-03-01"]),
            TypeCase(type: "int2", ends: .high, values: ["-32768", "0", "32767"]),
            TypeCase(type: "int4", ends: .high, values: ["-5", "9", "10"]),
            TypeCase(type: "int8", ends: .high, values: ["-9223372036854775808", "0", "9223372036854775807"]),
            TypeCase(type: "numeric", ends: .high, values: ["-1.5", "10.000000000000000001", "10.000000000000000002"]),
            TypeCase(
                type: "numeric(38,0)", ends: .high, values: ["9", "10", "99999999999999999999999999999999999999"]),
            TypeCase(type: "numeric(10,3)", ends: .high, values: ["9.999", "10.000", "10.001"]),
            TypeCase(type: "text", ends: .high, values: ["", "it''s", "z\\"]),
            TypeCase(type: "varchar(10)", ends: .high, values: ["a", "b", "é"]),
            TypeCase(type: "char(5)", ends: .high, values: ["a", "b", "c"]),
        ]

        /// Every row is in exactly one of the slices that follow on each other, ties and boundaries included.
        @Test(arguments: types) func coversEachRowOnce(_ one: TypeCase) throws {
            let rows = one.values.enumerated().map {
                "(\($0.offset), '\($0.element)'), (\($0.offset), '\($0.element)')"
            }
            try LiveServer.run(
                """
                SET TimeZone = 'UTC'; SET standard_conforming_strings = on; DROP TABLE IF EXISTS win_types;
                CREATE TABLE win_types (id int, c \(one.type));
                INSERT INTO win_types VALUES \(rows.joined(separator: ", ")), (9, NULL)
                """)
            let bounds = one.values.map { $0.replacing("''", with: "'") }
            let windows = Self.windows(
                ["c"], one.ends, .window(low: nil, high: bounds[0]), .window(low: bounds[0], high: bounds[1]),
                .window(low: bounds[1], high: bounds[2]), .window(low: bounds[2], high: nil), .nulls,
                .window(low: nil, high: nil))
            let all = ["0", "0", "1", "1", "2", "2"]
            let expected: [[String]] =
                one.ends == .low
                ? [[], ["0", "0"], ["1", "1"], ["2", "2"], ["9"], all]
                : [["0", "0"], ["1", "1"], ["2", "2"], [], ["9"], all]
            let table = ReadRequest(object: .table("win_types"), columns: ["id"], windows: windows)
            #expect(try Self.slices(table) == expected)
            let query = ReadRequest.Object.query("select id, c from win_types -- all of it")
            #expect(try Self.slices(ReadRequest(object: query, columns: ["id"], windows: windows)) == expected)
            // With an index, in pieces, and with a filter that ends in a comment.
            try LiveServer.run("CREATE INDEX ON win_types (c); ANALYZE win_types")
            let filtered = ReadRequest(
                object: .table("win_types"), columns: ["id"], filter: "id < 9 -- none",
                parallelism: .connections(2), windows: windows)
            #expect(try Self.slices(filtered) == expected.map { $0.filter { $0 != "9" } })
        }

        @Test func refusesWhatIsNoWatermark() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS win_refused; CREATE TABLE win_refused
                (u uuid, f float8, b boolean, j jsonb, i interval, t time, a int[], "Up" int, up2 int, "UP2" int,
                 tz timestamptz, ts timestamp, d date)
                """)
            func fault(_ columns: String..., object: ReadRequest.Object = .table("win_refused")) -> PostgresFault? {
                #expect(throws: PostgresFault.self) {
                    try LiveServer.open(
                        ReadRequest(
                            object: object,
                            windows: ReadWindows(columns: columns, ends: .low, slices: [.window(low: nil, high: nil)])))
                }
            }
            for column in ["u", "f", "b", "j", "i", "t", "a"] {
                let refused = fault(column)
                #expect(refused?.kind == .configuration && refused?.message.contains("cannot be a watermark") == true)
            }
            #expect(fault("uP2")?.message.contains("up2 and UP2") == true)
            #expect(fault("tzz")?.remedy == "Did you mean tz?", "\(fault("tzz") as Any)")
            #expect(fault("tz", "ts")?.message.contains("cannot stand in for each other") == true)
            #expect(fault("ts", "d")?.message.contains("cannot stand in for each other") == true)
            #expect(fault("c", object: .query("select 1 as a"))?.message.contains("has no column 'c'") == true)
            // Found in spite of its case.
            let read = try LiveServer.open(
                ReadRequest(
                    object: .table("win_refused"),
                    windows: Self.windows(["UP"], .high, .window(low: "1", high: nil))))
            read.close()
        }

        @Test func namesABoundThatIsNone() throws {
            try LiveServer.run("DROP TABLE IF EXISTS win_bound; CREATE TABLE win_bound (c timestamp)")
            for bound in ["yesterday evening", "2026-02-30", "'; DROP TABLE win_bound; --"] {
                let fault = #expect(throws: PostgresFault.self) {
                    try LiveServer.open(
                        ReadRequest(
                            object: .table("win_bound"),
                            windows: Self.windows(["c"], .low, .window(low: bound, high: nil))
                        ))
                }
                #expect(fault?.kind == .configuration && fault?.message.contains(bound) == true, "\(fault as Any)")
            }
            #expect(try LiveServer.rows(ReadRequest(object: .table("win_bound"))).isEmpty)
        }

        @Test func takesTheFirstThatIsNotNull() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS win_coalesce;
                CREATE TABLE win_coalesce (id int, updated timestamptz(3), created timestamptz, n int, "Big" bigint);
                INSERT INTO win_coalesce VALUES (1, '2026-01-02Z', '2026-01-01Z', 5, NULL),
                 (2, NULL, '2026-01-02Z', NULL, 6), (3, NULL, NULL, NULL, NULL), (4, '2026-01-03Z', NULL, 70, 6)
                """)
            let times = Self.windows(
                ["updated", "created"], .low, .window(low: nil, high: "2026-01-02 00:00:00+00"),
                .window(low: "2026-01-02 00:00:00+00", high: "2026-01-03 00:00:00+00"), .nulls)
            #expect(
                try Self.slices(ReadRequest(object: .table("win_coalesce"), windows: times)) == [
                    [], ["1", "2"], ["3"],
                ])
            let numbers = Self.windows(["n", "Big"], .high, .window(low: "5", high: "6"), .window(low: "6", high: nil))
            #expect(
                try Self.slices(ReadRequest(object: .table("win_coalesce"), windows: numbers)) == [["2"], ["4"]])
        }

        @Test func readsDomainsViewsAndPartitions() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS win_parts CASCADE; DROP DOMAIN IF EXISTS win_moment;
                CREATE DOMAIN win_moment AS timestamptz(0);
                CREATE TABLE win_parts (id int, c win_moment) PARTITION BY RANGE (id);
                CREATE TABLE win_parts_1 PARTITION OF win_parts FOR VALUES FROM (0) TO (50000);
                CREATE TABLE win_parts_2 PARTITION OF win_parts FOR VALUES FROM (50000) TO (100000);
                INSERT INTO win_parts SELECT i, '2026-01-01Z'::timestamptz + i * interval '1 min'
                 FROM generate_series(0, 99999) i;
                CREATE VIEW win_parts_view AS SELECT id, c FROM win_parts; ANALYZE win_parts
                """)
            let windows = Self.windows(
                ["c"], .low, .window(low: "2026-01-01 00:10:00+00", high: "2026-01-01 00:12:00+00"),
                .window(low: "2026-02-01 00:00:00+00", high: nil))
            let late = (44640..<100_000).map { String($0) }.sorted()
            for name in ["win_parts", "win_parts_view"] {
                for connections in [1, 3] {
                    let request = ReadRequest(
                        object: .table(name), parallelism: .connections(connections), windows: windows)
                    #expect(try Self.slices(request) == [["10", "11"], late])
                }
            }
            // A big slice is divided as the whole would be, a slice that an index answers is not.
            try LiveServer.run("CREATE INDEX ON win_parts (c); ANALYZE win_parts")
            let read = try LiveServer.open(
                ReadRequest(object: .table("win_parts"), parallelism: .connections(3), windows: windows))
            defer { read.close() }
            #expect(read.units.filter { $0.slice == 0 }.count == 1)
            #expect(read.units.filter { $0.slice == 1 }.count > 1, "\(read.units)")
            #expect(read.units.map(\.id) == Array(read.units.indices) && read.isSnapshot)
        }

        @Test func putsBoundsIntoPlaces() throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS win_places; CREATE TABLE win_places (id int, c timestamp, n int);
                INSERT INTO win_places SELECT i, '2026-01-01'::timestamp + i * interval '1 hour', i
                 FROM generate_series(0, 9) i;
                INSERT INTO win_places VALUES (10, NULL, NULL)
                """)
            let windows = Self.windows(
                ["c"], .low, .window(low: nil, high: "2026-01-01 03:00:00"),
                .window(low: "2026-01-01 03:00:00", high: "2026-01-01 05:00:00"),
                .window(low: "2026-01-01 05:00:00", high: nil))
            let expected = [["0", "1", "2"], ["3", "4"], ["5", "6", "7", "8", "9"]]
            let texts = [
                "select id, c from win_places where c >= {watermark_from} and c < {watermark_to}",
                "select id, c from win_places where c between '{watermark_from}' and '{watermark_to}' -- {watermark_to}",
                "select id, c from win_places where c >= timestamp '{watermark_from}' /* {watermark_from} */",
                // The column need not be among the query's own; then its comparisons alone decide.
                "select id from win_places where c >= {watermark_from} and c < '{watermark_to}'",
                "select id from win_places where c >= {watermark_from}::timestamp and c < {watermark_to}",
            ]
            for text in texts {
                #expect(try Self.slices(ReadRequest(object: .query(text), windows: windows)) == expected, "\(text)")
            }
            let numbers = Self.windows(["n"], .high, .window(low: nil, high: "3"), .window(low: "3", high: nil))
            #expect(
                try Self.slices(
                    ReadRequest(
                        object: .query("select id from win_places where n > {watermark_from} and n <= {watermark_to}"),
                        windows: numbers)) == [["0", "1", "2", "3"], ["4", "5", "6", "7", "8", "9"]])
            let within = #expect(throws: PostgresFault.self) {
                try Self.slices(
                    ReadRequest(
                        object: .query("select id, c from win_places where c >= 'x{watermark_from}'"), windows: windows)
                )
            }
            #expect(within?.kind == .configuration && within?.message.contains("within a longer text") == true)
        }
    }
}
