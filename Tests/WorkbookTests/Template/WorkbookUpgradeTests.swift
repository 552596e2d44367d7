import Glibc
import Ports
import TestSupport
import Testing

@testable import Workbook

@Suite("Upgrading a workbook")
struct WorkbookUpgradeTests {
    private let content = TemplateContent(sources: [KnownSource(name: "sales", type: .postgresql)])

    /// A workbook with these headers in a table, one job, and further cells.
    private func workbook(
        _ scratch: TemporaryFolder, headers: [String], asTable: Bool = true, others: [(CellReference, String)] = []
    ) throws -> String {
        let path = scratch.file("old.xlsx")
        let book = try XlsxBook(path: path)
        let sheet = try book.sheet("SourceConfig")
        if asTable {
            try sheet.table("Jobs", rows: 0...20, headers: headers)
        } else {
            for (column, header) in headers.enumerated() { try sheet.write(header, 0, column, CellStyle(isBold: true)) }
        }
        try sheet.write("Y", 1, 0, CellStyle())
        for (cell, text) in others { try sheet.write(text, cell.row - 1, cell.column - 1, CellStyle()) }
        let notes = try book.sheet("Notes")
        try notes.write("keep me", 0, 0, CellStyle())
        try book.finish()
        return path
    }

    private func headers(_ path: String) throws -> [Int: String] {
        let row = try #require(try WorkbookFile.open(path: path).read("SourceConfig").rows.first)
        return Dictionary(
            uniqueKeysWithValues: row.cells.compactMap { cell -> (Int, String)? in
                if case .text(let text) = cell.value { (cell.column, text) } else { nil }
            })
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        let snapshot = try FileSnapshot(path: path)
        return withExtendedLifetime(snapshot) { Array(snapshot.bytes) }
    }

    @Test("columns are put behind the last one, and a second time nothing is done", arguments: [true, false])
    func addsColumns(asTable: Bool) throws {
        let scratch = TemporaryFolder()
        let path = try workbook(scratch, headers: ["enabled", "source", "Table Name", "own notes"], asTable: asTable)
        let report = try WorkbookUpgrade.apply(to: path, content: content)
        let wanted = content.jobColumns().map(\.name)
        let expected = wanted.filter { !["enabled", "source_name", "table_name"].contains($0) }
        #expect(report.columns.map(\.headers) == [expected])
        #expect(report.dropDowns.map(\.headers) == [["enabled", "source_name"]])
        let found = try headers(path)
        #expect([found[1], found[2], found[3], found[4]] == ["enabled", "source", "Table Name", "own notes"])
        #expect((5..<5 + expected.count).map { found[$0] } == expected)
        let upgraded = try bytes(path)
        #expect(try WorkbookUpgrade.apply(to: path, content: content).isEmpty)
        #expect(try bytes(path) == upgraded)
        #expect(scratch.entries == ["old.xlsx"])
    }

    @Test("cells below the new headers, outside a table, are left where they are: the columns go behind them")
    func behindOtherCells() throws {
        let scratch = TemporaryFolder()
        let place = CellReference(row: 9, column: 7)
        let path = try workbook(
            scratch, headers: ["enabled", "source_name", "table_name"], asTable: false, others: [(place, "mine")])
        _ = try WorkbookUpgrade.apply(to: path, content: content)
        #expect(try headers(path)[8] == "job_id")
        let row = try #require(try WorkbookFile.open(path: path).read("SourceConfig").rows.first { $0.number == 9 })
        #expect(row.cells.map(\.value) == [.text("mine")])
    }

    @Test("a table with something beside it is refused, and the file stays")
    func noRoomBesideTable() throws {
        let scratch = TemporaryFolder()
        let path = try workbook(
            scratch, headers: ["enabled", "source_name", "table_name"],
            others: [(CellReference(row: 3, column: 5), "mine")])
        let before = try bytes(path)
        #expect { try WorkbookUpgrade.apply(to: path, content: content) } throws: { error in
            (error as? TemplateFault)?.message.contains("SourceConfig!E3, right of the table 'Jobs', is not empty")
                == true
        }
        #expect(try bytes(path) == before)
    }

    @Test("a workbook without SourceConfig, or with headers that nobody knows, is refused")
    func notOurs() throws {
        let scratch = TemporaryFolder()
        let path = try workbook(scratch, headers: ["alpha", "beta"])
        #expect { try WorkbookUpgrade.apply(to: path, content: content) } throws: { error in
            (error as? TemplateFault)?.message.hasSuffix("no header of the sheet 'SourceConfig' is known") == true
        }
        let book = try XlsxBook(path: scratch.file("other.xlsx"))
        _ = try book.sheet("Sheet1")
        try book.finish()
        #expect { try WorkbookUpgrade.apply(to: scratch.file("other.xlsx"), content: content) } throws: { error in
            (error as? TemplateFault)?.message.hasSuffix("has no sheet SourceConfig") == true
        }
    }

    private func lists(_ path: String) throws -> [String: [String]] {
        let lists = ListsUpgrade.read(try WorkbookFile.open(path: path).read("Lists"))
        return Dictionary(uniqueKeysWithValues: lists.map { ($0.name, $0.words) })
    }

    @Test("any number of sources has room: their names are on the hidden sheet")
    func manySources() throws {
        let scratch = TemporaryFolder()
        let path = try workbook(scratch, headers: ["enabled", "source_name", "table_name"])
        let many = (1...60).map { KnownSource(name: "source_\($0)", type: .postgresql) }
        let report = try WorkbookUpgrade.apply(to: path, content: TemplateContent(sources: many))
        #expect(report.dropDowns.map(\.headers) == [["enabled", "source_name"]])
        #expect(report.notes.isEmpty)
        #expect(try lists(path)["list_source_name"] == many.map(\.name))
    }

    @Test("sheets that are missing are put behind the last one, once; a Guide of one's own stays")
    func sheets() throws {
        let scratch = TemporaryFolder()
        let path = try workbook(scratch, headers: ["enabled", "source_name", "table_name"])
        let added = try WorkbookUpgrade.apply(to: path, content: content).sheets
        #expect(added == ["QualityRules", "ColumnRules", "Guide"])
        let names = try WorkbookFile.open(path: path).sheets.map(\.name)
        #expect(names == ["SourceConfig", "Notes", "QualityRules", "ColumnRules", "Guide", "Lists"])

        let other = scratch.file("other.xlsx")
        let book = try XlsxBook(path: other)
        try book.sheet("SourceConfig").write("enabled", 0, 0, CellStyle())
        try book.sheet("guide").write("mine", 0, 0, CellStyle())
        try book.sheet("Lists").write("also mine", 0, 0, CellStyle())
        try book.sheet("quality rules").write("job_id", 0, 0, CellStyle())
        try book.finish()
        #expect(try WorkbookUpgrade.apply(to: other, content: content).sheets == ["ColumnRules"])
        let kept = try WorkbookFile.open(path: other)
        let expected = ["SourceConfig", "guide", "Lists", "quality rules", "ColumnRules", "IngestLists"]
        #expect(kept.sheets.map(\.name) == expected)
        #expect(try kept.read("guide").rows.first?.cells.map(\.value) == [.text("mine")])
        #expect(try kept.read("Lists").rows.first?.cells.map(\.value) == [.text("also mine")])
    }

    @Test("drop-downs follow the settings; lists that this version does not have stay")
    func refreshes() throws {
        let scratch = TemporaryFolder()
        let path = scratch.file("t.xlsx")
        try TemplateWriter(content: TemplateContent(sources: content.sources, destinations: ["lake"])).write(to: path)
        let more = content.sources + [KnownSource(name: "erp, \"old\" & <new>", type: .postgresql)]
        let report = try WorkbookUpgrade.apply(to: path, content: TemplateContent(sources: more))
        #expect(report.refreshed == ["source_name"])
        #expect(report.columns.isEmpty && report.sheets.isEmpty && report.dropDowns.isEmpty)
        #expect(try lists(path)["list_source_name"] == more.map(\.name))
        #expect(try lists(path)["list_destination"] == ["lake"])
        #expect(try WorkbookUpgrade.apply(to: path, content: TemplateContent(sources: more)).isEmpty)
    }

    @Test("a workbook that Excel has open is not touched")
    func openElsewhere() throws {
        let scratch = TemporaryFolder()
        let path = try workbook(scratch, headers: ["enabled", "source_name", "table_name"])
        let before = try bytes(path)
        let lock = try #require(fopen(scratch.file("~$old.xlsx"), "w"))
        fclose(lock)
        #expect(throws: TemplateFault.self) { try WorkbookUpgrade.apply(to: path, content: content) }
        #expect(try bytes(path) == before)
    }

    @Test("the template itself lacks nothing")
    func template() throws {
        let scratch = TemporaryFolder()
        try TemplateWriter(content: content).write(to: scratch.file("t.xlsx"))
        #expect(
            try WorkbookUpgrade(of: WorkbookFile.open(path: scratch.file("t.xlsx")), content: content).report.isEmpty)
    }
}
