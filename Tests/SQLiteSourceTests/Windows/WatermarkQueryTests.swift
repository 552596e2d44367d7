import Ports
import TestSupport
import Testing

@testable import SQLiteSource

extension DatabaseFiles {
    @Suite("Windows of queries", .serialized)
    struct WatermarkQueryTests {
        let folder = TemporaryFolder()
        private var source: SQLiteSource { SQLiteSource(path: folder.file("a.db")) }

        init() {
            WritableDatabase(folder.file("a.db")).run(
                """
                CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, at TEXT, jd REAL);
                INSERT INTO t VALUES (1, 10, '2024-01-01 00:00:00', 2460310.5), (2, 20, '2024-02-01 00:00:00', 2460341.5),
                    (3, 30, '2024-03-01 00:00:00', 2460370.5)
                """)
        }

        @Test(
            "places stand for the bounds, and the result is compared as well",
            arguments: [
                (
                    "SELECT id, at FROM t WHERE at >= '{watermark_from}' AND at < {watermark_to}", "at", "2024-02-01",
                    "2024-03-01"
                ),
                ("SELECT id, at FROM t WHERE at >= {watermark_from}", "at", "2024-02-01", "2024-03-01"),
                ("SELECT id, at FROM t", "AT", "2024-02-01", "2024-03-01"),
                (
                    "SELECT id FROM t WHERE at >= {watermark_from} AND at < {watermark_to}", "at", "2024-02-01",
                    "2024-03-01"
                ),
                (
                    "SELECT id, jd FROM t WHERE jd >= {watermark_from} AND jd < {watermark_to} -- x", "jd",
                    "2024-02-01",
                    "2024-03-01"
                ),
                ("SELECT id, n FROM t WHERE n > {watermark_from} AND n <= {watermark_to}", "n", "10", "20"),
            ])
        func places(_ query: String, _ column: String, _ low: String, _ high: String) throws {
            let object = ReadRequest.Object.query(query)
            let moment = try freeze(source, WindowQuestion(object: object, columns: [column], timezone: "UTC"))
            #expect(moment.ends == (column == "n" ? .high : .low))
            #expect(column != "n" || moment.high?.value == "30")
            let windows = ReadWindows(
                columns: [column], ends: moment.ends,
                slices: [.window(low: nil, high: low), .window(low: low, high: high), .window(low: high, high: nil)])
            #expect(try readSlices(source, object, windows) == [["1"], ["2"], ["3"]])
        }

        @Test("a query that has neither the column nor places for it")
        func missing() {
            let fault = #expect(throws: SQLiteFault.self) {
                try freeze(source, WindowQuestion(object: .query("SELECT id FROM t"), columns: ["at"]))
            }
            #expect(fault?.message.contains("has no column 'at'") == true)
        }
    }
}
