import Glibc
import Ports
import TestSupport
import Testing

@testable import Records

@Suite("Logs in pieces")
struct RotatingLogTests {
    private let folder = TemporaryFolder()

    private func lines(_ name: String) -> [String] {
        (folder.text(of: name) ?? "").split(separator: "\n").map(String.init)
    }

    @Test("a full file moves aside, so many are kept, and none is over its limit")
    func rotates() throws {
        let log = RotatingLog(folder: folder.file("logs"), name: "ingest.log", limits: .init(bytes: 100, kept: 2))
        for number in 10..<46 { try log.append(Array("line \(number)..........\n".utf8)) }
        let names = folder.entries(in: "logs").filter { !$0.hasPrefix(".") }
        #expect(names == ["ingest.log", "ingest.log.1", "ingest.log.2"])
        let kept = lines("logs/ingest.log.2") + lines("logs/ingest.log.1") + lines("logs/ingest.log")
        #expect(kept == (46 - kept.count..<46).map { "line \($0).........." })
        for name in names { #expect(folder.bytes(of: "logs/" + name)!.count <= 100) }
    }

    @Test("a line that is longer than a file gets one for itself")
    func longLine() throws {
        let log = RotatingLog(folder: folder.path, name: "x.log", limits: .init(bytes: 10, kept: 3))
        try log.append(Array("a\n".utf8))
        try log.append(Array("much longer than ten bytes\n".utf8))
        try log.append(Array("b\n".utf8))
        #expect(folder.text(of: "x.log") == "b\n")
        #expect(folder.text(of: "x.log.1") == "much longer than ten bytes\n")
        #expect(folder.text(of: "x.log.2") == "a\n")
    }

    @Test("several writers lose no line, whoever moves the file aside; a file that is removed comes back")
    func concurrent() async throws {
        let path = folder.path
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask {
                    let log = RotatingLog(
                        folder: path, name: "ingest.log", limits: .init(bytes: 4000, kept: 100), patience: 30)
                    for number in 0..<200 { try? log.append(Array("w\(writer)-\(number) filler filler\n".utf8)) }
                }
            }
        }
        let names = folder.entries.filter { $0.hasPrefix("ingest.log") }
        #expect(names.count > 5)
        let all = names.flatMap { lines($0) }
        #expect(all.count == 1200)
        #expect(Set(all).count == 1200)
        let log = RotatingLog(folder: path, name: "y.log")
        try log.append(Array("a\n".utf8))
        unlink(folder.file("y.log"))
        try log.append(Array("b\n".utf8))
        #expect(folder.text(of: "y.log") == "b\n")
    }

    @Test("lines say when, what, which run, job and attempt; nothing in them begins another line")
    func text() {
        let moment = CivilTime(unixMicroseconds: RecordFixtures.now)
        let job = JobLabel(id: "orders daily", source: "erp", table: "orders")
        let line = LogLine(
            level: .error, message: "no\n2026-11-21 forged \u{1B}[31m s3cret", run: "r1", job: job, attempt: 2,
            facts: [.init("error", .string("s3cret"))])
        let redact: (String) -> String = { $0.replacing("s3cret", with: "***") }
        #expect(
            String(decoding: line.bytes(.text, at: moment, redact: redact), as: UTF8.self)
                == "2026-11-21T06:00:59.123+00:00 ERROR   run=r1 job=\"orders daily\" attempt=2 "
                + "no\\n2026-11-21 forged \\u{1b}[31m ***\n")
        #expect(
            String(decoding: line.bytes(.json, at: moment, redact: redact), as: UTF8.self)
                == #"{"time":"2026-11-21T06:00:59.123456+00:00","level":"error","run":"r1","job":"orders daily","#
                + #""job_name":"erp.orders","attempt":2,"message":"no\n2026-11-21 forged \u001b[31m ***","error":"***"}"#
                + "\n")
    }
}
