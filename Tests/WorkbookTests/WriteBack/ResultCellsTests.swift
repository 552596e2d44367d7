import Glibc
import Ports
import TestSupport
import Testing

@testable import Workbook

@Suite("Results in the workbook's rows")
struct ResultCellsTests {
    private let folder = TemporaryFolder()
    private static let noon = CivilTime(unixMicroseconds: 1_795_262_459_123_456, offsetSeconds: 3600)

    private static let sources = [KnownSource(name: "erp", type: .postgresql)]

    /// A template with these rows; each is given by column.
    private func workbook(_ rows: [[JobColumn: CellPatch.Value]]) throws -> String {
        let path = folder.file("book.xlsx")
        try TemplateWriter(content: TemplateContent(sources: Self.sources)).write(to: path, replacing: true)
        _ = try WorkbookPatcher.apply(to: path) { (file) throws(WorkbookFault) in
            let table = try file.read("SourceConfig")
            var patches: [CellPatch] = []
            for row in table.rows.dropFirst() {
                for cell in row.cells {
                    patches.append(
                        CellPatch(
                            sheet: "SourceConfig", reference: CellReference(row: row.number, column: cell.column),
                            value: .empty))
                }
            }
            return patches
        }
        try set(rows.enumerated().map { ($0 + 2, $1) }, in: path)
        return path
    }

    private func column(_ column: JobColumn, in table: SheetTable) -> Int {
        table.rows[0].cells.first { $0.value == .text(column.name) }!.column
    }

    private func set(_ rows: [(Int, [JobColumn: CellPatch.Value])], in path: String) throws {
        _ = try WorkbookPatcher.apply(to: path) { (file) throws(WorkbookFault) in
            let table = try file.read("SourceConfig")
            return rows.flatMap { row, cells in
                cells.map { cell in
                    CellPatch(
                        sheet: "SourceConfig",
                        reference: CellReference(row: row, column: column(cell.key, in: table)), value: cell.value)
                }
            }
        }
    }

    private func cells(_ path: String, row: Int) throws -> [JobColumn: CellValue] {
        let table = try WorkbookFile.open(path: path).read("SourceConfig")
        var found: [JobColumn: CellValue] = [:]
        for wanted in JobColumn.allCases
        where wanted.spec.isOutput || [.lastWatermark, .reloadFrom, .reloadTo].contains(wanted) {
            guard let header = table.rows[0].cells.first(where: { $0.value == .text(wanted.name) }),
                let cell = table.rows.first(where: { $0.number == row })?.cells.first(where: {
                    $0.column == header.column
                }),
                cell.value != .empty
            else { continue }
            found[wanted] = cell.value
        }
        return found
    }

    private static func job(_ table: String, _ more: [JobColumn: CellPatch.Value] = [:]) -> [JobColumn: CellPatch.Value]
    {
        [.enabled: .text("Y"), .sourceName: .text("erp"), .tableName: .text(table), .loadType: .text("FULL")]
            .merging(more) { $1 }
    }

    private static let incremental: [JobColumn: CellPatch.Value] = [
        .loadType: .text("INCREMENTAL"), .watermarkColumn: .text("updated_at"),
    ]

    private func write(_ results: [RowResult], _ path: String) throws -> [String] {
        try WorkbookResults.write(results, to: path, sources: Self.sources, patience: .init(seconds: 0.2))
    }

    private static func result(_ job: String, row: Int? = nil, status: JobStatus = .success) -> RowResult {
        RowResult(
            job: job, row: row, status: status, endedAt: noon, rows: 10_003, seconds: 15.8649,
            message: "10,003 rows, 84.6 kB.")
    }

    @Test("each result stands in its row, with real numbers and a real date")
    func writes() throws {
        let path = try workbook([Self.job("orders"), Self.job("users", Self.incremental)])
        var users = Self.result("erp.users")
        users.watermark = WatermarkText(value: "2026-11-21 06:00:00.123456", type: "timestamp(6)")
        let failed = RowResult(
            job: "erp.orders", row: 2, status: .failed, endedAt: Self.noon, message: "=No such table.")
        #expect(try write([failed, users], path) == [])
        let date = SheetDate(form: .dateTime, days: 20_778, microseconds: 46_859_000_000)
        #expect(
            try cells(path, row: 2) == [
                .lastStatus: .text("FAILED"), .lastRun: .date(date), .lastMessage: .text("=No such table."),
            ])
        #expect(
            try cells(path, row: 3) == [
                .lastStatus: .text("SUCCESS"), .lastRun: .date(date), .lastRows: .number(10_003, digits: "10003"),
                .lastDuration: .number(15.86, digits: "15.86"), .lastMessage: .text("10,003 rows, 84.6 kB."),
                .lastWatermark: .text("2026-11-21 06:00:00.123456"),
            ])
        // A later failure empties what is not true any more, and leaves the watermark.
        #expect(try write([RowResult(job: "erp.users", row: 3, status: .locked, endedAt: Self.noon)], path) == [])
        let locked = try cells(path, row: 3)
        #expect(locked[.lastStatus] == .text("LOCKED") && locked[.lastRows] == nil)
        #expect(locked[.lastWatermark] == .text("2026-11-21 06:00:00.123456"))
    }

    @Test("while a table has no load, last_run stays as it is beside a start: only a copied row has one")
    func keepsRun() throws {
        let path = try workbook([
            Self.job("orders", Self.incremental.merging([.lastWatermark: .text("2026-01-01")]) { $1 }),
            Self.job("users", Self.incremental),
        ])
        var failed = ["erp.orders", "erp.users"].map { Self.result($0, status: .failed) }
        for index in failed.indices { failed[index].hasNoLoad = true }
        #expect(try write(failed, path) == [])
        let given = try cells(path, row: 2)
        #expect(given[.lastStatus] == .text("FAILED") && given[.lastMessage] != nil)
        #expect(given[.lastRun] == nil && given[.lastRows] == nil && given[.lastDuration] == nil)
        #expect(try cells(path, row: 3)[.lastRun] != nil)
        failed[0].hasNoLoad = false
        #expect(try write(failed, path) == [])
        #expect(try cells(path, row: 2)[.lastRun] != nil)
    }

    @Test("rows are found by job where they stand when they are written; one that is gone is told")
    func moved() throws {
        let path = try workbook([Self.job("users"), Self.job("orders"), Self.job("other", [.jobID: .text("renamed")])])
        let notes = try write([Self.result("erp.orders", row: 2), Self.result("erp.other", row: 4)], path)
        #expect(try cells(path, row: 2).isEmpty && cells(path, row: 4).isEmpty)
        #expect(try cells(path, row: 3)[.lastStatus] == .text("SUCCESS"))
        #expect(notes.count == 1 && notes[0].contains("\"erp.other\" is no longer there"))
    }

    @Test("refused rows that share a name each get their own sentence")
    func sameName() throws {
        let path = try workbook([Self.job("orders"), Self.job("orders")])
        var first = Self.result("erp.orders", row: 2, status: .invalid)
        first.message = "one"
        var second = Self.result("erp.orders", row: 3, status: .invalid)
        second.message = "two"
        #expect(try write([first, second], path) == [])
        #expect(try cells(path, row: 2)[.lastMessage] == .text("one"))
        #expect(try cells(path, row: 3)[.lastMessage] == .text("two"))
    }

    @Test("a reload that is done is cleared; one that was changed during the run stays")
    func reload() throws {
        let asked = Self.incremental.merging([.reloadFrom: .text("START"), .reloadTo: .text("2026-02-01")]) { $1 }
        let path = try workbook([Self.job("a", asked), Self.job("b", asked)])
        try set([(3, [.reloadTo: .text("2026-03-01")])], in: path)
        let done = JobReload(from: .beginning, to: "2026-02-01")
        var results = [Self.result("erp.a"), Self.result("erp.b")]
        for index in results.indices { results[index].finishedReload = done }
        let notes = try write(results, path)
        #expect(try cells(path, row: 2)[.reloadFrom] == nil && cells(path, row: 2)[.reloadTo] == nil)
        #expect(try cells(path, row: 3)[.reloadFrom] == .text("START"))
        #expect(try cells(path, row: 3)[.reloadTo] == .text("2026-03-01"))
        #expect(notes.count == 1 && notes[0].contains("changed during the run"))
    }

    @Test("a cell that is not there yet is written before one that is cleared (a trap once)")
    func newCellBeforeClearedOne() throws {
        let path = folder.file("bare.xlsx")
        let book = try XlsxBook(path: path)
        let sheet = try book.sheet("SourceConfig")
        // No formats: what is empty has no cell.
        let headers = [
            "enabled", "source_name", "table_name", "load_type", "watermark_column", "last_watermark", "reload_from",
        ]
        for (column, header) in headers.enumerated() { try sheet.write(header, 0, column, CellStyle()) }
        for (column, text) in ["Y", "erp", "a", "INCREMENTAL", "id"].enumerated() {
            try sheet.write(text, 1, column, CellStyle())
        }
        try sheet.write("START", 1, 6, CellStyle())
        try book.finish()
        var result = Self.result("erp.a")
        result.watermark = WatermarkText(value: "100", type: "integer")
        result.finishedReload = JobReload(from: .beginning)
        #expect(try write([result], path).count == 1)
        #expect(try cells(path, row: 2) == [.lastWatermark: .text("100")])
    }

    @Test(
        "last_watermark that says something else is filled again, with a note",
        arguments: [
            ("2026-11-20 00:00:00.000001", false), ("2026-11-20T00:00:00.000001", false),
            ("2026-11-21 06:00:00.123456", false), ("2020-01-01", true), ("null", false),
        ])
    func watermark(held: String, isNoted: Bool) throws {
        let path = try workbook([Self.job("a", Self.incremental.merging([.lastWatermark: .exactText(held)]) { $1 })])
        var result = Self.result("erp.a")
        result.watermarkBefore = WatermarkText(value: "2026-11-20 00:00:00.000001", type: "timestamp(6)")
        result.watermark = WatermarkText(value: "2026-11-21 06:00:00.123456", type: "timestamp(6)")
        let notes = try write([result], path)
        #expect(notes.isEmpty != isNoted)
        if isNoted { #expect(notes[0].contains("2020-01-01") && notes[0].contains("reload_from")) }
        #expect(try cells(path, row: 2)[.lastWatermark] == .text("2026-11-21 06:00:00.123456"))
    }

    @Test("columns that a workbook of the earlier framework lacks are named, never added")
    func missingColumns() throws {
        let path = folder.file("earlier.xlsx")
        let corpus = URLPath.corpus.replacing("/xlsx/", with: "/earlier-framework/") + "ingestion_config_current.xlsx"
        try #require(access(corpus, R_OK) == 0)
        let bytes = try FileSnapshot(path: corpus)
        let before = withExtendedLifetime(bytes) { Array(bytes.bytes) }
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        #expect(Glibc.write(descriptor, before, before.count) == before.count)
        close(descriptor)
        let result = Self.result("postgres_source.orders", row: 2)
        let notes = try WorkbookResults.write([result], to: path, sources: nil, patience: .init(seconds: 0))
        #expect(notes.count == 1)
        #expect(
            notes.first?.contains("has no column last_status, last_run, last_rows, last_duration, last_message") == true
        )
        #expect(notes.first?.contains("ingest init --upgrade \(path)") == true)
        #expect(folder.bytes(of: "earlier.xlsx") == before)
    }

    @Test(
        "a workbook that is open in Excel or LibreOffice is left alone, with a note",
        arguments: ["~$book.xlsx", ".~lock.book.xlsx#"])
    func openElsewhere(lock: String) throws {
        let path = try workbook([Self.job("orders")])
        let before = folder.bytes(of: "book.xlsx")
        folder.write("x", to: lock)
        let notes = try write([Self.result("erp.orders")], path)
        #expect(notes.count == 1 && notes[0].contains("The next run writes the cells."))
        #expect(folder.bytes(of: "book.xlsx") == before)
    }

    @Test("a job's message of any length and content is a text")
    func hostile() throws {
        let path = try workbook([Self.job("orders")])
        var result = Self.result("erp.orders")
        result.message = "=1+1 <&>\u{1}\n" + String(repeating: "x", count: 40_000)
        #expect(try write([result], path) == [])
        guard case .text(let text)? = try cells(path, row: 2)[.lastMessage] else {
            Issue.record("no text")
            return
        }
        #expect(text.hasPrefix("=1+1 <&>") && text.utf16.count <= 32_767)
    }
}
