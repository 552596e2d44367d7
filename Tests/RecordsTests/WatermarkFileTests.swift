import Glibc
import Ports
import TestSupport
import Testing

@testable import Records

@Suite("watermarks.csv")
struct WatermarkFileTests {
    private let folder = TemporaryFolder()

    private static func row(_ job: String, _ value: String, at second: Int = 0, type: String = "timestamp(6)")
        -> WatermarkFile.Row
    {
        WatermarkFile.Row(
            job: job, jobName: "erp.\(job)", watermark: WatermarkText(value: value, type: type), loadID: "l",
            runID: "r",
            updatedAt: CivilTime(unixMicroseconds: RecordFixtures.now + second * 1_000_000).iso())
    }

    @Test("rows of other jobs stay; what is older than the file's own is no news")
    func merges() throws {
        let file = WatermarkFile(folder: folder.file("m"))
        #expect(try file.read() == [])
        try file.update([Self.row("b", "1"), Self.row("a", "1")])
        try file.update([Self.row("b", "0", at: 5), Self.row("c", "3")])
        try file.update([Self.row("a", "9", at: -1)])
        #expect(try file.read().map { "\($0.job)=\($0.watermark.value)" } == ["a=1", "b=0", "c=3"])
        #expect(
            folder.text(of: "m/watermarks.csv")?.hasPrefix(
                "job_id,job_name,watermark,watermark_type,load_id,run_id,updated_at\r\na,erp.a,1,timestamp(6),l,r,2026-"
            )
                == true)
        try file.rebuild([Self.row("z", "7", at: -100)])
        #expect(try file.read().map(\.job) == ["z"])
        #expect(folder.entries(in: "m") == [".watermarks.lock", "watermarks.csv"])
    }

    @Test("a watermark that stands there already keeps the load that moved it there, and the file as it is")
    func noNews() throws {
        let file = WatermarkFile(folder: folder.file("m"))
        try file.update([Self.row("a", "1")])
        var again = Self.row("a", "1", at: 60)
        (again.loadID, again.runID) = ("", "idle")
        var before = stat()
        stat(folder.file("m/watermarks.csv"), &before)
        try file.update([again])
        var after = stat()
        stat(folder.file("m/watermarks.csv"), &after)
        #expect(try file.read() == [Self.row("a", "1")] && before.st_ino == after.st_ino)
        // What somebody took away is written again.
        try file.rebuild([])
        try file.update([again])
        #expect(try file.read() == [again])
    }

    @Test(
        "values come back exactly", arguments: ["=1+1", "-5", "a,\"b\"\r\nc", "'=x", " x ", "0x00000000000007D1", "ä"])
    func exact(value: String) throws {
        let file = WatermarkFile(folder: folder.path)
        try file.update([Self.row("=a;b", value, type: "text")])
        try file.update([Self.row("other", "1")])
        #expect(try file.read().first { $0.job == "=a;b" }?.watermark == WatermarkText(value: value, type: "text"))
    }

    @Test("a file of that name that is none of ours stays as it is")
    func foreign() throws {
        folder.write("name,value\r\nx,1\r\n", to: "watermarks.csv")
        let file = WatermarkFile(folder: folder.path)
        #expect(throws: RecordFault.self) { try file.update([Self.row("a", "1")]) }
        #expect(throws: RecordFault.self) { try file.rebuild([Self.row("a", "1")]) }
        #expect(folder.text(of: "watermarks.csv") == "name,value\r\nx,1\r\n")
    }

    @Test("many writers at a time lose no row, and readers never see half a file")
    func concurrent() async throws {
        let path = folder.file("m")
        let file = WatermarkFile(folder: path, patience: 30)
        try file.update([Self.row("first", "0")])
        await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<10 {
                        try? WatermarkFile(folder: path, patience: 30).update(
                            [Self.row("j\(writer)-\(number)", "1")], sync: false)
                    }
                    return true
                }
            }
            group.addTask {
                let file = WatermarkFile(folder: path)
                return (0..<100).allSatisfy { _ in (try? file.read())?.contains { $0.job == "first" } == true }
            }
            for await isWhole in group { #expect(isWhole) }
        }
        #expect(try file.read().count == 81)
    }
}
