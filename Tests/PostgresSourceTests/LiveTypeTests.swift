import Columnar
import Ports
import TestSupport
import Testing

@testable import PostgresSource

extension LiveTests {
    @Suite("Types of a server") struct LiveTypeTests {
        struct Row: CustomTestStringConvertible, Sendable {
            var type: String
            var expected: ColumnType
            /// SQL literal → text of the decoded value. Nil: as the server itself prints the value.
            var values: [(String, String?)]
            var testDescription: String { type }

            init(_ type: String, _ expected: ColumnType, _ values: [(String, String?)]) {
                self.type = type
                self.expected = expected
                self.values = values
            }
        }

        static let rows: [Row] = [
            Row("boolean", .boolean, [("true", "t"), ("false", "f")]),
            Row("smallint", .int16, [("-32768", nil), ("32767", nil)]),
            Row("integer", .int32, [("-2147483648", nil), ("2147483647", nil)]),
            Row("bigint", .int64, [("-9223372036854775808", nil), ("9223372036854775807", nil)]),
            Row("real", .float, [("1.5", "1.5"), ("'NaN'", "nan"), ("'-Infinity'", "-inf")]),
            Row("double precision", .double, [("1e300", "1e+300"), ("'NaN'", "nan"), ("'Infinity'", "inf")]),
            Row("numeric(9,2)", .decimal(precision: 9, scale: 2), [("9999999.99", nil), ("-0.01", nil), ("0", nil)]),
            Row(
                "numeric(15,2)", .decimal(precision: 15, scale: 2),
                [("9999999999999.99", nil), ("-9999999999999.99", nil), ("17", nil)]),
            Row(
                "numeric(18,18)", .decimal(precision: 18, scale: 18),
                [("0.999999999999999999", nil), ("0.000000000000000001", nil)]),
            Row(
                "numeric(38,10)", .decimal(precision: 38, scale: 10),
                [
                    ("9999999999999999999999999999.9999999999", nil), ("-9999999999999999999999999999.9999999999", nil),
                    ("0.0000000001", nil),
                ]),
            Row("numeric(5)", .decimal(precision: 5, scale: 0), [("99999", nil)]),
            Row("numeric(3,5)", .decimal(precision: 5, scale: 5), [("0.00999", nil)]),
            Row("numeric(3,-2)", .decimal(precision: 5, scale: 0), [("99900", nil), ("-100", nil)]),
            Row("numeric(50,2)", .decimal(precision: 38, scale: 10), [("1.25", "1.2500000000")]),
            Row(
                "numeric", .decimal(precision: 38, scale: 10),
                [("1.5", "1.5000000000"), ("-123456789012345678901234567.0123456789", nil)]),
            Row(
                "money", .decimal(precision: 19, scale: 2),
                [("'-92233720368547758.08'", "-92233720368547758.08"), ("'12.5'", "12.50")]),
            Row("date", .date, [("'1970-01-01'", "0"), ("'0001-01-01'", "-719162"), ("'9999-12-31'", "2932896")]),
            Row("time", .text, [("'12:34:56.789'", "12:34:56.789000"), ("'24:00'", "24:00:00.000000")]),
            Row("timetz", .text, [("'12:34:56+02'", nil)]),
            Row(
                "timestamp", .timestamp(.microseconds, utc: false),
                [
                    ("'1970-01-01 00:00:01'", "1000000"), ("'0001-01-01'", "-62135596800000000"),
                    ("'9999-12-31 23:59:59.999999'", "253402300799999999"),
                ]),
            Row("timestamptz", .timestamp(.microseconds, utc: true), [("'1970-01-01 00:00:01+01'", "-3599000000")]),
            Row(
                "interval", .text,
                [("'1 year 2 mons 3 days 04:05:06.7'", "P1Y2M3DT4H5M6.7S"), ("'-1 second'", "PT-1S")]),
            Row("char(5)", .text, [("'ab'", "ab"), ("''", ""), ("'12345'", nil)]),
            Row("varchar(5)", .text, [("'ab '", "ab "), ("''", "")]),
            Row("text", .text, [("'ä'", nil), ("repeat('x', 1000000)", nil)]),
            Row("name", .text, [("'n'", nil)]), Row("\"char\"", .text, [("'c'", nil)]),
            Row("bytea", .binary, [("'\\x00ff'", nil), ("''", "\\x")]),
            Row("json", .text, [("'{\"a\" : 1}'", nil)]), Row("jsonb", .text, [("'{\"a\" : 1}'", nil)]),
            Row("xml", .text, [("'<a>ä</a>'", nil)]), Row("jsonpath", .text, [("'$.a'", nil)]),
            Row("uuid", .text, [("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", nil)]),
            Row("inet", .text, [("'10.0.0.1'", nil), ("'10.0.0.0/8'", nil)]),
            Row("cidr", .text, [("'10.0.0.0/8'", nil)]),
            Row("macaddr", .text, [("'08:00:2b:01:02:03'", nil)]), Row("bit(3)", .text, [("B'101'", nil)]),
            Row("varbit", .text, [("B'1'", nil)]), Row("int4range", .text, [("'[1,5)'", nil)]),
            Row("point", .text, [("'(1,2)'", nil)]), Row("box", .text, [("'(1,2),(0,0)'", nil)]),
            Row("tsvector", .text, [("'a b'", nil)]), Row("pg_lsn", .text, [("'0/16B3748'", nil)]),
            Row("oid", .int64, [("4294967295", nil)]), Row("regclass", .text, [("'pg_class'", nil)]),
            Row("xid", .text, [("'7'", nil)]), Row("int2vector", .text, [("'1 2'", nil)]),
            Row("pg_types_mood", .text, [("'happy'", nil)]), Row("pg_types_pair", .text, [("row(1, 'x y')", nil)]),
            Row("pg_types_cents", .decimal(precision: 12, scale: 2), [("1.5", "1.50")]),
            Row("pg_types_deep", .decimal(precision: 12, scale: 2), [("2", "2.00")]),
            Row("citext", .text, [("'Ab'", nil)]), Row("hstore", .text, [("'a=>1'", nil)]),
            Row("integer[]", .list(.int32), [("'{}'", nil), ("'{1,NULL,3}'", nil)]),
            Row("integer[][]", .list(.list(.int32)), [("'{{1,2},{3,NULL}}'", nil), ("'{}'", nil)]),
            Row("text[]", .list(.text), [("'{a,b}'", nil)]),
            Row("numeric(10,2)[]", .list(.decimal(precision: 10, scale: 2)), [("'{1.5,-2}'", "{1.50,-2.00}")]),
            Row("pg_types_cents[]", .list(.decimal(precision: 12, scale: 2)), [("'{1.5}'", "{1.50}")]),
            Row("char(3)[]", .list(.text), [("'{a,bcd}'", "{a,bcd}")]),
            Row("inet[]", .list(.text), [("'{10.0.0.1,10.0.0.0/8}'", nil)]),
            Row("pg_types_geo[]", .list(.text), [("'{a,b;\"c;d\";NULL}'", "{a,b,c;d,NULL}")]),
            Row("pg_types_pair[]", .list(.text), [("array[row(1,NULL)::pg_types_pair,NULL]", "{(1,),NULL}")]),
            Row("pg_types_list", .list(.int32), [("'{1,2}'", nil)]),
            Row("name[]", .list(.text), [("'{a}'", nil)]),
            Row("bytea[]", .list(.binary), [("array['\\x00ff'::bytea]", "{\\x00ff}")]),
            Row(
                "numeric(38,38)", .decimal(precision: 38, scale: 38),
                [
                    ("0.99999999999999999999999999999999999999", nil),
                    ("-0.00000000000000000000000000000000000001", nil),
                ]),
            Row("numeric(38,0)", .decimal(precision: 38, scale: 0), [("99999999999999999999999999999999999999", nil)]),
            Row("numeric(2,-3)", .decimal(precision: 5, scale: 0), [("99000", nil), ("-1000", nil), ("0", nil)]),
            Row("real[]", .list(.float), [("'{-0,NaN}'", "{-0.0,nan}")]),
            Row("box[]", .list(.text), [("'{(1,1),(0,0)}'", "{(1,1),(0,0)}")]),
            Row("uuid[]", .list(.text), [("'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'", nil)]),
            Row("money[]", .list(.decimal(precision: 19, scale: 2)), [("'{1.5}'", "{1.50}")]),
            Row("pg_types_mood[]", .list(.text), [("'{happy,sad}'", nil)]),
            Row("jsonb[]", .list(.text), [("'{1,2}'", nil)]),
            Row("interval[]", .list(.text), [("'{1 day}'", "{P1D}")]),
            Row("timestamptz[]", .list(.timestamp(.microseconds, utc: true)), [("'{1970-01-01 00:00:00+00}'", "{0}")]),
        ]

        static func prepare() throws {
            try LiveServer.run(
                """
                CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore;
                DROP TABLE IF EXISTS pg_types_1; DROP TYPE IF EXISTS pg_types_mood, pg_types_pair CASCADE; \
                DROP DOMAIN IF EXISTS pg_types_deep; DROP DOMAIN IF EXISTS pg_types_cents;
                DROP TYPE IF EXISTS pg_types_geo CASCADE; DROP DOMAIN IF EXISTS pg_types_list CASCADE;
                CREATE TYPE pg_types_geo;
                CREATE FUNCTION pg_types_geo_in(cstring) RETURNS pg_types_geo LANGUAGE internal IMMUTABLE STRICT AS 'textin';
                CREATE FUNCTION pg_types_geo_out(pg_types_geo) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
                CREATE TYPE pg_types_geo (INPUT = pg_types_geo_in, OUTPUT = pg_types_geo_out, DELIMITER = ';');
                CREATE DOMAIN pg_types_list AS int[];
                CREATE TYPE pg_types_mood AS ENUM ('happy', 'sad'); CREATE TYPE pg_types_pair AS (a int, b text);
                CREATE DOMAIN pg_types_cents AS numeric(12,2); CREATE DOMAIN pg_types_deep AS pg_types_cents;
                """)
        }

        @Test func mapsEveryType() throws {
            try Self.prepare()
            let columns = Self.rows.enumerated().map { "c\($0) \($1.type)" }.joined(separator: ", ")
            try LiveServer.run("CREATE TABLE pg_types_1 (\(columns)); INSERT INTO pg_types_1 DEFAULT VALUES")
            let length = Self.rows.map(\.values.count).max()!
            for i in 0..<length {
                let used = Self.rows.enumerated().filter { $1.values.count > i }
                try LiveServer.run(
                    "INSERT INTO pg_types_1 (\(used.map { "c\($0.offset)" }.joined(separator: ","))) VALUES "
                        + "(\(used.map { "(\($0.element.values[i].0))::\($0.element.type)" }.joined(separator: ",")))")
            }
            let connection = try LiveServer.connect()
            defer { connection.close() }
            _ = try connection.execute(
                "SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'", doing: "a test")
            let shown = try connection.execute("SELECT * FROM pg_types_1", doing: "a test").table
            for object in [ReadRequest.Object.table("pg_types_1"), .query("select * from pg_types_1;")] {
                let request = ReadRequest(object: object)
                let read = try LiveServer.open(request)
                defer { read.close() }
                let rows = try LiveServer.rows(of: read)
                try read.confirm()
                #expect(rows.count == length + 1)
                for (c, row) in Self.rows.enumerated() {
                    #expect(read.schema.fields[c].type == row.expected, "\(row.type)")
                    #expect(rows[0][c] == nil, "\(row.type)")
                    for (i, value) in row.values.enumerated() {
                        #expect(rows[i + 1][c] == value.1 ?? shown[i + 1][c], "\(row.type) \(value.0)")
                    }
                }
            }
        }

        @Test(arguments: [
            ("date 'infinity'", "infinity"), ("date '-infinity'", "-infinity"),
            ("date '0001-12-31 BC'", "0001-12-31 BC"),
            ("timestamp '10000-01-01'", "10000-01-01"), ("timestamptz '294276-12-31 23:59:59.999999Z'", "294276-12-31"),
            ("timestamp '4713-01-01 BC'", "4713-01-01 BC"), ("'NaN'::numeric(10,2)", "NaN"),
            ("'Infinity'::numeric", "Infinity"),
            ("'{{1}}'::int[]", "[1:1][1:1]"), ("'[0:1]={1,2}'::int[]", "[0:1]"),
        ]) func stopsNullsOrWritesText(_ value: String, _ shown: String) throws {
            var request = ReadRequest(
                object: .query("select \(value) as v union all select null order by 1 nulls first"))
            let fault = #expect(throws: PostgresFault.self) { try LiveServer.rows(request) }
            #expect(
                fault?.column == "v" && fault?.message.contains(shown) == true
                    && fault?.message.contains("row 2") == true,
                "\(fault as Any)")
            request.typeChoices.unrepresentable = .null
            let read = try LiveServer.open(request)
            defer { read.close() }
            let reader = try read.makeReader()
            defer { reader.close() }
            let batch = Batch(schema: read.schema)
            try reader.begin(read.units[0])
            #expect(try reader.fill(batch) == .unitEnded(serverRows: 2))
            #expect(BatchText.rows(batch) == [[nil], [nil]])
            #expect(reader.adjustments.map(\.count) == [1] && reader.adjustments.first?.column == "v")
            // The same from each connection, so that their counts can be added up.
            #expect(reader.adjustments.first?.message.hasPrefix("values of type ") == true)
            request.typeChoices.unrepresentable = .text
            #expect(try LiveServer.rows(request).count == 2)
        }

        /// Settings of a role or a database that change how values are printed and read back.
        @Test func dependsOnNoSettings() throws {
            let settings = try LiveServer.settings([
                "options":
                    "-c array_nulls=off -c DateStyle=SQL,DMY -c IntervalStyle=sql_standard -c TimeZone=Asia/Tokyo "
                    + "-c extra_float_digits=-3 -c bytea_output=escape -c standard_conforming_strings=off "
                    + "-c lc_monetary=C -c default_transaction_isolation=serializable"
            ])
            let query = """
                select array['10.0.0.1'::inet, null] a, timestamptz '2020-01-01 00:00:00Z' z, array[interval '1 day', null] i,
                '[2020-01-02,2020-01-03)'::daterange r, row(1.1::float8, '2020-01-02'::date, null)::text c,
                '12.5'::float8::numeric::money m
                """
            let read = try LiveServer.open(ReadRequest(object: .query(query)), settings: settings)
            defer { read.close() }
            #expect(
                try LiveServer.rows(of: read) == [
                    [
                        "{10.0.0.1,NULL}", "1577836800000000", "{P1D,NULL}", "[2020-01-02,2020-01-03)",
                        "(1.1,2020-01-02,)", "12.50",
                    ]
                ])
        }

        @Test func honoursChoices() throws {
            var request = ReadRequest(
                object: .query(
                    "select time '01:00' t, '{}'::json j, '{}'::jsonb b, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid u, "
                        + "'a'::char(3) c, 1.5::numeric n"))
            request.typeChoices.time = true
            request.typeChoices.json = true
            request.typeChoices.uuid = true
            request.typeChoices.keepPadding = true
            request.typeChoices.wideNumeric = .double
            let read = try LiveServer.open(request)
            defer { read.close() }
            #expect(read.schema.fields.map(\.type) == [.time, .json, .json, .uuid, .text, .double])
            #expect(
                try LiveServer.rows(of: read) == [
                    ["3600000000", "{}", "{}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a  ", "1.5"]
                ])
            request.typeChoices.wideNumeric = .decimal(precision: 38, scale: 20)
            #expect(try LiveServer.rows(request)[0][5] == "1.50000000000000000000")
            request.typeChoices.wideNumeric = .text
            #expect(try LiveServer.rows(request)[0][5] == "1.5")
        }

        @Test func stopsAtANumericThatDoesNotFit() throws {
            let fault = #expect(throws: PostgresFault.self) {
                try LiveServer.rows(ReadRequest(object: .query("select 1.00000000001::numeric as amount")))
            }
            #expect(
                fault?.message.contains("1.00000000001") == true && fault?.column == "amount" && fault?.remedy != nil)
        }
    }
}
