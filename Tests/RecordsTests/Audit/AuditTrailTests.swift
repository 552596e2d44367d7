import Glibc
import Ports
import TestSupport
import Testing

@testable import Records

@Suite("The audit trail")
struct AuditTrailTests {
    private let folder = TemporaryFolder()
    private let file = "metadata/audit_20261121.csv"

    private func trail(patience: Double = 5, zone: ZoneRules = .utc) -> AuditTrail {
        AuditTrail(folder: folder.file("metadata"), zone: zone, patience: patience) {
            $0.replacing("s3cretpassword", with: "***")
        }
    }

    private var lines: [String] {
        (folder.text(of: file) ?? "").split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    static let header =
        "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message,job_id,run_id,load_id,"
        + "attempt,load_type,write_mode,source_rows,files,bytes,watermark_from,watermark_to,null_watermarks,schema_change,"
        + "warnings,host,user,version,workbook_sha256"

    @Test("columns and values stand in the order of the contract")
    func columns() throws {
        var outcome = RecordFixtures.outcome()
        outcome.schemaChanges = ["column 'discount' was added (decimal(10,2))"]
        outcome.warnings = ["one", "two"]
        try trail().append(outcome, run: RecordFixtures.run)
        #expect(
            lines == [
                Self.header,
                "2026-11-21T06:00:59.123456+00:00,erp.orders,SUCCESS,10003,15.86,file:///lake/orders/2026/11/21,,orders,r1,l1,"
                    + "1,INCREMENTAL,append,10003,2,84600,2026-11-20 00:00:00.000001,2026-11-21 06:00:00.123456,0,"
                    + "\"column 'discount' was added (decimal(10,2))\",one | two,etl1,ingest,0.1.0,00ff",
                "",
            ])
    }

    @Test("a failure is one line with its remedy, without secrets")
    func failure() throws {
        let failure = JobOutcome.Failure(
            "no such table\n\"x\" of s3cretpassword", remedy: "=cmd; @Ask")
        try trail().append(
            RecordFixtures.outcome(status: .failed, failure: failure), run: RecordFixtures.run)
        #expect(lines.count == 3)
        #expect(lines[1].contains("FAILED,0,15.86,,\"no such table \"\"x\"\" of ***. =cmd; '@Ask\",orders,"))
    }

    @Test("the day is that of the project's zone")
    func zone() throws {
        let late = 1_795_302_000_000_000  // 2026-11-21 23:00 UTC
        try trail(zone: try ZoneRules.load("Europe/Berlin")).append(
            RecordFixtures.outcome(at: late), run: RecordFixtures.run)
        #expect(folder.text(of: "metadata/audit_20261122.csv")?.contains("2026-11-22T00:00:00.000000+01:00,") == true)
    }

    @Test("once per load, attempt and status, also over runs")
    func once() throws {
        let first = trail()
        try first.append(RecordFixtures.outcome(), run: RecordFixtures.run)
        try first.append(RecordFixtures.outcome(), run: RecordFixtures.run)
        try trail().appendIfAbsent(RecordFixtures.outcome(), run: RecordFixtures.run)
        // Told on the next day.
        var later = RecordFixtures.outcome()
        later.endedAt += 86_400_000_000
        try trail().appendIfAbsent(later, run: RecordFixtures.run)
        #expect(lines.count == 3)
        #expect(folder.text(of: "metadata/audit_20261122.csv") == nil)
        try trail().append(RecordFixtures.outcome(attempt: 2), run: RecordFixtures.run)
        try trail().appendIfAbsent(RecordFixtures.outcome(load: "l2"), run: RecordFixtures.run)
        try trail().appendIfAbsent(
            RecordFixtures.outcome(status: .retried, failure: .init("x")), run: RecordFixtures.run)
        #expect(lines.count == 6)
        // Without a load there is nothing to be told twice.
        try first.append(RecordFixtures.outcome(load: nil), run: RecordFixtures.run)
        try first.append(RecordFixtures.outcome(load: nil), run: RecordFixtures.run)
        #expect(lines.count == 8)
    }

    @Test("a load of another day is searched from its own day on, whatever the zone")
    func onceLater() throws {
        let load = "20261121T060059123456-9f3c21ab"
        let zone = try ZoneRules.load("America/New_York")
        let early = 1_795_224_600_000_000  // 2026-11-20 20:30 in New York, 01:30 on the 21st in UTC
        try trail(zone: zone).append(RecordFixtures.outcome(load: load, at: early), run: RecordFixtures.run)
        #expect(folder.entries(in: "metadata") == ["audit_20261120.csv"])
        let week = early + 7 * 86_400_000_000
        try trail(zone: zone).appendIfAbsent(RecordFixtures.outcome(load: load, at: week), run: RecordFixtures.run)
        #expect(folder.entries(in: "metadata") == ["audit_20261120.csv"])
    }

    @Test(
        "a last line that was cut is ended, and costs no other",
        arguments: ["2026-11-21T05:00:00,erp.x,SUCC", "2026-11-21T05:00:00,erp.x,FAILED,0,1,,\"it said \"\"no", "x"])
    func cutLine(tail: String) throws {
        try trail().append(RecordFixtures.outcome("a", load: "a"), run: RecordFixtures.run)
        let whole = folder.text(of: file)!
        folder.write(whole + tail, to: file)
        try trail().append(RecordFixtures.outcome("b", load: "b"), run: RecordFixtures.run)
        let text = folder.text(of: file)!
        #expect(text.hasPrefix(whole + tail))
        #expect(text.filter { $0 == "\"" }.count % 2 == 0)
        let reading = try AuditHistory(folder: folder.file("metadata")).read()
        #expect(reading.entries.map { $0[.jobID] }.filter { !$0.isEmpty } == ["b", "a"])
        // Seven fields may be a line of the earlier framework.
        #expect(reading.damaged == (tail.contains("FAILED") ? [] : ["audit_20261121.csv:3"]))
    }

    @Test(
        "a file with other columns stays as it is; ours is beside it",
        arguments: [
            "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message\r\n"
                + "2026-11-21T01:00:59.920529,erp.customers,FAILED,0,15.86,,Job execution failed",
            "anything else", "\u{FEFF}timestamp;job_name\r\n", "\0\0\0\0",
        ])
    func otherColumns(text: String) throws {
        mkdir(folder.file("metadata"), 0o755)
        folder.write(text, to: file)
        let trail = trail()
        try trail.append(RecordFixtures.outcome(), run: RecordFixtures.run)
        try trail.append(RecordFixtures.outcome(load: "l2"), run: RecordFixtures.run)
        #expect(folder.text(of: file) == text)
        let ours = folder.text(of: "metadata/audit_20261121_2.csv")!
        #expect(ours.hasPrefix(Self.header + "\r\n"))
        #expect(ours.split(separator: "\r\n").count == 3)
        #expect(try AuditHistory(folder: folder.file("metadata")).read().entries.count >= 2)
    }

    @Test("what other programs made of the header is still ours: a byte order mark, no carriage return, quotes")
    func ourHeader() throws {
        mkdir(folder.file("metadata"), 0o755)
        let quoted = Self.header.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
        folder.write("\u{FEFF}" + quoted + "\n", to: file)
        try trail().append(RecordFixtures.outcome(), run: RecordFixtures.run)
        #expect(folder.entries(in: "metadata") == ["audit_20261121.csv"])
        #expect(try AuditHistory(folder: folder.file("metadata")).read().entries.count == 1)
    }

    @Test("a file that another program has locked is left to it, and asked once only")
    func held() throws {
        try trail().append(RecordFixtures.outcome(load: "a"), run: RecordFixtures.run)
        let before = folder.text(of: file)
        let other = try LockedFile(folder.file(file), patience: 0)
        let trail = trail(patience: 2)
        let start = ContinuousClock.now
        try trail.append(RecordFixtures.outcome(load: "b"), run: RecordFixtures.run)
        let waited = ContinuousClock.now
        try trail.append(RecordFixtures.outcome(load: "c"), run: RecordFixtures.run)
        #expect(waited - start >= .seconds(2) && ContinuousClock.now - waited < .seconds(2))
        _ = consume other
        #expect(folder.text(of: file) == before)
        let entries = try AuditHistory(folder: folder.file("metadata")).read().entries
        #expect(Set(entries.map { $0[.loadID] }) == ["a", "b", "c"])
    }

    @Test("many threads and several writers: each line once and whole, the header once")
    func concurrent() async throws {
        let trails = (0..<4).map { _ in trail() }
        await withTaskGroup(of: Void.self) { group in
            for (index, trail) in trails.enumerated() {
                for thread in 0..<4 {
                    group.addTask {
                        for line in 0..<25 {
                            try? trail.append(
                                RecordFixtures.outcome(load: "l\(index)-\(thread)-\(line)"), run: RecordFixtures.run)
                        }
                    }
                }
            }
        }
        #expect(lines.first == Self.header)
        #expect(lines.count { $0 == Self.header } == 1)
        let reading = try AuditHistory(folder: folder.file("metadata")).read()
        #expect(reading.damaged == [])
        #expect(reading.entries.count == 400)
        #expect(Set(reading.entries.map { $0[.loadID] }).count == 400)
    }

    @Test(
        "a full disk leaves no half line; what is missing is written when there is room",
        .enabled(if: geteuid() == 0, "needs root to mount"))
    func fullDisk() throws {
        let disk = folder.file("metadata")
        mkdir(disk, 0o755)
        guard mount("none", disk, "tmpfs", 0, "size=64k") == 0 else { try Test.cancel("this container may not mount") }
        defer { umount(disk) }
        let trail = trail()
        try trail.append(RecordFixtures.outcome(load: "first"), run: RecordFixtures.run)
        let size = folder.bytes(of: file)!.count
        let filler = open(disk + "/filler", O_WRONLY | O_CREAT, 0o644)
        let block = [UInt8](repeating: 7, count: 4096)
        while block.withUnsafeBytes({ write(filler, $0.baseAddress, $0.count) }) > 0 {}
        // Fills the page that the file has already, and then no more.
        var written = 0
        let fault = #expect(throws: RecordFault.self) {
            for line in 0..<100 {
                try trail.append(RecordFixtures.outcome(load: "l\(line)"), run: RecordFixtures.run)
                written += 1
            }
        }
        #expect(fault?.code == ENOSPC)
        #expect(fault?.remedy?.contains("free some space") == true)
        #expect(trail.pendingCount == 1)
        #expect(lines.last == "")
        #expect(lines.count == written + 3)
        #expect(folder.bytes(of: file)!.count >= size)
        ftruncate(filler, 0)
        close(filler)
        try trail.append(RecordFixtures.outcome(load: "last"), run: RecordFixtures.run)
        #expect(trail.pendingCount == 0)
        let loads = try AuditHistory(folder: disk).read().entries.map { $0[.loadID] }
        #expect(loads.reversed() == ["first"] + (0...written).map { "l\($0)" } + ["last"])
    }

    @Test(
        "a folder that may not be written is named, with what to do",
        .enabled(if: geteuid() == 0, "needs root to mount"))
    func readOnlyFolder() throws {
        let disk = folder.file("metadata")
        mkdir(disk, 0o755)
        guard mount("none", disk, "tmpfs", 1, "size=64k") == 0 else {
            try Test.cancel("this container may not mount")
        }
        defer { umount(disk) }
        let fault = #expect(throws: RecordFault.self) {
            try trail().append(RecordFixtures.outcome(), run: RecordFixtures.run)
        }
        #expect(fault?.code == EROFS)
        #expect(fault?.message.contains(file) == true)
        #expect(fault?.remedy?.contains("run.metadata") == true)
    }
}

extension TemporaryFolder {
    func entries(in name: String) -> [String] {
        guard let handle = opendir(file(name)) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
