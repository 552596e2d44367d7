import Ports
import Testing

@testable import Workbook

@Suite("What changed between two workbooks")
struct WorkbookDifferenceTests {
    private func difference(_ old: [KeyValuePairs<String, CellValue>], _ new: [KeyValuePairs<String, CellValue>])
        -> WorkbookDifference
    {
        WorkbookDifference(old: [SheetBuilder.jobs(old)], new: [SheetBuilder.jobs(new)])
    }

    @Test("nothing, also where spelling, order and what the tool writes differ")
    func nothing() {
        let old: [KeyValuePairs<String, CellValue>] = [
            ["job_id": "a", "columns": "id,total", "last_status": "FAILED"],
            ["job_id": "b", "table_name": "b", "query_filter": "null"],
        ]
        let new: [KeyValuePairs<String, CellValue>] = [
            ["query_filter": .empty, "table_name": "b", "job_id": "b", "enabled": true],
            ["job_id": "a", "load_type": "full", "columns": "id ; total", "last_status": "SUCCESS"],
        ]
        #expect(difference(old, new).isEmpty, "\(difference(old, new))")
    }

    @Test("FULL to INCREMENTAL says where the next run starts")
    func loadType() throws {
        let found = difference(
            [["job_id": "orders"]],
            [
                [
                    "job_id": "orders", "load_type": "INCREMENTAL", "watermark_column": "updated_at",
                    "last_watermark": "2026-01-01",
                ]
            ])
        let job = try #require(found.jobs.first)
        #expect(job.id == "orders" && job.kind == .changed && job.row == 2)
        #expect(job.changes.map(\.column) == ["load_type", "watermark_column", "last_watermark"])
        #expect(
            job.changes[0]
                == .init(
                    column: "load_type", old: "FULL", new: "INCREMENTAL",
                    consequence: "the next run starts at 2026-01-01"))
    }

    @Test("after the first run last_watermark is the tool's")
    func lastWatermark() {
        let old: KeyValuePairs<String, CellValue> = [
            "load_type": "INCREMENTAL", "watermark_column": "id", "last_watermark": "1",
        ]
        let new: KeyValuePairs<String, CellValue> = [
            "load_type": "INCREMENTAL", "watermark_column": "id", "last_watermark": "2",
        ]
        let run: KeyValuePairs<String, CellValue> = [
            "load_type": "INCREMENTAL", "watermark_column": "id", "last_watermark": "2", "last_run": "2026-01-01",
        ]
        #expect(difference([old], [new]).jobs[0].changes[0].new == "2")
        #expect(difference([old], [run]).isEmpty)
    }

    @Test("added, removed, renamed, switched on and off")
    func rows() {
        let found = difference(
            [
                ["job_id": "a"], ["job_id": "gone", "table_name": "g"], ["job_id": "old_name", "table_name": "r"],
                ["job_id": "off", "table_name": "o"],
            ],
            [
                ["job_id": "a"], ["job_id": "new_name", "table_name": "r"],
                ["job_id": "off", "table_name": "o", "enabled": "no"], ["job_id": "fresh", "table_name": "f"],
            ])
        #expect(
            found.jobs.map { "\($0.kind) \($0.id)" } == [
                "renamed new_name", "changed off", "added fresh", "removed gone",
            ])
        #expect(found.jobs[0].oldID == "old_name")
        #expect(found.jobs[1].changes[0].consequence == "it does not run any more")
        #expect(found.jobs[2].consequence == "the first run loads everything")
    }

    @Test("rows that share an id are all compared")
    func shared() {
        let found = difference(
            [["table_name": "t"], ["table_name": "t"]], [["table_name": "t"], ["table_name": "t", "owner": "Ana"]])
        #expect(found.jobs.map(\.id) == ["postgres_source.t (2)"])
    }

    @Test("secrets are not shown")
    func secrets() {
        let found = difference([[:]], [["params": "password=hunter22"]])
        #expect(found.jobs[0].changes[0].new == "***")
    }

    @Test("rules")
    func rules() {
        func rules(_ argument: CellValue) -> SheetTable {
            var sheet = SheetBuilder(["job_id", "column", "rule", "argument"], name: "QualityRules")
            sheet.add(["a", "x", "not_null", nil])
            sheet.add(["a", "total", "range", argument])
            return sheet.table
        }
        let found = WorkbookDifference(
            old: [SheetBuilder.job([:]), rules("0..10")], new: [SheetBuilder.job([:]), rules("0..20")])
        #expect(
            found.rules == [
                .init(sheet: "QualityRules", kind: .added, rule: "job_id a, column total, rule range, argument 0..20"),
                .init(
                    sheet: "QualityRules", kind: .removed, rule: "job_id a, column total, rule range, argument 0..10"),
            ])
    }
}
