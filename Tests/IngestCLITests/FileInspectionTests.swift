import Columnar
import Glibc
import Parquet
import Ports
import TestSupport
import Testing

@testable import IngestCLI

@Suite("ingest inspect")
struct FileInspectionTests {
    private let folder = TemporaryFolder()

    /// Two row groups of three rows: numbers, text that is hostile, a list, a column of NULLs only.
    private func write() throws -> String {
        let schema = try Schema([
            Field("n\u{1b}[31m", .int32), Field("t", .text), Field("l", .list(.int64)), Field("nothing", .date),
        ])
        var options = WriterOptions()
        options.rowGroup.rows = 3
        options.keyValues = [("k\u{7}", "v\nw"), ("long", String(repeating: "x", count: 5000))]
        options.bloomFilterColumns = ["t"]
        let path = folder.file("f.parquet")
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        let writer = try FileWriter(schema: schema, options: options) { buffers in
            for buffer in buffers where buffer.count > 0 {
                _ = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
        }
        let encoder = try RowGroupEncoder(schema: schema, options: options)
        let batch = Batch(schema: schema)
        for row in 0..<6 {
            if row == 4 { batch.columns[0].appendNull() } else { batch.columns[0].append(Int32(row * 10)) }
            batch.columns[1].append("\u{1b}]0;\(row)")
            batch.columns[2].appendList(count: 1)
            batch.columns[2].children[0].append(Int64(row))
            batch.columns[3].appendNull()
            batch.rowCount += 1
        }
        var row = 0
        while row < batch.rowCount {
            row += try encoder.append(batch, from: row)
            if encoder.isFull { try writer.append(encoder.finish()) }
        }
        _ = try writer.finish()
        return path
    }

    @Test("schema, columns over all row groups, key-values")
    func text() throws {
        let text = try FileInspection(path: write(), depth: .file).text()
        #expect(text.contains("6 rows, 2 row groups, 4 columns"))
        #expect(text.contains("  n\\u{1b}[31m: optional INT32"))
        #expect(text.contains("  l: optional group LIST"))
        #expect(text.contains("    list: repeated group\n      element: optional INT64"))
        #expect(text.contains("l.list.element"))
        let columns = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let numbers = try #require(columns.first { $0.first == "n\\u{1b}[31m" && $0.contains("ZSTD") })
        #expect(numbers.contains("0") && numbers.contains("50"), "min and max over both row groups")
        #expect(numbers[numbers.count - 5] == "1", "one NULL")
        #expect(columns.contains { $0.first == "t" && $0.suffix(2) == ["bloom", "filter"] })
        #expect(text.contains("… (5000 bytes)"))
        #expect(!text.contains("Row group 0"))
    }

    @Test("nothing in the file steers the terminal", arguments: [FileInspection.Depth.file, .rowGroups, .pages])
    func hostile(depth: FileInspection.Depth) throws {
        let inspection = try FileInspection(path: write(), depth: depth)
        for text in [try inspection.text(), try inspection.json().text] {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        }
        #expect(try inspection.text().contains("\\u{1b}]0;"))
    }

    @Test("row groups and pages")
    func deeper() throws {
        let path = try write()
        let groups = try FileInspection(path: path, depth: .rowGroups).text()
        #expect(groups.contains("Row group 0: 3 rows") && groups.contains("Row group 1: 3 rows"))
        #expect(!groups.contains("Pages of"))
        let pages = try FileInspection(path: path, depth: .pages).text()
        #expect(pages.contains("  Pages of t\n") && pages.contains("first row"))
        let json = try FileInspection(path: path, depth: .pages).json().text
        #expect(json.contains(#""row_groups":[{"rows":3,"#) && json.contains(#""pages":[{"offset":"#))
    }

    @Test(
        "what is no Parquet file is one clear error",
        arguments: ["", "PAR1", "PAR1PAR1PAR1", "some text that is long enough"])
    func notParquet(content: String) {
        folder.write(content, to: "bad.parquet")
        let fault = #expect(throws: FormatFault.self) {
            _ = try FileInspection(path: folder.file("bad.parquet"), depth: .pages)
        }
        #expect(fault?.message.contains("bad.parquet") == true)
        #expect(fault?.kind == .permanent)
    }

    @Test("sums of forged numbers stay at the limit")
    func forged() {
        #expect(ChunkFacts.sum(.max, 1) == .max)
        #expect(ChunkFacts.sum(.min, -1) == .min)
        #expect(ChunkFacts.sum(2, 3) == 5)
    }
}
