import Columnar
import Testing
import TestSupport

@testable import Parquet

@Suite("Row groups and pages end where they should")
struct RowGroupLimitTests {
    @Test("by rows, exactly, also inside a batch", arguments: [1, 7, 64, 999, 1_000, 1_001])
    func rows(limit: Int) throws {
        var options = WriterOptions()
        options.rowGroup.rows = limit
        let batch = try WrittenFile.batch(.int32, rows: 3_000) { column, row in
            if row % 5 == 0 { column.appendNull() } else { column.append(Int32(row)) }
        }
        let file = try WrittenFile.open([batch], options)
        let rows = file.metaData.rowGroups.map { Int($0.numRows) }
        #expect(rows.dropLast().allSatisfy { $0 == limit } && rows.reduce(0, +) == 3_000)
        #expect(FileVerifier.verify(file, depth: .values).isEmpty)
        let values = try rows.indices.flatMap { try PageDecoder.decode(file, column: 0, rowGroup: $0).values }
        #expect(values == (0..<3_000).filter { $0 % 5 != 0 }.map { .int32(Int32($0)) })
    }

    @Test("by plain bytes and by encoded bytes")
    func bytes() throws {
        var random = SeededRandom(1)
        var batches: [Batch] = []
        for _ in 0..<20 {
            batches.append(try WrittenFile.batch(.int64, rows: 1_000) { column, _ in column.append(random.next()) })
        }
        var options = WriterOptions()
        options.rowGroup.plainBytes = 16_000
        var file = try WrittenFile.open(batches, options)
        #expect(file.metaData.rowGroups.map(\.numRows) == Array(repeating: 2_000, count: 10))
        options.rowGroup.plainBytes = 1 << 30
        options.rowGroup.encodedBytes = 30_000
        options.dictionary.use = .never
        file = try WrittenFile.open(batches, options)
        #expect(file.metaData.rowGroups.allSatisfy { ($0.totalCompressedSize ?? 0) < 40_000 })
        #expect(file.metaData.rowGroups.count >= 4)
    }

    @Test("pages by rows and by bytes; a value over the limit has a page of its own")
    func pages() throws {
        var options = WriterOptions()
        options.page.bytes = 1_000
        options.page.rows = 100
        options.dictionary.use = .never
        let lengths = [10, 10, 5_000, 10, 600, 600, 600] + Array(repeating: 0, count: 250)
        let batch = try WrittenFile.batch(.text, rows: lengths.count) { column, row in
            if row == 1 { column.appendNull() } else { column.append(String(repeating: "a", count: lengths[row])) }
        }
        let file = try WrittenFile.open([batch], options)
        #expect(FileVerifier.verify(file, depth: .values).isEmpty)
        let index = try #require(try file.offsetIndex(ofColumn: 0, rowGroup: 0))
        #expect(index.pageLocations.map { Int($0.firstRowIndex) } == [0, 2, 3, 5, 6, 106, 206])
    }

    @Test("pages of lists begin with a record")
    func lists() throws {
        var options = WriterOptions()
        options.page.bytes = 200
        let batch = try WrittenFile.batch(.list(.int32), rows: 300) { column, row in
            column.appendList(count: row % 40)
            for element in 0..<(row % 40) { column.children[0].append(Int32(element)) }
        }
        let file = try WrittenFile.open([batch], options)
        #expect(FileVerifier.verify(file, depth: .values).isEmpty)
        let index = try #require(try file.offsetIndex(ofColumn: 0, rowGroup: 0))
        #expect(index.pageLocations.count > 30)
        let decoded = try PageDecoder.decode(file, column: 0, rowGroup: 0)
        #expect(decoded.repetitionLevels.filter { $0 == 0 }.count == 300)
    }

    @Test("a file of no rows has a schema and no row group")
    func empty() throws {
        let file = try WrittenFile.open([try WrittenFile.batch(.text, rows: 0) { _, _ in }], WriterOptions())
        #expect(file.metaData.rowGroups.isEmpty && file.metaData.numRows == 0 && file.leaves.count == 1)
    }

    @Test("a v2 page without values has nothing to compress and says so", arguments: Codec.allCases)
    func emptyV2(codec: Codec) throws {
        var options = WriterOptions()
        options.profile = .modern
        options.dataPageV2 = true
        options.compression = Compression(codec)
        let file = try WrittenFile.open([WrittenFile.batch(.int64, rows: 20) { c, _ in c.appendNull() }], options)
        #expect(FileVerifier.verify(file, depth: .values).isEmpty)
        var walker = try PageWalker(file, column: 0, rowGroup: 0)
        let page = try #require(try walker.nextPage())
        guard case .dataV2(let header) = page.header.detail else { Issue.record("not v2"); return }
        #expect(!header.isCompressed && header.numNulls == 20 && header.numRows == 20)
        #expect(page.header.compressedPageSize == header.definitionLevelsByteLength)
    }
}
