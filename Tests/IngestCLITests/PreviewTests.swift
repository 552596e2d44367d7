import Columnar
import Ports
import Synchronization
import TestSupport
import Testing

@testable import IngestCLI

@Suite("ingest discover and ingest preview")
struct PreviewTests {
    private func run(_ arguments: [String], _ source: any BatchSource) -> (code: Int32, out: String, error: String) {
        let run = ProgramRun(arguments, sources: SourceTable(entries: [.init(schemes: ["fake"]) { _, _ in source }]))
        return (run.code, run.out, run.error)
    }

    @Test("a catalog is opened once and closed, also where the answer is an error")
    func closes() {
        let catalog = FakeCatalog([
            CatalogTable(name: TableName(name: "plain"), kind: .table, primaryKey: ["id"], columns: [.made("id")])
        ])
        let good = run(["discover", "fake://x"], catalog)
        #expect(good.code == 0 && good.out.contains("plain  table"), "\(good)")
        let bad = run(["discover", "--tables", "nope", "fake://x"], catalog)
        #expect(bad.code == 2 && bad.error.contains("there is no such table"))
        #expect(catalog.counts.withLock { $0.opened == 2 && $0.closed == 2 })
    }

    @Test("a source without a catalog cannot be discovered, but previewed")
    func withoutCatalog() {
        let source = FakeSource(.init(units: [2, 3]))
        #expect(run(["discover", "fake://x"], source).code == 2)
        let (code, out, error) = run(["preview", "--source", "fake://x", "--table", "t", "--limit", "4"], source)
        #expect(code == 0, "\(error)")
        #expect(out.hasPrefix("t: the first 4 rows\n"), "\(out)")
        #expect(source.handles.withLock { $0.reads == 0 && $0.readers == 0 }, "all is closed")
    }

    @Test("hostile names of tables are harmless")
    func hostile() {
        let catalog = FakeCatalog([
            CatalogTable(name: TableName(schema: "\u{1b}[2J", name: "a\u{202e}b"), kind: .view, columns: [.made("id")])
        ])
        let (_, out, _) = run(["discover", "fake://x"], catalog)
        #expect(!out.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    }

    private func report(_ rows: [[String?]], _ columns: [(String, ColumnType)]) -> PreviewReport {
        PreviewReport(
            preview: Preview(
                title: "t", columns: columns.map { Preview.Column(name: $0.0, type: $0.1) }, rows: rows, isCut: false,
                estimatedRows: nil, notes: []))
    }

    @Test("NULL, an empty text and the text NULL look different")
    func nulls() {
        #expect(
            [nil, "", "NULL", "null", " x"].map(PreviewReport.shown) == ["NULL", "\"\"", "\"NULL\"", "null", "\" x\""])
    }

    @Test("no line is wider than the terminal, and no column is lost", arguments: [20, 40, 80])
    func width(_ width: Int) {
        let columns = (0..<12).map { ("column_\($0)", ColumnType.text) }
        let rows = [columns.indices.map { String(repeating: "x", count: $0 * 9) }]
        let lines = report(rows, columns).text(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width })
        for (name, _) in columns { #expect(lines.contains { $0.contains(name) }, "\(name)") }
    }

    @Test("values of every sort, dense storage and nested lists included")
    func values() throws {
        let type = ColumnType.list(.list(.int32))
        let column = Column(type, slots: 8)
        let inner = column.children[0]
        let leaf = inner.children[0]
        // [[1, NULL], NULL], NULL, [], [[], [3]]
        func lengths(_ column: Column, _ values: [UInt32]) {
            for (i, value) in values.enumerated() {
                column.values.storeBytes(of: value, toByteOffset: i * 4, as: UInt32.self)
            }
        }
        column.reserveSlots(8)
        inner.reserveSlots(8)
        leaf.reserveSlots(8)
        lengths(column, [2, 0, 2])
        column.validity[0] = 0b1111_1101
        column.slotCount = 4
        column.nullCount = 1
        lengths(inner, [2, 0, 1])
        inner.validity[0] = 0b1111_1101
        inner.slotCount = 4
        inner.nullCount = 1
        for (i, value) in [Int32(1), 3].enumerated() {
            leaf.values.storeBytes(of: value, toByteOffset: i * 4, as: Int32.self)
        }
        leaf.validity[0] = 0b1111_1101
        leaf.slotCount = 3
        leaf.nullCount = 1
        #expect(ValueText.values(column, count: 4) == ["[[1, NULL], NULL]", nil, "[]", "[[], [3]]"])
    }
}
