import Columnar
import Ports
import Synchronization
import TestSupport
import Testing
import Workbook

@testable import IngestCLI

@Suite("What sources show of a workbook's rows")
struct SurveyTests {
    private static let orders = CatalogTable(
        name: TableName(schema: "sales", name: "orders"), kind: .table, estimatedRows: 10, primaryKey: ["id"],
        columns: [
            .made("id", index: true),
            .made(
                "updated_at", "timestamptz", .timestamp(.microseconds, utc: true),
                nature: .instant(fraction: 6), nullable: true, index: nil),
            .made("price", "float8", .double, nature: .float),
        ])

    private func job(watermark: [String] = []) -> Job {
        var job = Job(
            id: "o", source: JobSource(name: "pg", type: .postgresql),
            object: JobObject(schema: "sales", table: "orders"), target: JobTarget(table: "orders"))
        if !watermark.isEmpty {
            job.loadType = .incremental
            job.watermark = JobWatermark(columns: watermark)
        }
        return job
    }

    private func remarks(_ job: Job, table: CatalogTable = SurveyTests.orders) -> [SourceRemark] {
        JobSurvey(row: 4, job: job, qualityRules: [], columnRules: []).remarks(
            .success(ObjectDescription(table: table, columns: table.columns)))
    }

    @Test("each kind of fault is said at the cell that caused it")
    func faults() {
        let survey = JobSurvey(row: 4, job: job(), qualityRules: [], columnRules: [])
        let places: [(CatalogFault.Reason, JobColumn)] = [
            (.unknownSchema, .schemaName), (.unknownTable, .tableName), (.ambiguousName, .tableName),
            (.noPermission, .tableName), (.refusedStatement, .tableName), (.other, .tableName),
        ]
        for (reason, column) in places {
            let remarks = survey.remarks(.failure(CatalogFault(reason, "It is not so", remedy: "Do this", near: ["x"])))
            #expect(remarks.map(\.place) == [.job(row: 4, column)], "\(reason)")
            #expect(remarks[0].message.hasPrefix("It is not so. Do this."))
            #expect(remarks[0].message.contains("\"x\""))
        }
    }

    @Test("what is unknown is not complained about")
    func unknown() {
        #expect(
            remarks(job(watermark: ["updated_at"])).map(\.severity) == [.warning],
            "nullable is known, the index is not")
        var view = Self.orders
        view.columns[1].isNullable = nil
        #expect(remarks(job(watermark: ["updated_at"]), table: view).isEmpty)
        view.columns[1].maySelect = nil
        #expect(remarks(job(), table: view).isEmpty)
    }

    @Test("NULLs need no warning where something stands in for them")
    func fallback() {
        var covered = job(watermark: ["updated_at"])
        covered.watermark?.onNull = .include
        #expect(remarks(covered).isEmpty)
        #expect(remarks(job(watermark: ["price"])).map(\.severity) == [.error])
    }

    @Test("each source is opened once, asked once, and closed, several at a time")
    func once() throws {
        let catalogs = ["a": FakeCatalog([Self.orders]), "b": FakeCatalog([]), "c": FakeCatalog([Self.orders])]
        let survey = SourceSurvey(stop: StopSignal()) { name in
            guard let catalog = catalogs[name] else { throw FakeFault(.permanent, "no source \(name)") }
            return catalog
        }
        let request = ReadRequest(object: .table(Self.orders.name))
        let questions = (0..<20).map { SourceSurvey.Question(id: $0, request: request) }
        let answers = try survey.ask(["a": questions, "b": questions, "c": questions, "missing": questions])
        for name in ["a", "b", "c"] {
            let counts = catalogs[name]?.counts.withLock { $0 }
            #expect(counts?.opened == 1 && counts?.closed == 1 && counts?.described == 20)
            guard case .described(let results)? = answers[name] else {
                Issue.record("\(name) was not described")
                continue
            }
            #expect(results.count == 20)
            #expect((try? results[7]?.object.get()) != nil || name == "b")
        }
        guard case .unreachable(let fault)? = answers["missing"] else {
            Issue.record("a source that cannot be opened is unreachable")
            return
        }
        #expect(fault.message == "no source missing")
    }

    @Test("a source without a catalog is no error")
    func withoutCatalog() throws {
        let survey = SourceSurvey(stop: StopSignal()) { _ in FakeSource(.init(units: [1])) }
        let answers = try survey.ask(["x": [.init(id: 0, request: ReadRequest(object: .query("SELECT 1")))]])
        guard case .hasNoCatalog? = answers["x"] else {
            Issue.record("\(answers)")
            return
        }
    }

    @Test("the places of a query are filled with what fits every type")
    func places() throws {
        var job = job()
        job.object.query = .text("SELECT * FROM t WHERE a > '{watermark_from}' AND b < {watermark_to} AND {filter}")
        #expect(
            try JobQuery(job: job, project: nil).request()
                == ReadRequest(object: .query("SELECT * FROM t WHERE a > NULL AND b < NULL AND 1 = 1")))
        job.object.filter = "c = 1"
        #expect(
            try JobQuery(job: job, project: nil).request()
                == ReadRequest(object: .query("SELECT * FROM t WHERE a > NULL AND b < NULL AND c = 1")))
        job.object.query = .text("SELECT 1")
        #expect(try JobQuery(job: job, project: nil).request().filter == "c = 1")
    }
}
