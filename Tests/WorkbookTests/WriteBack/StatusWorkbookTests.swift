import Dispatch
import Glibc
import Ports
import TestSupport
import Testing

@testable import Workbook

@Suite("The status file")
struct StatusWorkbookTests {
    private let folder = TemporaryFolder()
    private let patience = WorkbookPatcher.Patience(seconds: 0.2)

    private var path: String { folder.file(StatusWorkbook.name) }

    private func result(_ job: String, _ status: JobStatus = .success, watermark: String? = nil) -> RowResult {
        RowResult(
            job: job, row: nil, status: status, endedAt: CivilTime(unixMicroseconds: 1_795_240_859_123_456), rows: 5,
            seconds: 1.5, message: "=m", watermark: watermark.map { WatermarkText(value: $0, type: "timestamp(6)") })
    }

    private func rows() throws -> [[CellValue]] {
        try WorkbookFile.open(path: path).read("Status").rows.map { row in
            row.cells.map(\.value)
        }
    }

    @Test("rows of other jobs stay; those of jobs that are gone go; the order is the workbook's")
    func merges() throws {
        let book = StatusWorkbook(path: path)
        #expect(try book.write([result("b"), result("gone")], jobs: ["a", "b", "gone"], patience: patience) == [])
        #expect(
            try book.write(
                [result("a", watermark: "2026-11-21 06:00:00.123456")], jobs: ["a", "b"], patience: patience) == [])
        // A failure keeps the watermark that was there.
        #expect(try book.write([result("a", .failed)], jobs: ["a", "b"], patience: patience) == [])
        let found = try rows()
        #expect(found.count == 3)
        #expect(found[0].first == .text("job_id"))
        let date = SheetDate(form: .dateTime, days: 20_778, microseconds: 21_659_000_000)
        #expect(
            found[1] == [
                .text("a"), .text("FAILED"), .date(date), .number(5, digits: "5"), .number(1.5, digits: "1.5"),
                .text("2026-11-21 06:00:00.123456"), .text("=m"),
            ])
        #expect(found[2].first == .text("b"))
        #expect(folder.entries == [StatusWorkbook.name])
    }

    @Test("writers at the same moment lose nothing of each other, whether the file is there or not")
    func writers() throws {
        let jobs = (1...8).map { "j\($0)" }
        let results = jobs.map { result($0) }
        let path = path
        for _ in 1...3 {
            DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
                let notes = try? StatusWorkbook(path: path).write(
                    [results[index]], jobs: jobs, patience: WorkbookPatcher.Patience(seconds: 30))
                #expect(notes == [])
            }
            #expect(try rows().dropFirst().map(\.first) == jobs.map { .text($0) })
            #expect(folder.entries == [StatusWorkbook.name])
            unlink(path)
        }
    }

    @Test("mode and owner stay; a file that is open or damaged is waited for or made anew")
    func obstacles() throws {
        let book = StatusWorkbook(path: path)
        folder.write("not a workbook", to: StatusWorkbook.name)
        chmod(path, 0o640)
        #expect(try book.write([result("a")], jobs: ["a"], patience: patience) == [])
        #expect(try rows().count == 2)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
        let before = folder.bytes(of: StatusWorkbook.name)
        folder.write("x", to: "~$" + StatusWorkbook.name)
        let notes = try book.write([result("b")], jobs: ["b"], patience: patience)
        #expect(notes.count == 1 && notes[0].contains("Excel"))
        #expect(folder.bytes(of: StatusWorkbook.name) == before)
    }
}
