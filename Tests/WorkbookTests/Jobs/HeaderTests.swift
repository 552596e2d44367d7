import Ports
import Testing

@testable import Workbook

@Suite("Headers")
struct HeaderTests {
    @Test(
        "match without regard to case, blanks, _ and -",
        arguments: [
            "source_name", "SOURCE_NAME", "Source Name", "source-name", " SourceName ", "source\u{a0}name",
            "\u{feff}source_name",
            "Source\nName",
        ])
    func spelling(header: String) {
        var sheet = SheetBuilder(["enabled", header, "table_name", "load_type"])
        sheet.add(["Y", "postgres_source", "orders", "FULL"])
        let checked = check(sheet.table)
        #expect(checked.findings.isEmpty, "\(checked.findings)")
        #expect(checked.jobs.first?.job?.source.name == "postgres_source")
    }

    @Test("columns that are not ours are kept, with a note that names the nearest")
    func unknown() {
        let checked = check(SheetBuilder.job(["watermark_colum": "updated_at", "my remarks": "x"]))
        let notes = checked.findings
        #expect(notes.count == 2)
        #expect(notes[0].place == "SourceConfig!E1")
        #expect(
            notes[0].message
                == #""watermark_colum" is not a column of SourceConfig; it is not read. Did you mean "watermark_column"?"#
        )
        #expect(notes[1].message == #""my remarks" is not a column of SourceConfig; it is not read."#)
        #expect(notes.allSatisfy { $0.severity == .note })
        #expect(checked.jobs[0].refusal == nil)
    }

    @Test("a header that stands there twice is a warning; rows in which the two disagree are refused")
    func repeated() {
        var sheet = SheetBuilder(["enabled", "source_name", "table_name", "load_type", "Table Name"])
        sheet.add(["Y", "postgres_source", "orders", "FULL", "orders"])
        sheet.add(["Y", "postgres_source", "customers", "FULL", nil])
        sheet.add(["Y", "postgres_source", "items", "FULL", "lines"])
        let checked = check(sheet.table)
        #expect(checked.summary == ["warning SourceConfig!E1", "error SourceConfig!E4 table_name"])
        #expect(checked.findings[0].message.contains("C1"))
        #expect(checked.jobs.map { $0.job == nil } == [false, false, true])
    }

    @Test("a title above the headers is no header")
    func title() {
        let inner = SheetBuilder.job([:])
        var rows = inner.rows.map { SheetRow(number: $0.number + 2, cells: $0.cells) }
        rows.insert(SheetRow(number: 1, cells: [SheetCell(column: 1, value: "Our loads")]), at: 0)
        let checked = check(SheetTable(name: "SourceConfig", source: .workbook, rows: rows))
        #expect(checked.jobs.map(\.row) == [4])
        #expect(checked.summary == ["note SourceConfig"])
        #expect(checked.findings[0].message.contains("row 3"))
    }

    @Test("needed columns that are missing are said once, and refuse every row")
    func missing() {
        var sheet = SheetBuilder(["enabled", "table_name", "load_type"])
        for index in 0..<3 { sheet.add(["Y", .text("t\(index)"), "FULL"]) }
        let checked = check(sheet.table)
        #expect(checked.summary == ["error SourceConfig"])
        #expect(checked.findings[0].message.hasPrefix("The sheet has no column source_name."))
        #expect(
            checked.jobs.allSatisfy { $0.refusal == "SourceConfig: " + checked.findings[0].message && $0.job == nil })
    }

    @Test("sheets by name, whatever its case; other sheets are left alone")
    func sheets() {
        var table = SheetBuilder.job([:])
        table.name = "source config"
        let other = SheetTable(
            name: "API", source: .workbook,
            rows: [SheetRow(number: 1, cells: [SheetCell(column: 1, value: "password=hunter22")])])
        #expect(check(other, table).findings.isEmpty)
        let without = check(other)
        #expect(without.findings.map(\.message) == [#"The workbook has no sheet SourceConfig. There are: "API"."#])
        #expect(without.jobs.isEmpty)
    }

    @Test("blank rows between jobs and hidden rows are notes; an empty sheet is an error")
    func rows() {
        var sheet = SheetBuilder(["enabled", "source_name", "table_name", "load_type"])
        sheet.add(["Y", "postgres_source", "a", "FULL"], row: 2)
        sheet.add(["  ", "", nil, nil], row: 3)
        sheet.add(["Y", "postgres_source", "b", "FULL"], row: 6, isHidden: true)
        let checked = check(sheet.table)
        #expect(checked.jobs.map(\.row) == [2, 6])
        #expect(
            checked.findings.map(\.message) == [
                "Row 6 is hidden, by a filter perhaps; read all the same.",
                "Rows 3–5 are blank, between rows that are not; skipped.",
            ])
        #expect(check(SheetTable(name: "SourceConfig", source: .workbook)).summary == ["error SourceConfig"])
        #expect(
            check(SheetBuilder(["enabled", "source_name", "table_name"]).table).summary == ["warning SourceConfig"])
    }
}
