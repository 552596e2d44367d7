import Ports
import Records
import TestSupport
import Testing

@testable import IngestCLI

@Suite("Which jobs are due")
struct DueJobsTests {
    private let folder = TemporaryFolder()

    /// Of a job whose schedule is daily at 06:00, at 06:15.
    private func isDue(_ lines: [String]) throws -> Bool {
        let header =
            "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message,job_id,load_type"
        folder.write(([header] + lines).joined(separator: "\r\n") + "\r\n", to: "audit_20261121.csv")
        var job = Job(
            id: "t", source: JobSource(name: "s", type: .sqlite), object: JobObject(table: "t"),
            target: JobTarget(table: "t"))
        job.run.schedule = .daily(minuteOfDay: 360)
        let now = try #require(CivilTime(iso: "2026-11-21T06:15:00Z")?.unixMicroseconds)
        return try DueJobs([job], history: AuditHistory(folder: folder.path), now: now, zone: .utc).isDue(job)
    }

    private func line(_ time: String, _ status: String, seconds: String = "1.5", type: String = "INCREMENTAL") -> String
    {
        "2026-11-21T\(time):00.000000+00:00,s.t,\(status),5,\(seconds),,,t,\(type)"
    }

    @Test("a load that began since the schedule's moment is enough; one that failed, or began before it, is not")
    func loads() throws {
        #expect(try isDue([]))
        #expect(try isDue([line("05:59", "SUCCESS")]))
        #expect(try !isDue([line("06:01", "SUCCESS")]))
        #expect(try isDue([line("06:01", "SUCCESS", seconds: "120")]), "it began at 05:59")
        #expect(try isDue([line("06:01", "SUCCESS"), line("06:02", "FAILED")]))
    }

    @Test("a backfill is not the load that the schedule waits for, whatever became of it")
    func backfills() throws {
        #expect(try isDue([line("05:00", "SUCCESS"), line("06:02", "SUCCESS", type: "BACKFILL")]))
        #expect(try !isDue([line("06:01", "SUCCESS"), line("06:02", "FAILED", type: "BACKFILL")]))
    }

    @Test("edited seconds", arguments: ["nan", "inf", "-inf", "1e300", "-1e300", "x"])
    func edited(seconds: String) throws {
        #expect(try !isDue([line("06:01", "SUCCESS", seconds: seconds)]))
    }
}
