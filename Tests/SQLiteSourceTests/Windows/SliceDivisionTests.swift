import Ports
import TestSupport
import Testing

@testable import SQLiteSource

extension DatabaseFiles {
    @Suite("Dividing slices", .serialized)
    struct SliceDivisionTests {
        let folder = TemporaryFolder()
        private static let rows = 100_000

        private func make(_ index: String) -> SQLiteSource {
            WritableDatabase(folder.file("a.db")).run(
                """
                CREATE TABLE t (id INTEGER PRIMARY KEY, c DATETIME, pad TEXT);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows))
                INSERT INTO t SELECT i, datetime(1704067200 + i, 'unixepoch'), NULL FROM n; \(index)
                """)
            return SQLiteSource(path: folder.file("a.db"))
        }

        private func units(_ source: SQLiteSource, _ windows: ReadWindows) throws -> [Int] {
            let read = try source.open(
                ReadRequest(object: .table("t"), parallelism: .connections(2), windows: windows), stop: StopSignal())
            defer { read.close() }
            return windows.slices.indices.map { slice in read.units.filter { $0.slice == slice }.count }
        }

        @Test(
            "big slices are several units, small ones are one where an index finds them",
            arguments: ["", "CREATE INDEX i ON t (c)"])
        func times(_ index: String) throws {
            let source = make(index)
            // 1,000 rows, 98,999 rows, the last one.
            let windows = ReadWindows(
                columns: ["c"], ends: .low,
                slices: [
                    .window(low: nil, high: "2024-01-01T00:16:41.000000"),
                    .window(low: "2024-01-01T00:16:41.000000", high: "2024-01-02T03:46:40.000000"),
                    .window(low: "2024-01-02T03:46:40.000000", high: nil),
                ])
            let counts = try units(source, windows)
            #expect(counts[1] > 4)
            #expect(index.isEmpty || counts[0] == 1 && counts[2] == 1)
            let slices = try readSlices(source, .table("t"), windows, parallelism: .connections(2))
            #expect(slices.map(\.count) == [1000, Self.rows - 1001, 1])
            #expect(Set(slices.joined().compactMap { $0 }).count == Self.rows)
        }

        @Test("a window of the rowid divides only its own stretch")
        func rowids() throws {
            let source = make("")
            let windows = ReadWindows(
                columns: ["id"], ends: .high,
                slices: [
                    .window(low: nil, high: "10"), .window(low: "10", high: "90000"), .window(low: "90000", high: nil),
                ])
            let counts = try units(source, windows)
            #expect(counts[0] == 1 && counts[1] > 4)
            let slices = try readSlices(source, .table("t"), windows, parallelism: .connections(2))
            #expect(slices.map(\.count) == [10, 89_990, 10_000])
            #expect(Set(slices.joined().compactMap { $0 }).count == Self.rows)
        }
    }
}
