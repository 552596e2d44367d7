import Ports
import Testing

@testable import Workbook

/// Its workbooks run unchanged: one test per rule.
@Suite("Workbooks of the earlier framework")
struct EarlierFrameworkTests {
    @Test(
        "a lone word for nothing in a text column is blank, with a note",
        arguments: ["N", "NO", "no", "null", "NULL", "none", "None", "-", "N/A", "nan"])
    func nothing(word: String) {
        for column in ["query_filter", "schema_name", "target_folder_path", "primary_key", "last_watermark"] {
            let checked = check(SheetBuilder.job(["\(column)": .text(word)]))
            #expect(checked.of(.error).isEmpty)
            #expect(
                checked.finding(column, .note)?.message.contains("empty cell") == true || column == "last_watermark",
                "\(column)")
            #expect(checked.jobs[0].job?.object.filter == nil && checked.jobs[0].job?.object.schema == nil)
        }
    }

    @Test("a table may be called n")
    func tableN() { #expect(check(SheetBuilder.job(["table_name": "n"])).jobs[0].job?.object.table == "n") }

    @Test("so may a watermark column", arguments: ["n", "No", "NA"])
    func watermarkN(word: String) {
        let checked = check(SheetBuilder.job(["load_type": "INCREMENTAL", "watermark_column": .text(word)]))
        #expect(checked.jobs[0].job?.watermark?.columns == [word])
    }

    @Test(
        "source types in any case, and Azure",
        arguments: [("PostgreSQL", "postgres_source"), ("MSSQL", "erp"), ("Azure", "erp"), ("API", "coingecko")])
    func sourceTypes(type: String, source: String) {
        let checked = check(SheetBuilder.job(["source_type": .text(type), "source_name": .text(source)]))
        #expect(checked.of(.error).isEmpty)
        #expect(checked.jobs[0].job != nil)
    }

    @Test(
        "pagination: page is page_number, none is single_page",
        arguments: [
            ("page", JobRequest.Pagination.pageNumber), ("none", .singlePage), ("offset", .offset), ("cursor", .cursor),
        ])
    func pagination(word: String, expected: JobRequest.Pagination) {
        let checked = check(SheetBuilder.job(["source_name": "coingecko", "pagination_type": .text(word)]))
        #expect(checked.jobs[0].job?.request?.pagination == expected)
    }

    @Test("auth_type none is a choice, not an empty cell")
    func authentication() {
        #expect(
            check(SheetBuilder.job(["source_name": "coingecko", "auth_type": "none"])).jobs[0].job?.request?
                .authentication == JobRequest.Authentication.none)
    }

    @Test("retry_count counts tries after the first")
    func retries() {
        #expect(check(SheetBuilder.job(["retry_count": 3])).jobs[0].job?.run.maxAttempts == 4)
        let both = check(SheetBuilder.job(["retry_count": 3, "max_attempts": 2]))
        #expect(both.jobs[0].job?.run.maxAttempts == 2 && both.of(.warning).count == 1)
        #expect(check(SheetBuilder.job(["retry_count": 3, "max_attempts": 4])).findings.isEmpty)
    }

    @Test("timeout_seconds is timeout")
    func timeout() {
        #expect(check(SheetBuilder.job(["timeout_seconds": 3600])).jobs[0].job?.run.timeoutSeconds == 3600)
    }

    @Test("columns that do not apply to a row are notes")
    func notApplicable() {
        let checked = check(
            SheetBuilder.job(["source_name": "coingecko", "schema_name": "public", "watermark_column": "id"]))
        #expect(checked.of(.error).isEmpty)
        #expect(checked.finding("schema_name", .note) != nil && checked.finding("watermark_column", .note) != nil)
        #expect(checked.jobs[0].job?.object.schema == nil && checked.jobs[0].job?.watermark == nil)
    }

    @Test("FULL and INCREMENTAL rows for one table: an error on the later row only, that names the earlier")
    func fullAndIncremental() {
        let rows: [KeyValuePairs<String, CellValue>] = [
            ["table_name": "x"], [:], ["load_type": "INCREMENTAL", "watermark_column": "id"],
        ]
        let checked = check(SheetBuilder.jobs(rows))
        #expect(checked.summary == ["error SourceConfig!D4 load_type"])
        #expect(checked.findings[0].message.hasPrefix("Row 3 loads the same table as FULL."))
        #expect(checked.jobs.map { $0.job == nil } == [false, false, true])
        let off = check(SheetBuilder.jobs([["enabled": "N"], ["load_type": "INCREMENTAL", "watermark_column": "id"]]))
        #expect(off.of(.error).isEmpty && off.of(.warning).isEmpty && off.jobs[1].job != nil)
    }

    @Test("numeric job ids")
    func numericIDs() { #expect(check(SheetBuilder.job(["job_id": 12])).jobs[0].job?.id == "12") }

    @Test("dates as real dates")
    func dates() {
        let checked = check(
            SheetBuilder.job([
                "load_type": "INCREMENTAL", "watermark_column": "updated_at", "last_watermark": .date(2024, 1, 1),
            ]))
        #expect(checked.jobs[0].job?.watermark?.last == "2024-01-01")
    }

    @Test("the second sheet API is not read")
    func secondSheet() {
        let api = SheetTable(
            name: "API", source: .workbook,
            rows: [SheetRow(number: 1, cells: [SheetCell(column: 1, value: .error("#REF!"))])])
        #expect(check(SheetBuilder.job([:]), api).findings.isEmpty)
    }

    @Test("chunk_size and parallelism of 1 are decided by the tool")
    func ones() {
        let job = check(SheetBuilder.job(["chunk_size": 1, "parallelism": 1])).jobs[0].job
        #expect(job?.partitioning == JobPartitioning())
    }

    @Test("params as JSON")
    func params() {
        #expect(
            check(SheetBuilder.job(["source_name": "coingecko", "params": #"{"vs_currency": "usd"}"#])).jobs[0].job?
                .request?.parameters == [.init("vs_currency", "usd")])
    }

    /// The cells of the framework's own workbook, as it is published.
    @Test("its published workbook is accepted")
    func published() {
        var sheet = SheetBuilder([
            "source_type", "source_name", "table_name", "load_type", "enabled", "schema_name", "watermark_column",
            "last_watermark", "api_endpoint",
            "pagination_type", "auth_type", "page_size", "data_selector", "primary_key", "chunk_size", "params",
        ])
        sheet.add(["postgresql", "postgres_source", "orders", "FULL", "Y"])
        sheet.add(["mssql", "Source1", "users", "FULL", "Y"])
        sheet.add([
            "api", "coingecko", "crypto_prices", "FULL", "N", nil, nil, nil, "/coins/markets", "page_number", "none",
            100, nil, nil, nil,
            #"{"vs_currency": "usd"}"#,
        ])
        let sources = [
            KnownSource(name: "postgres_source", type: nil), KnownSource(name: "Source1", type: nil),
            KnownSource(name: "coingecko", type: nil),
        ]
        let checked = check(sheet.table, sources: sources)
        #expect(checked.of(.error).isEmpty && checked.jobs.allSatisfy { $0.job != nil }, "\(checked.findings)")
        // What this version cannot read yet.
        #expect(checked.of(.warning).map(\.place) == ["SourceConfig!A4"])
        #expect(checked.jobs[2].job?.request?.parameters == [.init("vs_currency", "usd")])
    }
}
