import Glibc
import TestSupport
import Testing

@testable import Workbook

/// Broken workbooks: an error or a reading, never a trap. Boxed by time; `INGEST_FUZZ_SECONDS` for longer runs by hand.
@Suite("Broken workbooks", .timeLimit(.minutes(30)))
struct WorkbookFuzzTests {
    private static let seconds = getenv("INGEST_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 4
    private static let corpus: [(name: String, bytes: [UInt8])] = {
        let folder = URLPath.corpus
        return [
            "temperature.xlsx", "date_1904.xlsx", "issues.xlsx", "merged_range.xlsx", "strict_iso_paths.xlsx",
            "nonstandard-xml-ns-prefix.xlsx", "rph.xlsx", "inlineStr_cdata.xlsx", "minimal_package.xlsx",
        ].compactMap { name in
            (try? FileSnapshot(path: folder + name)).map { (name, Array($0.bytes)) }
        }
    }()

    private func readAll(_ bytes: [UInt8]) {
        guard let file = try? WorkbookFile(bytes: bytes, path: "fuzz.xlsx") else { return }
        for sheet in file.sheets { _ = try? file.read(sheet.name) }
    }

    @Test("the corpus is there")
    func corpusIsThere() {
        #expect(Self.corpus.count == 9)
    }

    @Test("truncated at every 64th byte")
    func truncated() {
        for (name, bytes) in Self.corpus where bytes.count < 40_000 {
            for end in stride(from: 0, to: bytes.count - 22, by: 64) {
                #expect(throws: WorkbookFault.self, "\(name) cut at \(end)") {
                    try WorkbookFile(bytes: Array(bytes[..<end]), path: name)
                }
            }
        }
    }

    @Test("bytes of the archive changed")
    func archiveBytes() {
        var random = SeededRandom(3)
        let end = ContinuousClock.now + .milliseconds(Int(Self.seconds * 500))
        while ContinuousClock.now < end {
            var bytes = Self.corpus[random.next(below: Self.corpus.count)].bytes
            // The directory at the end decides most.
            let start = random.next(below: 2) == 0 ? max(0, bytes.count - 1500) : 0
            for _ in 0...random.next(below: 6) {
                bytes[start + random.next(below: bytes.count - start)] = UInt8(truncatingIfNeeded: random.next())
            }
            readAll(bytes)
        }
    }

    @Test("parts changed inside a sound archive, then read and patched")
    func parts() throws {
        var random = SeededRandom(5)
        let pieces = [
            "<c>", "</c>", "<row r=\"", "\"", "<", ">", "&amp;", "&x;", "<v>", "r=\"A1\"", "t=\"s\"", "-1", "<!--",
            "99999999999", "<f/>", "<is><t>", "]]>", "<?x", "\u{0}", "s=\"70000\"", "<mergeCell ref=\"A1:XFD9\"/>",
        ]
        let end = ContinuousClock.now + .milliseconds(Int(Self.seconds * 1000))
        var patched = 0
        while ContinuousClock.now < end {
            let (name, bytes) = Self.corpus[random.next(below: Self.corpus.count)]
            let archive = try ZipArchive(FileSnapshot(bytes: bytes), path: name)
            var index = random.next(below: archive.entries.count)
            while !archive.entries[index].name.hasSuffix("ml") { index = random.next(below: archive.entries.count) }
            var part = try archive.read(index, atMost: 1 << 24)
            for _ in 0...random.next(below: 3) {
                let place = random.next(below: part.count)
                switch random.next(below: 3) {
                case 0: part[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: part.insert(contentsOf: Array(pieces[random.next(below: pieces.count)].utf8), at: place)
                default: part.removeSubrange(place..<min(part.count, place + random.next(below: 30)))
                }
                if part.isEmpty { part = [0x20] }
            }
            let broken = try ArchiveRewrite.rewrite(archive, replacing: [index: part])
            readAll(broken)
            if (try? patch(broken)) == true { patched += 1 }
        }
        #expect(patched > 0)
    }

    /// Whatever could be read and was patched passes its own proof, or nothing is written.
    private func patch(_ bytes: [UInt8]) throws -> Bool {
        let file = try WorkbookFile(bytes: bytes, path: "fuzz.xlsx")
        guard let sheet = file.sheets.first else { return false }
        let edit = try WorkbookEdit(
            file,
            [
                CellPatch(sheet: sheet.name, reference: CellReference(row: 2, column: 2), value: .text("patched")),
                CellPatch(sheet: sheet.name, reference: CellReference(row: 1, column: 1), value: .number(5)),
                CellPatch(sheet: sheet.name, reference: CellReference(row: 9000, column: 200), value: .boolean(true)),
            ])
        let result = try ArchiveRewrite.rewrite(file.contents.parts.archive, replacing: edit.parts)
        try EditProof.check(file, result, edit.values)
        return true
    }
}

/// Where the corpus is, from this file's own place.
enum URLPath {
    static let corpus: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/Corpus/xlsx/"
    }()
}
