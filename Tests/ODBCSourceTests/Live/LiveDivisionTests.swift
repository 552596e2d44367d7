import Ports
import SQLDialects
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    @Suite("Dividing by ranges", .serialized)
    struct DividingByRanges {
        private static func make(_ source: LiveSource) throws {
            switch source {
            case .mariaDB:
                try source.prepare(
                    "division",
                    [
                        """
                        CREATE TABLE division.t (id bigint unsigned, skewed int, price decimal(12,3), day date NOT NULL, \
                        moment datetime(6), stamp timestamp(3) NULL, name varchar(9))
                        """,
                        "SET sql_mode = ''",
                        """
                        INSERT INTO division.t SELECT seq + 18446744073709540000, IF(seq % 50 = 0, seq * 1000, seq % 7), \
                        (CAST(seq AS SIGNED) - 5000) / 7, IF(seq % 100 = 0, '0000-00-00', '2020-01-01' + INTERVAL (seq % 900) DAY), \
                        IF(seq % 10 = 0, NULL, '2024-01-01' + INTERVAL seq * 1000003 MICROSECOND), \
                        IF(seq % 9 = 0, NULL, '2024-03-30 22:00:00' + INTERVAL seq * 30 SECOND), 'x' FROM seq_1_to_10000
                        """,
                        "INSERT INTO division.t (day) VALUES ('0000-00-00'), ('9999-12-31'), ('1000-01-01')",
                    ])
            case .postgreSQL:
                try source.prepare(
                    "division",
                    [
                        """
                        CREATE TABLE division.t (id int8, skewed int4, price numeric, day date, moment timestamp, \
                        stamp timestamptz, name text)
                        """,
                        """
                        INSERT INTO division.t SELECT s, CASE WHEN s % 50 = 0 THEN s * 1000 ELSE s % 7 END, \
                        CASE WHEN s % 77 = 0 THEN 'NaN' ELSE (s - 5000) / 7.0 END, date '2020-01-01' + s % 900, \
                        CASE WHEN s % 10 <> 0 THEN timestamp '2024-01-01' + s * interval '1000003 us' END, \
                        CASE WHEN s % 9 <> 0 THEN timestamptz '2024-03-30 22:00:00Z' + s * interval '30 s' END, 'x' \
                        FROM generate_series(1, 10000) s
                        """,
                        """
                        INSERT INTO division.t (day, moment, stamp) VALUES ('infinity', 'infinity', '-infinity'), \
                        ('-infinity', '-infinity', 'infinity'), (NULL, '0044-03-15 BC', '294276-01-01')
                        """,
                        "ANALYZE division.t",
                    ])
            }
        }

        private func types(_ source: LiveSource) -> [(String, String)] {
            source == .mariaDB
                ? [
                    ("id", "bigint unsigned"), ("skewed", "int"), ("price", "decimal(12,3)"), ("day", "date"),
                    ("moment", "datetime(6)"), ("stamp", "timestamp(3)"),
                ]
                : [
                    ("id", "int8"), ("skewed", "int4"), ("price", "numeric"), ("day", "date"), ("moment", "timestamp"),
                    ("stamp", "timestamptz"),
                ]
        }

        @Test(
            "each row is in exactly one unit, NULLs and what is outside of the bounds too",
            arguments: LiveSource.present)
        func everyRowOnce(source: LiveSource) throws {
            try Self.make(source)
            let connection = try source.session()
            defer { connection.close() }
            let table = SelectStatement.From.table(QualifiedName(schema: "division", name: "t"))
            let query = SelectStatement.From.query(
                try UserQuery("SELECT * FROM division.t WHERE 1 = 1 -- all", lexicon: source.dialect.lexicon))
            let total = 10_003
            for (column, type) in types(source) {
                for (from, rows) in [(table, 10_000), (table, nil), (query, 10_000), (table, 3_000_000)]
                    as [(SelectStatement.From, Int?)]
                {
                    let division = RangeDivision(connection: connection, dialect: source.dialect, from: from)
                    let outcome = try division.divide(by: column, of: DatabaseType(type), pieces: 8, rows: rows)
                    guard case .units(let units) = outcome else {
                        // Ends that no bound can lie between, and no sample.
                        #expect(rows != 10_000 || (column == "day" || column == "price"), "\(column) \(outcome)")
                        continue
                    }
                    #expect((2...9).contains(units.count))
                    var counts: [Int] = []
                    for unit in units {
                        let select = SelectStatement(
                            .expressions(["COUNT(*)"]), from: from, conditions: [unit.condition])
                        let count = try connection.rows(
                            try select.sql(source.dialect), parameters: select.parameters, doing: "counting")[0][0]
                        counts.append(Int(count ?? "") ?? -1)
                    }
                    #expect(counts.reduce(0, +) == total, "\(column) \(units.map(\.label)) \(counts)")
                    // By percentiles no unit has nearly everything, although one value in fifty is a thousand times as large.
                    if rows == 10_000, column == "skewed" { #expect((counts.max() ?? total) < total / 2, "\(counts)") }
                }
            }
        }

        @Test("what cannot be divided says why", arguments: LiveSource.present)
        func whole(source: LiveSource) throws {
            try Self.make(source)
            let connection = try source.session()
            defer { connection.close() }
            let division = RangeDivision(
                connection: connection, dialect: source.dialect,
                from: .table(QualifiedName(schema: "division", name: "t")))
            let text = try division.divide(by: "name", of: DatabaseType("varchar(9)"), pieces: 8, rows: 10_000)
            guard case .whole(let why) = text else { throw Unexpected() }
            #expect(why.contains("'name'"))
            let nothing = RangeDivision(
                connection: connection, dialect: source.dialect,
                from: .table(QualifiedName(schema: "division", name: "t")),
                conditions: [try .written("1 = 0", dialect: source.dialect)])
            guard case .whole = try nothing.divide(by: "id", of: DatabaseType("bigint"), pieces: 8, rows: nil) else {
                throw Unexpected()
            }
        }

        struct Unexpected: Error {}
    }
}
