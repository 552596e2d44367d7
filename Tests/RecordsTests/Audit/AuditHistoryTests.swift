import Glibc
import Ports
import TestSupport
import Testing

@testable import Records

@Suite("Reading the audit trail back")
struct AuditHistoryTests {
    private let folder = TemporaryFolder()

    @Test("the newest first over all days, by job, no more than asked")
    func order() throws {
        let trail = AuditTrail(folder: folder.path, zone: .utc) { $0 }
        for day in 0..<3 {
            for job in ["orders", "users"] {
                for minute in 0..<2 {
                    try trail.append(
                        RecordFixtures.outcome(
                            job, load: "\(job)\(day)\(minute)",
                            at: RecordFixtures.now + day * 86_400_000_000 + minute * 60_000_000),
                        run: RecordFixtures.run)
                }
            }
        }
        let history = AuditHistory(folder: folder.path)
        let all = try history.read()
        #expect(all.entries.count == 12)
        #expect(all.entries.first?[.loadID] == "users21")
        #expect(all.entries.last?[.loadID] == "orders00")
        let orders = try history.read(limit: 3) { $0.isAbout(id: "orders", name: "erp.orders") }
        #expect(orders.entries.map { $0[.loadID] } == ["orders21", "orders20", "orders11"])
        #expect(orders.entries[0].place == "audit_20261123.csv:3")
        let latest = try history.latest(of: [("orders", "erp.orders"), ("never", "erp.never")], [.loadID])
        #expect(latest.keys.sorted() == ["orders"])
        #expect(latest["orders"]?[.loadID] == "orders21")
    }

    @Test("an attempt that was followed by another is not how a job ended")
    func latestIsFinal() throws {
        let trail = AuditTrail(folder: folder.path, zone: .utc) { $0 }
        try trail.append(
            RecordFixtures.outcome(status: .failed, failure: .init("x")), run: RecordFixtures.run)
        try trail.append(
            RecordFixtures.outcome(
                attempt: 2, status: .retried, failure: .init("x"), at: RecordFixtures.now + 1_000_000),
            run: RecordFixtures.run)
        let latest = try AuditHistory(folder: folder.path).latest(of: [("orders", "erp.orders")], [.loadID, .rows])
        #expect(latest["orders"]?.status == .failed)
    }

    @Test("backfills are in the trail by their word, and can be left out")
    func backfills() throws {
        let trail = AuditTrail(folder: folder.path, zone: .utc) { $0 }
        try trail.append(RecordFixtures.outcome(load: "own"), run: RecordFixtures.run)
        var backfill = RecordFixtures.outcome(load: "back", at: RecordFixtures.now + 60_000_000)
        backfill.isBackfill = true
        try trail.append(backfill, run: RecordFixtures.run)
        let history = AuditHistory(folder: folder.path)
        #expect(try history.read().entries.map { $0[.loadType] } == ["BACKFILL", "INCREMENTAL"])
        let jobs = [(id: "orders", name: "erp.orders")]
        #expect(try history.latest(of: jobs, [.loadID])["orders"]?[.loadID] == "back")
        let own = try history.latest(of: jobs, [.loadID, .loadType]) { !$0.isBackfill }
        #expect(own["orders"]?[.loadID] == "own")
        let digest = try AuditDigest.read(history, zone: .utc).digest.jobs[0]
        #expect(digest.lastOwnGood?.moment == RecordFixtures.now)
        #expect(digest.lastGood?.moment == RecordFixtures.now + 60_000_000)
    }

    @Test("the earlier framework's lines are read by its columns, and found by name without regard to case")
    func earlierFramework() throws {
        folder.write(
            "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message\r\n"
                + "2026-02-12T01:00:59.920529,oracle_db.EMPLOYEES,SECRETS_INVALID,0,0,,Missing secret keys: ['database']\r\n"
                + "2026-02-12T01:06:47.108385,postgres_source.orders,SUCCESS,10003,18.27,,\r\n",
            to: "audit_20260212.csv")
        let history = AuditHistory(folder: folder.path)
        let reading = try history.read()
        #expect(reading.damaged == [])
        #expect(reading.entries.map { $0[.status] } == ["SUCCESS", "SECRETS_INVALID"])
        #expect(reading.entries[1][.errorMessage] == "Missing secret keys: ['database']")
        #expect(reading.entries[1].status == nil)
        #expect(reading.entries[0][.jobID] == "")
        let berlin = try ZoneRules.load("Europe/Berlin")
        #expect(
            reading.entries[0].moment(zone: berlin).map { berlin.civil($0).iso() } == "2026-02-12T01:06:47.108385+01:00"
        )
        let latest = try history.latest(
            of: [("hr", "ORACLE_DB.employees"), ("1", "postgres_source.orders")], [.rows, .errorMessage, .loadID])
        #expect(latest["hr"]?[.rows] == "0")
        #expect(latest["1"]?[.rows] == "10003")
    }

    @Test("a field over several lines is one; a cut one does not swallow what follows")
    func multipleLines() {
        let text = """
            timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message
            2026-02-12T01:00:00,a.b,FAILED,0,1,,"line one
            2026-02-12 is in line two"
            2026-02-12T02:00:00,a.b,FAILED,0,1,,"cut here
            2026-02-12T03:00:00,a.b,SUCCESS,1,1,,
            2026-02-12T04:00:00,a
            rubbish
            2026-02-12T05:00:00,a.b,SUCCESS,1,1,,
            """
        let (entries, damaged) = AuditHistory.parse(Array(text.utf8), name: "x.csv")
        #expect(entries.map { $0[.timestamp].dropFirst(11).prefix(2) } == ["01", "02", "03", "05"])
        #expect(entries[0][.errorMessage] == "line one\n2026-02-12 is in line two")
        #expect(damaged == ["x.csv:6", "x.csv:7"])
    }

    @Test("no folder, no history; files with other names are none of ours")
    func nothing() throws {
        #expect(try AuditHistory(folder: folder.file("missing")).read() == .init())
        for name in [
            "audit_2026.csv", "audit_20261121_x.csv", "audit_20261121_1.csv", "audit_20261121.csv.bak", "x.csv",
        ] {
            folder.write("timestamp,job_name,status\n2026-02-12T01:00:00,a.b,SUCCESS\n", to: name)
        }
        #expect(try AuditHistory(folder: folder.path).read() == .init())
    }

    @Test("bytes of any kind are no trap", arguments: 0..<50)
    func hostile(seed: Int) {
        var random = SeededRandom(UInt64(seed))
        let alphabet: [UInt8] = Array("2026-11-21T06:00:59,\"\r\n'=\0ä;".utf8) + [0xFF, 0xC0]
        let header = Array("timestamp,job_name,status,rows_processed\n".utf8)
        let bytes = header + (0..<2000).map { _ in alphabet.randomElement(using: &random)! }
        _ = AuditHistory.parse(bytes, name: "x")
        _ = AuditHistory.parse(Array(bytes.dropFirst(seed)), name: "x")
    }
}
