import Glibc
import TestSupport
import Testing

@testable import Workbook

@Suite("Writing a workbook in place")
struct WorkbookPatcherTests {
    private func bytes(of path: String) throws -> [UInt8] {
        let snapshot = try FileSnapshot(path: path)
        return withExtendedLifetime(snapshot) { Array(snapshot.bytes) }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }

    @Test("a file that is replaced meanwhile is looked at again: edits made during the run are kept")
    func replacedMeanwhile() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/book.xlsx"
        try write(bytes(of: URLPath.corpus + "temperature.xlsx"), to: path)
        let sheet = try #require(try WorkbookFile.open(path: path).sheets.first?.name)
        func patch(_ row: Int, _ text: String) -> CellPatch {
            CellPatch(sheet: sheet, reference: CellReference(row: row, column: 30), value: .text(text))
        }
        // What a person saves between our reading and our writing.
        let copy = folder.path + "/copy.xlsx"
        try write(bytes(of: path), to: copy)
        _ = try WorkbookPatcher.apply(to: copy) { _ throws(WorkbookFault) in [patch(1, "a person's edit")] }
        var looks = 0
        let outcome = try WorkbookPatcher.apply(to: path, patience: .init(seconds: 10)) { _ throws(WorkbookFault) in
            looks += 1
            if looks == 1 { #expect(rename(copy, path) == 0) }
            return [patch(2, "a result")]
        }
        #expect(outcome == .written(cells: 1, notes: []) && looks == 2)
        let cells = try WorkbookFile.open(path: path).read(sheet).rows.flatMap(\.cells).filter { $0.column == 30 }
        #expect(cells.map(\.value) == [.text("a person's edit"), .text("a result")])
    }

    @Test("a file that never comes to rest is left alone, with a sentence for the notes")
    func neverAtRest() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/book.xlsx"
        let original = try bytes(of: URLPath.corpus + "temperature.xlsx")
        try write(original, to: path)
        let sheet = try #require(try WorkbookFile.open(path: path).sheets.first?.name)
        let outcome = try WorkbookPatcher.apply(to: path, patience: .init(seconds: 0.3)) { _ throws(WorkbookFault) in
            try? write(original, to: path)
            return [CellPatch(sheet: sheet, reference: CellReference(row: 1, column: 30), value: .text("x"))]
        }
        guard case .gaveUp(let sentence) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(sentence.contains("being changed by another program") && sentence.contains("next run"))
        #expect(try bytes(of: path) == original)
    }
}
