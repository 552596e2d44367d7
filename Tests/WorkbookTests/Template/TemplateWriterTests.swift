import Glibc
import Ports
import TestSupport
import Testing

@testable import Workbook

@Suite("The template")
struct TemplateWriterTests {
    private func bytes(_ path: String) throws -> [UInt8] {
        let snapshot = try FileSnapshot(path: path)
        return withExtendedLifetime(snapshot) { Array(snapshot.bytes) }
    }

    private func write(_ content: TemplateContent, _ scratch: TemporaryFolder) throws -> WorkbookFile {
        let path = scratch.file("t.xlsx")
        try TemplateWriter(content: content).write(to: path, replacing: true)
        return try WorkbookFile.open(path: path)
    }

    private func texts(_ row: SheetRow) -> [Int: String] {
        Dictionary(
            uniqueKeysWithValues: row.cells.compactMap { cell -> (Int, String)? in
                if case .text(let text) = cell.value { (cell.column, text) } else { nil }
            })
    }

    @Test(
        "templates/ingestion_config.xlsx is what this version writes (ingest template in an empty folder)"
    )
    func checkedIn() throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        let scratch = TemporaryFolder()
        let path = scratch.file("t.xlsx")
        try TemplateWriter(content: .starter).write(to: path)
        #expect(try bytes(path) == bytes(root + "/templates/ingestion_config.xlsx"))
    }

    @Test("the same content gives the same bytes")
    func repeats() throws {
        let scratch = TemporaryFolder()
        let content = TemplateContent(
            sources: [KnownSource(name: "a", type: .postgresql), KnownSource(name: "b", type: .api)],
            destinations: ["x"])
        try TemplateWriter(content: content).write(to: scratch.file("1.xlsx"))
        try TemplateWriter(content: content).write(to: scratch.file("2.xlsx"))
        #expect(try bytes(scratch.file("1.xlsx")) == bytes(scratch.file("2.xlsx")))
    }

    @Test("headers are the columns of this version, in order, without the earlier framework's")
    func headers() throws {
        let book = try write(.starter, TemporaryFolder())
        #expect(book.sheets.map(\.name) == ["SourceConfig", "QualityRules", "ColumnRules", "Guide", "Lists"])
        #expect(book.sheets.map(\.isHidden) == [false, false, false, false, true])
        let first = try #require(try book.read("SourceConfig").rows.first)
        let expected = JobColumn.allCases.map(\.spec).filter { $0.isUsed && !$0.isLegacy }.map(\.name)
        #expect(texts(first).sorted { $0.key < $1.key }.map(\.value) == expected)
        #expect(!expected.contains("retry_count"))
    }

    @Test("every example row is switched off and reads the first PostgreSQL source")
    func examples() throws {
        let content = TemplateContent(sources: [
            KnownSource(name: "coins", type: .api), KnownSource(name: "sales", type: .postgresql),
        ])
        let rows = try write(content, TemporaryFolder()).read("SourceConfig").rows
        #expect(rows.count == 4)
        for row in rows.dropFirst() {
            #expect(texts(row)[1] == "N")
            #expect(texts(row)[4] == "sales")
        }
    }

    @Test("validate has nothing to say of the template")
    func valid() throws {
        let book = try write(.starter, TemporaryFolder())
        let tables = try book.sheets.map { try book.read($0.name) }
        let checked = WorkbookReading.check(tables: tables, sources: TemplateContent.starter.sources)
        #expect(checked.jobs.count == 3)
        #expect(checked.jobs.allSatisfy { $0.job != nil && !$0.isEnabled })
        #expect(checked.findings == [])
        #expect(checked.jobs.map { $0.job?.qualityRules.count } == [0, 1, 0])
    }

    @Test("a project without a source that can be read has no example rows")
    func noExamples() throws {
        let content = TemplateContent(sources: [KnownSource(name: "coins", type: .api)])
        #expect(try write(content, TemporaryFolder()).read("SourceConfig").rows.count == 1)
    }

    @Test(
        "drop-downs offer what works today",
        arguments: [
            (
                "source_type",
                ["postgresql", "mssql", "azure_sql", "oracle", "mysql", "mariadb", "sqlite", "odbc"]
            ),
            ("load_type", ["FULL", "INCREMENTAL"]),
            ("write_mode", ["replace", "append", "snapshot"]),
        ])
    func offers(column: String, words: [String]) throws {
        let column = try #require(TemplateContent.starter.jobColumns().first { $0.name == column })
        #expect(column.entry == .words(words, isOpen: false))
    }

    @Test("a list of any length is a range, not a rule's own words")
    func manySources() throws {
        let sources = (1...400).map { KnownSource(name: "source_with_a_long_name_\($0)", type: .postgresql) }
        let lists = try write(TemplateContent(sources: sources), TemporaryFolder()).read("Lists")
        let header = try #require(lists.rows.first)
        let column = try #require(texts(header).first { $0.value == "list_source_name" }?.key)
        #expect(lists.rows.dropFirst().compactMap { texts($0)[column] } == sources.map(\.name))
    }

    @Test("words beyond 255 characters are refused as a rule's own words")
    func tooManyWords() throws {
        let scratch = TemporaryFolder()
        let book = try XlsxBook(path: scratch.file("t.xlsx"))
        let sheet = try book.sheet("S")
        let word = String(repeating: "x", count: 50)
        try sheet.allow(EntryRule(allowed: .words(Array(repeating: word, count: 5))), rows: 1...2, column: 0)
        #expect(throws: TemplateFault.self) {
            try sheet.allow(EntryRule(allowed: .words(Array(repeating: word, count: 6))), rows: 1...2, column: 0)
        }
    }

    @Test("a file that is there stays, unless it is to be replaced; nothing else is left behind")
    func keepsFiles() throws {
        let scratch = TemporaryFolder()
        let path = scratch.file("t.xlsx")
        #expect(symlink("/dev/null", path) == 0)
        #expect { try TemplateWriter(content: .starter).write(to: path) } throws: { error in
            (error as? TemplateFault)?.message == "\(path) is there already"
        }
        #expect(scratch.entries == ["t.xlsx"])
        try TemplateWriter(content: .starter).write(to: path, replacing: true)
        #expect(try WorkbookFile.open(path: path).sheets.count == 5)
        #expect(scratch.entries == ["t.xlsx"])
    }

    @Test("a folder that is not there is an error that names the file")
    func noFolder() {
        #expect { try TemplateWriter(content: .starter).write(to: "/nowhere/at/all/t.xlsx") } throws: { error in
            (error as? TemplateFault)?.message
                == "/nowhere/at/all/t.xlsx could not be written: No such file or directory"
        }
    }

    @Test(
        "what Excel limits is cut after a sentence, else after a word",
        arguments: [
            ("short", 10, "short"), ("One two. Three four", 15, "One two."), ("one two three", 10, "one two…"),
            ("ééééé ééééé", 8, "ééééé…"),
        ])
    func fitted(text: String, limit: Int, expected: String) {
        let fitted = EntryRule.fitted(text, to: limit)
        #expect(fitted == expected)
        #expect(fitted.utf16.count <= limit)
    }
}
