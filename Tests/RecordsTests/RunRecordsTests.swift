import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Records

@Suite("The records of a run")
struct RunRecordsTests {
    private let folder = TemporaryFolder()

    private struct FixedClock: WallClock { let unixMicroseconds = RecordFixtures.now }

    final class Warnings: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    private let warnings = Warnings()

    private func records(_ metadata: String = "metadata", _ logs: String = "logs") -> RunRecords {
        RunRecords(
            places: .init(metadata: folder.file(metadata), logs: folder.file(logs)), terms: .init(patience: 0.2),
            wallClock: FixedClock(), redact: { $0.replacing("s3cret", with: "***") },
            warn: { [warnings] in warnings.add($0) })
    }

    private func json(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: folder.bytes(of: name) ?? [])
    }

    private let end = RunEnd(endedAt: RecordFixtures.now, seconds: 20.5, exitCode: 1, warnings: ["late"], notes: ["n"])

    @Test("one run with a success, a retry, a failure and a recovered load")
    func run() throws {
        let records = records()
        records.runBegan(RecordFixtures.run)
        #expect(try json("metadata/runs/r1.json")["ended_at"]?.isNull == true)
        let orders = RecordFixtures.outcome()
        records.jobBegan(orders.job, attempt: 1)
        records.attemptEnded(orders)
        var users = RecordFixtures.outcome(
            "users", load: "l2", status: .retried, failure: .init("cut s3cret", remedy: "Try."))
        users.retryAfterSeconds = 2
        records.attemptEnded(users)
        users = RecordFixtures.outcome("users", load: "l3", attempt: 2, status: .failed, failure: .init("cut again"))
        users.warnings = ["slow"]
        records.attemptEnded(users)
        records.loadRecovered(RecordFixtures.outcome("old", run: "r0", load: "l0"))
        records.remark(RunRemark(.warning, "disk is slow"))
        records.runEnded(end)
        #expect(warnings.all == [])

        let entries = try AuditHistory(folder: folder.file("metadata")).read().entries
        #expect(
            entries.reversed().map { "\($0[.jobID]) \($0[.status]) \($0[.runID]) \($0[.attempt])" } == [
                "orders SUCCESS r1 1", "users RETRIED r1 1", "users FAILED r1 2", "old SUCCESS r0 1",
            ])
        #expect(try WatermarkFile(folder: folder.file("metadata")).read().map(\.job) == ["old", "orders"])
        let file = try json("metadata/runs/r1.json")
        #expect(file["exit_code"]?.int == 1)
        #expect(file["totals"]?["jobs"]?.int == 2)
        #expect(file["totals"]?["retried"]?.int == 1)
        #expect(file["totals"]?["rows"]?.int == 10_003)
        #expect(file["attempts"]?.array?.count == 3)
        #expect(file["attempts"]?.array?[1]["error"]?["message"]?.string == "cut ***")
        #expect(file["recovered"]?.array?.count == 1)
        let log = folder.text(of: "logs/ingest.log")!
        #expect(log.contains("INFO    run=r1 job=orders attempt=1 SUCCESS after 15.86 s: 10003 rows, 2 files"))
        #expect(
            log.contains("WARNING run=r1 job=users attempt=1 RETRIED after 15.86 s: cut ***. Try. (tried again in 2 s)")
        )
        #expect(log.contains("WARNING run=r1 disk is slow"))
        #expect(log.contains("run ended: exit code 1 after 20.5 s"))
        #expect(!log.contains("s3cret"))
        let errors = folder.text(of: "logs/errors.log")!.split(separator: "\n")
        #expect(errors.count == 1)
        #expect(errors[0].contains("ERROR   run=r1 job=users attempt=2 FAILED"))
    }

    @Test("the files of the oldest runs go, what is named otherwise stays")
    func prunes() throws {
        let runs = (1...6).map { "2026112\($0)T055512123456-9f3c21a\($0)" }
        let places = RunRecords.Places(metadata: folder.file("metadata"), logs: folder.file("logs"))
        var facts = RecordFixtures.run
        for (index, run) in runs.enumerated() {
            let records = RunRecords(
                places: places, terms: .init(keptRuns: 3), wallClock: FixedClock(), redact: { $0 },
                warn: { [warnings] in warnings.add($0) })
            facts.runID = run
            records.runBegan(facts)
            if index == 0 {
                for name in ["notes.json", "20261101T055512123456-9f3c21a1.json.bak", "20260101-old.json"] {
                    folder.write("mine", to: "metadata/runs/" + name)
                }
            }
            records.runEnded(end)
        }
        let names = try RecordFolder(path: folder.file("metadata/runs")).names().filter { !$0.hasPrefix(".") }
        #expect(
            Set(names)
                == Set(
                    ["notes.json", "20261101T055512123456-9f3c21a1.json.bak", "20260101-old.json"]
                        + runs.suffix(3).map { $0 + ".json" }))
        #expect(warnings.all == [])
    }

    @Test("a load that its own run has told is not told again")
    func recoveredTwice() throws {
        let first = records()
        first.runBegan(RecordFixtures.run)
        first.attemptEnded(RecordFixtures.outcome(load: "20261121T060059123456-9f3c21ab"))
        let second = records()
        var facts = RecordFixtures.run
        facts.runID = "r2"
        second.runBegan(facts)
        second.loadRecovered(
            RecordFixtures.outcome(load: "20261121T060059123456-9f3c21ab", at: RecordFixtures.now + 1_000_000))
        second.runEnded(end)
        #expect(try AuditHistory(folder: folder.file("metadata")).read().entries.count == 1)
    }

    @Test("watermarks that could not be written are, later in the run, unless newer ones came")
    func watermarksLater() throws {
        folder.write("name,value\r\n", to: "watermarks.csv")
        let records = records(".")
        records.runBegan(RecordFixtures.run)
        records.attemptEnded(RecordFixtures.outcome("a"))
        #expect(warnings.all.count == 1)
        records.attemptEnded(RecordFixtures.outcome("b"))
        unlink(folder.file("watermarks.csv"))
        records.runEnded(end)
        #expect(try WatermarkFile(folder: folder.path).read().map(\.job) == ["a", "b"])
    }

    @Test("what can't be written is a warning, once, and the rest is written")
    func unwritable() throws {
        folder.write("in the way", to: "metadata")
        let records = records()
        records.runBegan(RecordFixtures.run)
        for number in 0..<3 { records.attemptEnded(RecordFixtures.outcome(load: "l\(number)")) }
        records.runEnded(end)
        #expect(warnings.all.count { $0.hasPrefix("A line of the audit trail could not be written: ") } == 1)
        #expect(warnings.all.contains("A line of the audit trail could not be written 3 times in this run."))
        #expect(warnings.all.contains { $0.hasPrefix("3 lines are missing in the audit trail") })
        #expect(warnings.all.contains { $0.hasPrefix("watermarks.csv could not be written: ") })
        #expect(folder.text(of: "metadata") == "in the way")
        #expect(folder.text(of: "logs/ingest.log")?.contains("run ended") == true)
    }
}
