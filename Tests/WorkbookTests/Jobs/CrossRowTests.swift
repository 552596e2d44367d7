import Ports
import Testing

@testable import Workbook

@Suite("Rows together")
struct CrossRowTests {
    @Test("a job_id that stands there twice is an error on the later row")
    func ids() {
        let checked = check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "a", "table_name": "b"]]))
        #expect(checked.summary == ["error SourceConfig!E3 job_id"])
        #expect(
            checked.findings[0].message == #""a" is the job_id of row 2 already. Give one of the two another job_id."#)
        let off = check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "a", "table_name": "b", "enabled": "N"]]))
        #expect(off.summary == ["note SourceConfig!E3 job_id"])
    }

    @Test("an id that is given and one that is made of names can meet")
    func implicitIDs() {
        let checked = check(SheetBuilder.jobs([[:], ["job_id": "postgres_source.orders", "table_name": "b"]]))
        #expect(checked.summary == ["error SourceConfig!E3 job_id"])
    }

    @Test("two jobs that write one table")
    func targets() {
        let checked = check(
            SheetBuilder.jobs([
                ["job_id": "a"], ["job_id": "b", "source_name": "untyped", "source_type": "postgresql"],
                ["job_id": "c", "table_name": "x", "target_table": "orders"],
            ]))
        #expect(checked.summary == ["error SourceConfig!C3 table_name", "error SourceConfig!G4 target_table"])
        #expect(checked.findings[0].message.hasPrefix("Row 2 (a) writes the same table orders."))
        let apart = check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "b", "target_folder_path": "x"]]))
        #expect(apart.findings.isEmpty)
        let twice = check(SheetBuilder.jobs([[:], [:]]))
        #expect(twice.summary == ["error SourceConfig!C3 table_name"])
    }

    @Test("tables whose names differ only in case are worth a warning")
    func targetCase() {
        #expect(
            check(SheetBuilder.jobs([["job_id": "a"], ["job_id": "b", "table_name": "Orders"]])).summary == [
                "warning SourceConfig!C3 table_name"
            ])
    }

    @Test("depends_on names jobs that exist and run")
    func dependencies() {
        let checked = check(
            SheetBuilder.jobs([
                ["job_id": "orders_daily"], ["job_id": "b", "table_name": "b", "depends_on": "orders_dialy"],
                ["job_id": "c", "table_name": "c", "depends_on": "off, orders_daily"],
                ["job_id": "off", "table_name": "d", "enabled": "N"],
            ]))
        #expect(checked.summary == ["error SourceConfig!F3 depends_on", "warning SourceConfig!F4 depends_on"])
        #expect(
            checked.findings[0].message == #""orders_dialy" is not the job_id of a row. Did you mean "orders_daily"?"#)
        #expect(checked.jobs[2].job?.run.dependsOn == ["off", "orders_daily"])
    }

    @Test("cycles are shown as a path, on every row of them")
    func cycles() {
        let checked = check(
            SheetBuilder.jobs([
                ["job_id": "a", "table_name": "a", "depends_on": "b"],
                ["job_id": "b", "table_name": "b", "depends_on": "a"],
                ["job_id": "c", "table_name": "c", "depends_on": "a"],
                ["job_id": "self", "table_name": "d", "depends_on": "self"],
            ]))
        #expect(
            checked.summary == [
                "error SourceConfig!F2 depends_on", "error SourceConfig!F3 depends_on",
                "error SourceConfig!F5 depends_on",
            ])
        #expect(checked.findings[0].message.hasPrefix("The job waits for itself: a → b → a."))
        #expect(checked.findings[2].message.contains("self → self"))
        #expect(checked.jobs.map { $0.job == nil } == [true, true, false, true])
    }

    @Test(
        "cycles of graphs",
        arguments: [
            ([[1], [2], [0]], [[0, 1, 2]]), ([[1], [2], []], []), ([[0]], [[0]]),
            ([[1], [0], [3], [2], [0, 2]], [[0, 1], [2, 3]]),
            ([[1, 2], [2], [0]], [[0, 2]]), ([], []), ([[1, 1], [0]], [[0, 1]]),
        ] as [([[Int]], [[Int]])])
    func graphs(edges: [[Int]], cycles: [[Int]]) { #expect(DependencyCycles.find(edges) == cycles) }

    @Test(
        "a chain and a ring of a hundred thousand jobs neither overflow the stack nor take long",
        .timeLimit(.minutes(1)))
    func longChains() {
        let count = 100_000
        #expect(DependencyCycles.find((0..<count).map { $0 + 1 < count ? [$0 + 1] : [] }).isEmpty)
        #expect(DependencyCycles.find((0..<count).map { [($0 + 1) % count] })[0].count == count)
    }

    @Test("the middle of a long path is left out")
    func longPath() {
        let rows = (0..<30).map { index -> KeyValuePairs<String, CellValue> in
            [
                "job_id": .text("j\(index)"), "table_name": .text("t\(index)"),
                "depends_on": .text("j\((index + 1) % 30)"),
            ]
        }
        let message = check(SheetBuilder.jobs(rows)).findings[0].message
        #expect(message.contains("j0 → j1 → j2 → j3 → j4 → j5 → … → j26 → j27 → j28 → j29 → j0"), "\(message)")
    }

    @Test("ten thousand rows that are all wrong are checked in time", .timeLimit(.minutes(1)))
    func manyWrong() {
        var sheet = SheetBuilder([
            "job_id", "enabled", "source_name", "table_name", "load_type", "depends_on", "destination",
        ])
        for index in 0..<10_000 {
            sheet.add([
                .text("job\(index)"), "Y", .text("postgres_sorce\(index)"), .text("table\(index)"), "FUL",
                .text("job_\(index + 1)"), "x",
            ])
        }
        let checked = check(sheet.table)
        #expect(checked.count(.error) == 30_000)
    }
}
