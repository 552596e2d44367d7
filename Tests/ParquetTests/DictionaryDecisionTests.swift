import Columnar
import Testing

@testable import Parquet

@Suite("Dictionaries: used or not")
struct DictionaryDecisionTests {
    private func chunk(_ type: ColumnType, rows: Int, _ options: WriterOptions, _ fill: (Column, Int) -> Void) throws
        -> (ParquetFile, ColumnMetaData)
    {
        let file = try WrittenFile.open([try WrittenFile.batch(type, rows: rows, fill)], options)
        #expect(FileVerifier.verify(file, depth: .values).isEmpty)
        return (file, try file.column(0, ofRowGroup: 0))
    }

    @Test("few values: a dictionary in every page")
    func few() throws {
        let (_, chunk) = try chunk(.text, rows: 50_000, WriterOptions()) { column, row in
            column.append("state \(row * 7 % 12)")
        }
        #expect(chunk.dictionaryPageOffset != nil)
        #expect(Set(chunk.encodings) == [.plain, .rle, .rleDictionary])
        #expect(chunk.encodingStats?.filter { $0.encoding != .rleDictionary }.map(\.pageType) == [.dictionaryPage])
    }

    @Test("ever new values: nothing of a dictionary stays in the file")
    func unique() throws {
        let (_, chunk) = try chunk(.int64, rows: 50_000, WriterOptions()) { column, row in
            column.append(Int64(row) &* 0x5851_F42D_4C95_7F2D)
        }
        #expect(chunk.dictionaryPageOffset == nil)
        #expect(Set(chunk.encodings) == [.plain, .rle])
        #expect(chunk.encodingStats?.allSatisfy { $0.encoding == .plain && $0.pageType == .dataPage } == true)
    }

    @Test("overflow after the decision: both kinds of page, and every value is there")
    func overflow() throws {
        var options = WriterOptions()
        options.dictionary.decisionValues = 2_000
        options.dictionary.pageBytes = 4_000
        options.page.rows = 1_000
        var random = SeededRandom(5)
        let input: [Int64] = (0..<20_000).map { row in
            let value = Int64(bitPattern: random.next())
            return row < 8_000 ? value & 63 : value
        }
        let (file, chunk) = try chunk(.int64, rows: 20_000, options) { column, row in column.append(input[row]) }
        #expect(chunk.encodingStats?.contains { $0.encoding == .rleDictionary } == true)
        #expect(chunk.encodingStats?.contains { $0.encoding == .plain && $0.pageType == .dataPage } == true)
        let values = try PageDecoder.decode(file, column: 0, rowGroup: 0).values
        #expect(values == input.map { PhysicalValue.int64($0) })
    }

    @Test(
        "no dictionary is larger than its page may be, and a value over a page's size has none",
        arguments: [100, 5_000])
    func limits(pageBytes: Int) throws {
        var options = WriterOptions()
        options.dictionary.use = .always
        options.dictionary.pageBytes = pageBytes
        let (file, _) = try chunk(.text, rows: 3_000, options) { column, row in
            column.append(row == 1_500 ? String(repeating: "x", count: 2 << 20) : "value \(row % 700)")
        }
        var walker = try PageWalker(file, column: 0, rowGroup: 0)
        while let page = try walker.nextPage() {
            if case .dictionary = page.header.detail { #expect(Int(page.header.uncompressedPageSize) <= pageBytes) }
        }
    }

    @Test("1,600 undecided columns stay within the budget of all dictionaries")
    func budget() throws {
        let schema = try Schema((0..<1_600).map { Field("c\($0)", .int64) })
        let batch = Batch(schema: schema)
        var random = SeededRandom(3)
        for _ in 0..<batch.limit.rows {
            for column in batch.columns { column.append(Int64(truncatingIfNeeded: random.next() % 50)) }
            batch.rowCount += 1
        }
        let encoder = try RowGroupEncoder(schema: schema, options: WriterOptions())
        for _ in 0..<8 { _ = try encoder.append(batch) }
        let group = try encoder.finish()
        #expect(group.chunks.allSatisfy { $0.indexedPages > 0 })
    }

    @Test("an estimate of distinct values errs upwards")
    func estimate() {
        #expect(DistinctEstimate.distinct(seen: 10, among: 1_000, total: 100_000) == 10)
        #expect(DistinctEstimate.distinct(seen: 1_000, among: 1_000, total: 5_000) == 5_000)
        // 1,000 alternatives drawn 1,000 times show 632.
        #expect(abs(DistinctEstimate.distinct(seen: 632, among: 1_000, total: 1_000_000) - 1_000) <= 2)
    }

    @Test("hostile keys: a dictionary whose probes grow long is given up, nothing stalls, every value is written")
    func hostile() throws {
        // Keys that all fall on one place of any table: multiples of the hash's inverse.
        var inverse: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<6 { inverse = inverse &* (2 &- 0x9E37_79B9_7F4A_7C15 &* inverse) }
        let keys = (0..<20_000).map { index -> Int64 in
            let mixed = UInt64(index) &* inverse
            return Int64(bitPattern: mixed ^ mixed >> 32)
        }
        let (file, _) = try chunk(.int64, rows: keys.count, WriterOptions()) { column, row in column.append(keys[row]) }
        #expect(try PageDecoder.decode(file, column: 0, rowGroup: 0).values == keys.map { PhysicalValue.int64($0) })
    }
}
