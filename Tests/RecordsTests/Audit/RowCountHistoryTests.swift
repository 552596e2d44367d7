import Ports
import TestSupport
import Testing

@testable import Records

@Suite("How many rows earlier loads had")
struct RowCountHistoryTests {
    private let folder = TemporaryFolder()

    private func history(_ subjects: (String, LoadType, Int)...) -> RowCountHistory {
        RowCountHistory(
            AuditHistory(folder: folder.path),
            of: subjects.map { .init(JobLabel(id: $0, source: "erp", table: $0), $1, loads: $2) })
    }

    @Test("the newest first, of loads of the kind alone, by the source's count where there is one")
    func counts() throws {
        let trail = AuditTrail(folder: folder.path, zone: .utc) { $0 }
        func add(_ job: String, _ number: Int, rows: Int, source: Int?, change: (inout JobOutcome) -> Void = { _ in })
            throws
        {
            var outcome = RecordFixtures.outcome(
                job, load: "\(job)\(number)", at: RecordFixtures.now + number * 3_600_000_000)
            (outcome.rows, outcome.sourceRows) = (rows, source)
            change(&outcome)
            try trail.append(outcome, run: RecordFixtures.run)
        }
        for number in 0..<60 {
            try add("orders", number, rows: number, source: nil)
            try add("users", number, rows: 1, source: 1000 + number)
        }
        try add("orders", 60, rows: 7, source: nil) { $0.status = .failed }
        try add("orders", 61, rows: 7, source: nil) { $0.loadType = .full }
        try add("orders", 62, rows: 7, source: nil) { $0.loadID = nil }
        try add("others", 63, rows: 7, source: nil)
        let history = history(("orders", .incremental, 5), ("users", .incremental, 30), ("new", .full, 5))
        #expect(try history.counts(of: "orders", last: 5) == [59, 58, 57, 56, 55])
        #expect(try history.counts(of: "orders", last: 2) == [59, 58])
        #expect(try history.counts(of: "users", last: 30) == (1030..<1060).reversed())
        #expect(try history.counts(of: "new", last: 5).isEmpty)
        // Read once: what is written later is not seen.
        try add("orders", 64, rows: 7, source: nil)
        #expect(try history.counts(of: "orders", last: 1) == [59])
    }

    @Test("lines without an id are found by the name")
    func names() throws {
        folder.write(
            "timestamp,job_name,status,load_id,load_type,rows_processed,job_id\r\n"
                + "2026-02-12T01:00:00,ERP.orders,SUCCESS,l1,FULL,10,\r\n"
                + "2026-02-12T02:00:00,erp.orders,SUCCESS,l2,FULL,20,elsewhere\r\n"
                + "2026-02-12T03:00:00,erp.orders,SUCCESS,l3,FULL,30,orders\r\n",
            to: "audit_20260212.csv")
        #expect(try history(("orders", .full, 5)).counts(of: "orders", last: 5) == [30, 10])
    }
}
