import Glibc
import Ports
import TestSupport
import Testing

@testable import Records

@Suite("metadata/quality")
struct QualityFileTests {
    private func outcome(_ number: Int, padding: Int = 0) -> JobOutcome {
        var outcome = JobOutcome(
            job: JobLabel(id: "a/b", source: "s", table: "t"), runID: "run \(number)", loadID: "load \(number)",
            attempt: 1, status: .success, startedAt: 0, endedAt: number * 1_000_000, seconds: 1)
        outcome.rows = 10
        outcome.quarantined = number
        outcome.quality = [
            RuleResult(
                label: "range(total)", kind: .range, columns: ["total"], argument: "0..10", severity: .warn,
                state: .failed,
                checked: 11, failing: number, finding: "the secret" + String(repeating: "x", count: padding),
                samples: [.init([.init("id", "1"), .init("total", nil)])])
        ]
        return outcome
    }

    @Test("what was written is read, the newest first, without secrets")
    func roundTrip() throws {
        let folder = TemporaryFolder()
        let file = QualityFile(metadata: folder.path, zone: .utc) { $0.replacing("secret", with: "***") }
        #expect(try file.read("a/b", limit: 5).isEmpty)
        for number in 1...3 { try file.append(outcome(number)) }
        var none = outcome(4)
        none.quality = []
        try file.append(none)
        let entries = try file.read("a/b", limit: 2)
        #expect(entries.map(\.runID) == ["run 3", "run 2"])
        #expect(entries[0].time == "1970-01-01T00:00:03.000000+00:00")
        #expect((entries[0].rows, entries[0].quarantined) == (10, 3))
        let rule = entries[0].rules[0]
        #expect((rule.label, rule.argument, rule.severity, rule.state) == ("range(total)", "0..10", "warn", "failed"))
        #expect(rule.finding == "the ***" && rule.failing == 3 && rule.checked == 11)
        #expect(rule.samples == [.init([.init("id", "1"), .init("total", nil)])])
        #expect(try file.read("b", limit: 2).isEmpty)
    }

    @Test("the file stays below its limit, of whole lines; a cut line is passed over")
    func bounded() throws {
        let folder = TemporaryFolder()
        let file = QualityFile(metadata: folder.path, zone: .utc, mostBytes: 4000)
        let path = folder.path + "/quality/" + QualityFile.name(of: "a/b")
        for number in 1...60 {
            try file.append(outcome(number, padding: number * 5))
            let bytes = try #require(try RecordFolder(path: folder.path + "/quality").read(QualityFile.name(of: "a/b")))
            #expect(bytes.count <= 4000 && bytes.first == UInt8(ascii: "{") && bytes.last == 0x0A)
            let entries = try file.read("a/b", limit: 1000)
            #expect(entries.first?.runID == "run \(number)" && entries.count == bytes.count { $0 == 0x0A })
        }
        // A line longer than all is kept: it is the newest.
        try file.append(outcome(61, padding: 10_000))
        #expect(try file.read("a/b", limit: 10).map(\.runID) == ["run 61"])
        let handle = try #require(fopen(path, "a"))
        fputs("{\"time\":\"cut", handle)
        fclose(handle)
        try file.append(outcome(62))
        #expect(try file.read("a/b", limit: 10).first?.runID == "run 62")
    }
}
