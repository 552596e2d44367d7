import Ports
import TestSupport
import Testing

@testable import Records

@Suite("The audit trail, added up")
struct AuditDigestTests {
    private func digest(_ lines: [String], zone: ZoneRules = .utc) throws -> (AuditDigest, [String]) {
        let folder = TemporaryFolder()
        let header =
            "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message,job_id,bytes,"
            + "watermark_to,schema_change,host"
        folder.write(([header] + lines).joined(separator: "\r\n") + "\r\n", to: "audit_20261121.csv")
        return try AuditDigest.read(AuditHistory(folder: folder.path), zone: zone)
    }

    private func line(
        _ hour: Int, _ status: String, rows: Int = 0, error: String = "", job: String = "a", mark: String = "",
        change: String = ""
    ) -> String {
        "2026-11-21T\(hour < 10 ? "0" : "")\(hour):00:00.000000+00:00,s.t,\(status),\(rows),1.5,\"a \"\"path\"\", quoted\","
            + "\"\(error)\",\(job),\(rows * 2),\(mark),\(change),h"
    }

    @Test("since when a job fails, and how often, whatever the order of its lines")
    func failing() throws {
        let (digest, damaged) = try digest([
            line(9, "FAILED", error: "three"), line(5, "SUCCESS", rows: 10), line(6, "FAILED", error: "one"),
            line(7, "RETRIED", error: "again"), line(7, "FAILED", error: "two"), line(8, "SKIPPED"),
            line(4, "FAILED", error: "long ago"),
        ])
        #expect(damaged.isEmpty && digest.lines == 7)
        let job = try #require(digest.jobs.first)
        #expect(job.failing?.count == 3)
        #expect(job.failing?.since == CivilTime(iso: "2026-11-21T06:00:00Z")?.unixMicroseconds)
        #expect(job.message == "three")
        #expect(job.lastFailures.map(\.text) == ["three", "two", "one", "long ago"])
        #expect(job.lastGood?.rows == 10 && job.attempts.count == 6)
    }

    @Test("what was stopped, or not begun, says nothing of a job", arguments: ["SKIPPED", "LOCKED", "CANCELLED"])
    func verdict(word: String) throws {
        let (digest, _) = try digest([
            line(1, "SUCCESS", rows: 3), line(2, "FAILED", error: "x"), line(3, "FAILED", error: "y"), line(4, word),
            line(5, "SUCCESS", rows: 4, job: "b"), line(6, word, job: "b"), line(7, word, job: "c"),
        ])
        let (a, b, c) = (digest.jobs[0], digest.jobs[1], digest.jobs[2])
        #expect(a.verdict?.isBad == true && a.status == "FAILED" && a.message == "y" && a.failing?.count == 2)
        #expect(b.verdict?.isGood == true && b.status == "SUCCESS" && b.failing == nil)
        #expect(c.verdict == nil && c.status == word && c.failing == nil)
        // What other programs say of what is no success.
        let (other, _) = try self.digest([line(1, "SUCCESS"), line(2, "SECRETS_INVALID")])
        #expect(other.jobs[0].verdict?.isBad == true && other.jobs[0].failing?.count == 1)
    }

    @Test("a job that recovered does not fail")
    func recovered() throws {
        let (digest, _) = try digest([line(1, "FAILED", error: "x"), line(2, "SUCCESS", rows: 1)])
        #expect(digest.jobs[0].failing == nil && digest.jobs[0].message.isEmpty)
    }

    @Test("days are the project's, and count what loads brought")
    func days() throws {
        let lines = [
            line(1, "SUCCESS", rows: 3), line(23, "SUCCESS", rows: 4), line(23, "FAILED", error: "x", job: "b"),
        ]
        let (utc, _) = try digest(lines)
        #expect(utc.days.count == 1)
        let day = try #require(utc.days.values.first)
        #expect((day.loads, day.failures, day.rows, day.bytes, day.seconds) == (2, 1, 7, 14, 4.5))
        let (east, _) = try digest(lines, zone: try ZoneRules.load("Europe/Berlin"))
        #expect(east.days.values.map(\.rows).sorted() == [3, 4], "23:00 is the next day there")
    }

    @Test("what people make of the numbers is no reason to end")
    func edited() throws {
        let words = ["nan", "inf", "-inf", "1e300", "-5", "0x1p3000", "9223372036854775807", "x", ""]
        let lines = words.enumerated().map { index, word in
            "2026-11-21T0\(index):00:00+00:00,s.t,SUCCESS,\(word),\(word),,,a,\(word),,,h"
        }
        let (digest, _) = try digest(lines + lines)
        let day = try #require(digest.days.values.first)
        #expect((day.loads, day.rows, day.bytes, day.seconds) == (18, 0, 0, 0))
        #expect(digest.jobs[0].attempts.allSatisfy { (0...1e9).contains($0.seconds) })
        #expect(Int.max.addingSaturated(5) == .max && 3.addingSaturated(4) == 7)
    }

    @Test("a watermark's age counts from when it moved there")
    func watermark() throws {
        let (digest, _) = try digest([
            line(1, "SUCCESS", mark: "5"), line(2, "SUCCESS", mark: "9"), line(3, "SUCCESS", mark: "9"),
            line(4, "FAILED", error: "x", mark: "5"),
        ])
        #expect(digest.jobs[0].watermark == "9")
        #expect(digest.jobs[0].watermarkMoment == CivilTime(iso: "2026-11-21T02:00:00Z")?.unixMicroseconds)
    }

    @Test("changes of columns, the newest first; no more attempts than a chart has")
    func depth() throws {
        let (digest, _) = try digest(
            (0..<24).map { line($0, "SUCCESS", rows: $0, change: $0 % 8 == 0 ? "c\($0)" : "") }
                + (0..<24).map { line($0, "SUCCESS", rows: $0) })
        #expect(digest.changes.map(\.text) == ["c16", "c8", "c0"])
        #expect(digest.jobs[0].attempts.count == AuditDigest.depth)
    }

    @Test("lines of the earlier framework count by name; cut ones are named")
    func others() throws {
        let (digest, damaged) = try digest([
            "2026-11-21T01:00:00.5,erp.customers,SUCCESS,7,1.0,,", "2026-11-21T01:00", "not a time,a,b,c,d,e,f",
        ])
        #expect(digest.jobs.map(\.id) == ["erp.customers"])
        #expect(digest.jobs[0].lastGood?.rows == 7)
        #expect(damaged.count == 2)
    }
}
