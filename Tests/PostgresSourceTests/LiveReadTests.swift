import Columnar
import Ports
import Testing

@testable import PostgresSource

@Suite(
    "Reading from a server", .tags(.live), .enabled(if: LiveServer.conninfo != nil, "set INGEST_TEST_PG"), .serialized)
struct LiveReadTests {
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
        #expect(rows[4998] == ["4999", "1249.75", "x4999", String(repeating: "ä", count: 39), "15956", "4999000000"])
    }
}
