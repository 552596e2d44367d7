import Ports
import Testing

@Suite("A job's names as its source spells them")
struct JobSourceNamesTests {
    private func job(_ names: [String], _ rules: ColumnRule...) -> Job {
        var job = Job(
            id: "t", source: JobSource(name: "s", type: nil), object: JobObject(table: "t"),
            target: JobTarget(table: "t"))
        job.object.columns = names
        job.primaryKey = names
        job.watermark = JobWatermark(columns: names)
        job.partitioning.column = names.first
        job.qualityRules = [QualityRule(job: "t", columns: names, kind: .unique, argument: .none)]
        job.columnRules = rules
        return job
    }

    /// The same in every place.
    private func spelled(_ job: Job, among names: [String]? = nil) -> [String]? {
        let job = job.spelledBySource(among: names)
        let all = [
            job.object.columns, job.primaryKey, job.watermark?.columns ?? [], job.qualityRules.flatMap(\.columns),
        ]
        guard Set(all).count == 1, job.partitioning.column == all[0].first else { return nil }
        return all[0]
    }

    private let own = ColumnRule(job: "t", column: "upd_ts", rename: "updated_at")
    private let everywhere = ColumnRule(job: nil, column: "upd_ts", rename: "updated_at")

    @Test("before the source is asked, the job's own rows count: their columns must be there")
    func unknown() {
        #expect(spelled(job(["Updated_At", "id"], own)) == ["upd_ts", "id"])
        #expect(spelled(job(["upd_ts"], own)) == ["upd_ts"])
        #expect(spelled(job(["updated_at"], everywhere)) == ["updated_at"])
        // Two that change their names.
        #expect(
            spelled(
                job(
                    ["a", "b"], ColumnRule(job: "t", column: "a", rename: "b"),
                    ColumnRule(job: "t", column: "b", rename: "a"))) == ["a", "b"])
    }

    @Test("among the source's columns, the written name comes first", arguments: [true, false])
    func known(isOwn: Bool) {
        let job = job(["updated_at", "id"], isOwn ? own : everywhere)
        #expect(spelled(job, among: ["id", "upd_ts"]) == ["upd_ts", "id"])
        #expect(spelled(job, among: ["id", "UPD_TS"]) == ["UPD_TS", "id"])
        #expect(spelled(job, among: ["id", "updated_at"]) == ["updated_at", "id"])
        #expect(spelled(job, among: ["id", "UPDATED_AT", "upd_ts"]) == ["updated_at", "id"])
        #expect(spelled(job, among: ["id"]) == ["updated_at", "id"])
    }

    @Test("a watermark, or what divides the read, can be hidden by no mask and not by being left out")
    func exposed() {
        func exposed(_ rule: ColumnRule) -> Bool { job(["seen"], rule).exposedColumn != nil }
        #expect(exposed(ColumnRule(job: nil, column: "SEEN", mask: .hash)))
        #expect(exposed(ColumnRule(job: "t", column: "seen", isDropped: true)))
        #expect(!exposed(ColumnRule(job: "t", column: "seen", rename: "at")))
        #expect(!exposed(ColumnRule(job: "t", column: "other", isDropped: true)))
    }
}
