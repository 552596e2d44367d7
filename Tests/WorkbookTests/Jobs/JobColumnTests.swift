import Glibc
import Ports
import Testing

@testable import Workbook

@Suite("The table of columns")
struct JobColumnTests {
    @Test("every column of the contract is there")
    func complete() {
        let contract = """
            job_id enabled source_type source_name schema_name table_name query columns query_filter load_type write_mode
            primary_key watermark_column watermark_timezone watermark_lookback watermark_end on_null_watermark last_watermark
            reload_from reload_to target_container target_folder_path target_table destination partition_column parallelism
            chunk_size api_endpoint api_method params headers body data_selector pagination_type page_size auth_type for_each step
            depends_on tags priority schedule timeout max_attempts schema_policy min_rows max_change_pct row_count_check
            row_count_tolerance_pct allow_empty owner notify description partition_by cluster_by last_status last_run last_rows
            last_duration last_message
            """
        let names = Set(JobColumn.specs.map(\.name))
        for name in contract.split(whereSeparator: \.isWhitespace) { #expect(names.contains(String(name)), "\(name)") }
        // The contract's columns and retry_count, of the earlier framework.
        #expect(names.count == contract.split(whereSeparator: \.isWhitespace).count + 1)
    }

    @Test("names and aliases mean one column each, in plain form")
    func unambiguous() {
        func check<Column: SheetColumn>(_: Column.Type) {
            var seen: [String: String] = [:]
            for spec in Column.specs {
                for name in [spec.name] + spec.aliases {
                    #expect(
                        seen.updateValue(spec.name, forKey: HeaderName.plain(name)) == nil, "\(name) of \(spec.name)")
                }
            }
        }
        check(JobColumn.self)
        check(QualityRuleColumn.self)
        check(ColumnRuleColumn.self)
    }

    @Test("explanations are one or two sentences, and there is an example of everything")
    func explained() {
        for spec in JobColumn.specs + QualityRuleColumn.specs + ColumnRuleColumn.specs {
            #expect(spec.explanation.hasSuffix(".") || spec.explanation.hasSuffix("…"), "\(spec.name)")
            #expect((10...280).contains(spec.explanation.count), "\(spec.name)")
            #expect(!spec.example.isEmpty, "\(spec.name)")
            #expect(spec.width >= 8)
        }
    }

    @Test(
        "an example is what its column accepts without a complaint",
        arguments: JobColumn.allCases.filter { !$0.spec.isOutput })
    func examples(column: JobColumn) {
        var cells: [(String, CellValue)] = [("job_id", "customers_daily"), (column.name, .text(column.spec.example))]
        if column == .jobID { cells.removeFirst() }
        if column.isForAPI { cells += [("source_name", "coingecko"), ("source_type", "api")] }
        if [
            .watermarkColumn, .watermarkTimezone, .watermarkLookback, .watermarkEnd, .onNullWatermark, .lastWatermark,
            .reloadFrom, .reloadTo, .writeMode,
        ].contains(column) {
            cells += [("load_type", "INCREMENTAL"), ("watermark_column", "id"), ("reload_from", "2020-01-01")]
        }
        if column == .loadType { cells.append(("watermark_column", "id")) }
        var builder = SheetBuilder(["enabled", "source_name", "table_name"])
        var values: [CellValue?] = ["Y", "postgres_source", "orders"]
        for (name, value) in cells where !builder.headers.contains(name) || name == "source_name" || name == column.name
        {
            if let index = builder.headers.firstIndex(of: name) {
                values[index] = value
            } else {
                builder.headers.append(name)
                values.append(value)
            }
        }
        builder.add(values)
        var other: [CellValue?] = builder.headers.map { _ in nil }
        for (name, value) in [
            ("enabled", "Y"), ("source_name", "postgres_source"), ("table_name", "customers"),
            ("job_id", "customers_daily"),
        ] as [(String, CellValue)] {
            if let index = builder.headers.firstIndex(of: name) { other[index] = value }
        }
        if column == .dependsOn {
            values[builder.headers.firstIndex(of: "job_id")!] = "orders_daily"
            builder = SheetBuilder(builder.headers)
            builder.add(values)
            builder.add(other)
        }
        let options = CheckOptions(destinations: ["archive"])
        let checked = WorkbookReading.check(tables: [builder.table], sources: SheetBuilder.sources, options: options)
        #expect(checked.of(.error).isEmpty, "\(checked.of(.error))")
        if column.spec.isUsed {
            #expect(checked.of(.warning).allSatisfy { $0.column == "source_type" }, "\(checked.findings)")
        }
    }

    @Test("a column that this version does not use is a warning where it is filled")
    func unused() {
        for column in JobColumn.allCases where !column.spec.isUsed {
            let found = check(SheetBuilder.job(["\(column.name)": .text(column.spec.example)]))
            #expect(found.finding(column.name, .warning)?.message.contains("does not use") == true)
            #expect(check(SheetBuilder.job(["\(column.name)": .empty])).finding(column.name, .warning) == nil)
        }
    }

    @Test("docs/workbook-columns.md is what the table renders; to renew it, copy the file that is named")
    func page() throws {
        let folder = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        guard read(folder + "/docs/workbook-columns.md") != ColumnsPage.text else { return }
        let fresh = folder + "/.build/workbook-columns.md"
        let file = try #require(fopen(fresh, "w"))
        fputs(ColumnsPage.text, file)
        fclose(file)
        Issue.record("docs/workbook-columns.md differs from \(fresh)")
    }

    private func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
