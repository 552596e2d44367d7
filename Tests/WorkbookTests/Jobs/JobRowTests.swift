import Ports
import Testing

@testable import Workbook

@Suite("One row")
struct JobRowTests {
    private func error(_ column: String, _ cells: KeyValuePairs<String, CellValue>) -> String? {
        check(SheetBuilder.job(cells)).finding(column, .error)?.message
    }

    @Test("a row that uses every column becomes a job that says so")
    func everything() throws {
        let checked = check(
            SheetBuilder.job([
                "job_id": "o", "source_type": "postgresql", "schema_name": "public",
                "query": "select * from orders where {filter};",
                "columns": "id, total", "query_filter": "total > 0", "load_type": "incremental", "write_mode": "append",
                "primary_key": "id",
                "watermark_column": "updated_at, created_at", "watermark_timezone": "Europe/Berlin",
                "watermark_lookback": "7d",
                "watermark_end": .date(2027, 1, 1), "on_null_watermark": "include", "last_watermark": "2026-01-01",
                "reload_from": "start",
                "reload_to": "2026-02-01", "target_container": "raw", "target_folder_path": "a/b", "target_table": "o2",
                "destination": "archive",
                "partition_column": "id", "parallelism": 4, "chunk_size": 1000, "depends_on": "", "tags": "x;y",
                "priority": 5,
                "schedule": "daily 06:00", "timeout": 3600, "max_attempts": 2, "schema_policy": "freeze", "min_rows": 1,
                "max_change_pct": 20,
                "row_count_check": "query", "row_count_tolerance_pct": 1, "allow_empty": "N", "owner": "Ana",
                "notify": "a@b.example",
                "description": "x", "last_status": "SUCCESS", "last_run": .date(2026, 1, 1), "last_rows": 7,
                "last_duration": 1.5, "last_message": "ok",
            ]))
        #expect(checked.of(.error).isEmpty && checked.of(.warning).isEmpty, "\(checked.findings)")
        let job = try #require(checked.jobs[0].job)
        #expect(job.id == "o" && job.isEnabled && job.loadType == .incremental && job.writeMode == .append)
        #expect(job.source == JobSource(name: "postgres_source", type: .postgresql))
        #expect(
            job.object.schema == "public" && job.object.columns == ["id", "total"] && job.object.filter == "total > 0")
        #expect(job.object.query == .text("select * from orders where {filter}"))
        var watermark = JobWatermark(columns: ["updated_at", "created_at"])
        watermark.timezone = "Europe/Berlin"
        watermark.lookback = .seconds(604_800)
        watermark.end = "2027-01-01"
        watermark.onNull = .include
        watermark.last = "2026-01-01"
        #expect(job.watermark == watermark)
        #expect(job.reload == JobReload(from: .beginning, to: "2026-02-01"))
        #expect(job.target == JobTarget(destination: "archive", container: "raw", folder: "a/b", table: "o2"))
        #expect(
            job.partitioning.column == "id" && job.partitioning.parallelism == 4 && job.partitioning.chunkSize == 1000)
        #expect(
            job.run.tags == ["x", "y"] && job.run.priority == 5 && job.run.timeoutSeconds == 3600
                && job.run.maxAttempts == 2)
        #expect(job.run.schedule == .daily(minuteOfDay: 360) && job.run.dependsOn.isEmpty)
        #expect(
            job.schemaPolicy == .freeze && job.guards.rowCountCheck == .query
                && job.guards.rowCountTolerancePercent == 1)
        #expect(job.people.owner == "Ana" && job.people.notify == ["a@b.example"] && job.people.description == "x")
        #expect(job.record.lastStatus == "SUCCESS" && job.record.lastRun == "2026-01-01" && job.record.lastRows == "7")
        #expect(job.record.lastDuration == "1.5" && job.record.lastMessage == "ok")
    }

    @Test("an API row becomes a request")
    func api() throws {
        let checked = check(
            SheetBuilder.job([
                "source_name": "coingecko", "source_type": "api", "api_endpoint": "/coins", "api_method": "post",
                "params": "a=1", "headers": "Accept=x",
                "body": "{}", "data_selector": "data", "pagination_type": "offset", "page_size": 50,
                "auth_type": "api_key", "for_each": "x.id",
                "step": "1d", "query_filter": "b=2",
            ]))
        #expect(checked.summary == ["warning SourceConfig!E2 source_type"])
        let request = try #require(checked.jobs[0].job?.request)
        #expect(
            request.endpoint == "/coins" && request.method == .post && request.pageSize == 50
                && request.pagination == .offset)
        #expect(
            request.parameters == [.init("a", "1")] && request.headers == [.init("Accept", "x")]
                && request.authentication == .apiKey)
        #expect(
            request.body == "{}" && request.dataSelector == "data" && request.forEach == "x.id" && request.step == "1d")
    }

    @Test("the id of a row without one is source and table")
    func implicitID() { #expect(check(SheetBuilder.job([:])).jobs[0].job?.id == "postgres_source.orders") }

    @Test("defaults: FULL replaces, INCREMENTAL appends; blank is FULL with a note")
    func defaults() {
        #expect(check(SheetBuilder.job([:])).jobs[0].job?.writeMode == .replace)
        #expect(
            check(SheetBuilder.job(["load_type": "INCREMENTAL", "watermark_column": "id"])).jobs[0].job?.writeMode
                == .append)
        let blank = check(SheetBuilder.job(["load_type": .empty]))
        #expect(blank.summary == ["note SourceConfig!D2 load_type"] && blank.jobs[0].job?.loadType == .full)
    }

    @Test("what must be filled")
    func needed() {
        #expect(
            error("source_name", ["source_name": .empty])?.hasPrefix(
                "The cell is empty, but every row needs a source_name.") == true)
        #expect(error("table_name", ["table_name": "null"])?.hasPrefix("The cell is empty") == true)
        #expect(
            error("watermark_column", ["load_type": "INCREMENTAL", "watermark_column": " "])?.contains(
                "INCREMENTAL needs a watermark_column") == true)
        #expect(error("load_type", ["load_type": "INCREMENTAL"])?.contains("has no such column") == true)
    }

    @Test("an unknown source names the nearest, or what there is")
    func unknownSource() {
        #expect(
            error("source_name", ["source_name": "postgres_sorce"])
                == #""postgres_sorce" is not a source of the settings. Did you mean "postgres_source"?"#)
        #expect(
            error("source_name", ["source_name": "snowflake_eu"])?.hasSuffix(
                "There are: postgres_source, erp, coingecko, untyped.") == true)
        let none = check(SheetBuilder.job([:]), sources: [])
        #expect(none.findings[0].message.contains("add [sources.postgres_source] to ingest.toml"))
        #expect(check(SheetBuilder.job([:]), sources: nil).findings.isEmpty)
        let folded = check(SheetBuilder.job(["source_name": "Postgres_Source"]))
        #expect(
            folded.summary == ["note SourceConfig!B2 source_name"]
                && folded.jobs[0].job?.source.name == "postgres_source")
    }

    @Test("the source's type agrees with the settings")
    func sourceType() {
        #expect(
            error("source_type", ["source_type": "oracle"])?.contains("[sources.postgres_source] is of type postgresql")
                == true)
        #expect(error("source_type", ["source_type": "postgress"])?.hasSuffix(#"Did you mean "postgresql"?"#) == true)
        #expect(error("source_type", ["source_name": "untyped"])?.contains("what kind of source") == true)
        #expect(
            check(SheetBuilder.job(["source_name": "untyped", "source_type": "postgresql"])).jobs[0].job?.source.type
                == .postgresql)
        let azure = check(SheetBuilder.job(["source_name": "erp", "source_type": "azure_sql"]))
        #expect(azure.of(.error).isEmpty && azure.finding("source_type", .note) != nil)
    }

    @Test("a source that this version cannot read is a warning, said once")
    func laterSource() {
        let checked = check(SheetBuilder.job(["source_name": "untyped", "source_type": "file"]))
        #expect(checked.summary == ["warning SourceConfig!E2 source_type"])
    }

    @Test(
        "load types and write modes that do not go together, or are not there yet",
        arguments: [
            ("FULL", "append", "write_mode", "would add the whole table again"),
            ("INCREMENTAL", "replace", "write_mode", "only the newest rows"),
            ("INCREMENTAL", "snapshot", "write_mode", "whole table"),
            ("FULL", "merge", "write_mode", "merge is not in this version"),
            ("FULL", "scd2", "write_mode", "scd2 is not in this version"),
            ("CDC", "append", "load_type", "CDC is not in this version"),
            ("INCR3MENTAL", "append", "load_type", #"Did you mean "INCREMENTAL"?"#),
            ("FULL", "upsert", "write_mode", "merge is not in this version"),
        ])
    func combinations(load: String, mode: String, column: String, says: String) {
        let message = error(column, ["load_type": .text(load), "write_mode": .text(mode), "watermark_column": "id"])
        #expect(message?.contains(says) == true, "\(message ?? "nothing")")
    }

    @Test("a snapshot is FULL")
    func snapshot() { #expect(check(SheetBuilder.job(["write_mode": "snapshot"])).jobs[0].job?.writeMode == .snapshot) }

    @Test("reloads")
    func reload() {
        let base: KeyValuePairs<String, CellValue> = [
            "load_type": "INCREMENTAL", "watermark_column": "id", "reload_from": "10", "reload_to": "9",
        ]
        #expect(error("reload_to", base) == "The reload ends at 9, but starts at 10.")
        #expect(
            error("reload_to", ["load_type": "INCREMENTAL", "watermark_column": "id", "reload_to": "9"])?.contains(
                "START") == true)
        #expect(check(SheetBuilder.job(["reload_from": "9"])).finding("reload_from", .warning) != nil)
    }

    @Test(
        "queries are SELECT, or files of the project",
        arguments: [
            ("delete from orders", "does not begin with SELECT"), ("@/etc/passwd", "not a file of the project"),
            ("@../x.sql", "not a file of the project"),
            ("@queries/none.sql", "has no file"),
        ])
    func queries(text: String, says: String) {
        let checked = WorkbookReading.check(
            tables: [SheetBuilder.job(["query": .text(text)])], sources: SheetBuilder.sources,
            options: CheckOptions(fileExists: { $0 == "queries/orders.sql" }))
        #expect(checked.finding("query", .error)?.message.contains(says) == true)
    }

    @Test("a query's places are known by name")
    func placeholders() {
        let found = check(SheetBuilder.job(["query": "WITH a AS (SELECT 1) SELECT {watermark_form} FROM a"])).finding(
            "query", .warning)
        #expect(found?.message.hasSuffix(#"Did you mean "watermark_from"?"#) == true)
        #expect(check(SheetBuilder.job(["query": "select '{}'::json, {filter}"])).findings.isEmpty)
    }

    @Test(
        "folders and tables of the lake stay in it",
        arguments: [
            ("target_folder_path", "../other"), ("target_folder_path", "s3://bucket"), ("target_table", "a/b"),
            ("target_table", ".."),
            ("target_table", "_ingest"), ("table_name", "a/b"), ("target_container", "a/b"),
        ])
    func places(column: String, text: String) { #expect(error(column, ["\(column)": .text(text)]) != nil) }

    @Test("slashes around a folder are taken off")
    func folder() {
        let checked = check(SheetBuilder.job(["target_folder_path": "/sales\\raw/"]))
        #expect(checked.jobs[0].job?.target.folder == "sales/raw")
        #expect(checked.of(.note).count == 1)
    }

    @Test("destinations are those of the settings")
    func destination() {
        let found = WorkbookReading.check(
            tables: [SheetBuilder.job(["destination": "achive"])], sources: SheetBuilder.sources,
            options: CheckOptions(destinations: ["archive"]))
        #expect(found.finding("destination", .error)?.message.hasSuffix(#"Did you mean "archive"?"#) == true)
        func said(_ known: [String]) -> String? {
            let options = CheckOptions(destinations: known)
            let tables = [SheetBuilder.job(["destination": "xyzzy"])]
            return WorkbookReading.check(tables: tables, sources: SheetBuilder.sources, options: options)
                .finding("destination", .error)?.message
        }
        #expect(
            said(["archive", "lake"])
                == #""xyzzy" is not a destination of the settings. There are: archive, lake; an empty cell takes the default."#
        )
        #expect(
            said([])?.hasSuffix("There are no named ones; leave the cell empty for the default.") == true)
    }

    @Test("API columns on a database row: the endpoint is a warning, the others are notes")
    func apiColumns() {
        let checked = check(SheetBuilder.job(["api_endpoint": "/x", "page_size": 100, "params": "a=1"]))
        #expect(
            checked.summary == [
                "warning SourceConfig!E2 api_endpoint", "note SourceConfig!F2 page_size", "note SourceConfig!G2 params",
            ])
        #expect(checked.jobs[0].job?.request == nil)
    }

    @Test("INCREMENTAL with a key and append is told what it keeps")
    func versions() {
        let checked = check(
            SheetBuilder.job(["load_type": "INCREMENTAL", "watermark_column": "id", "primary_key": "id"]))
        #expect(checked.summary == ["note SourceConfig!F2 primary_key"])
    }

    @Test("mail addresses")
    func mail() {
        let checked = check(SheetBuilder.job(["notify": "ana@example.com, bo, <c@d.example>"]))
        #expect(checked.of(.warning).count == 2)
        #expect(checked.jobs[0].job?.people.notify == ["ana@example.com"])
    }

    @Test("schema.table in one cell is looked for as one name, which is worth a note")
    func dotted() {
        let checked = check(SheetBuilder.job(["table_name": "sales.orders"]))
        #expect(checked.findings[0].message.contains("write sales into schema_name"))
    }

    @Test("a row that is not enabled may be half written: its errors are warnings, an unknown source is a note")
    func disabled() {
        let checked = check(SheetBuilder.job(["enabled": "N", "load_type": "INCR3", "source_name": "nobody"]))
        #expect(checked.summary == ["note SourceConfig!B2 source_name", "warning SourceConfig!D2 load_type"])
        #expect(checked.findings[1].message.hasSuffix("(The row is not enabled: an error once it is.)"))
        #expect(checked.jobs[0].refusal == nil)
    }

    @Test("all problems at once, in sheet order, and the refusal is the first of them")
    func together() {
        let checked = check(
            SheetBuilder.jobs([
                ["load_type": "x", "min_rows": "y"], ["table_name": "b"],
                ["table_name": "c", "source_name": "nobody", "min_rows": -1],
            ]))
        #expect(
            checked.summary == [
                "error SourceConfig!D2 load_type", "error SourceConfig!E2 min_rows",
                "error SourceConfig!B4 source_name", "error SourceConfig!E4 min_rows",
            ])
        #expect(checked.jobs[0].refusal == checked.findings[0].sentence + " (And 1 more: see ingest validate.)")
        #expect(
            checked.findings[0].sentence.hasPrefix(
                #"SourceConfig!D2 load_type: "x" is not a load_type. Allowed: FULL, INCREMENTAL."#))
        #expect(checked.jobs.map { $0.job == nil } == [true, false, true])
    }
}
