import Columnar
import Testing
import TestSupport

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

    @Test("a row group of NULLs after an accepted dictionary has no dictionary page", arguments: [false, true])
    func nullsAfterAccepted(late: Bool) throws {
        var options = WriterOptions()
        options.rowGroup.rows = 1_000
        options.page.rows = 100
        options.dictionary.use = .always
        // The second group is NULL, or has its first value in its last page.
        let (file, _) = try chunk(.text, rows: 3_000, options) { column, row in
            if (1_000..<(late ? 1_950 : 2_000)).contains(row) {
                column.appendNull()
            } else {
                column.append("v\(row % 7)")
            }
        }
        let second = try file.column(0, ofRowGroup: 1)
        #expect((second.dictionaryPageOffset != nil) == late)
        #expect(second.encodings == (late ? [.plain, .rleDictionary, .rle] : [.plain, .rle]))
        let third = try file.column(0, ofRowGroup: 2)
        #expect(third.dictionaryPageOffset != nil, "NULLs taught nothing")
        let data = try #require(second.encodingStats?.filter { $0.pageType == .dataPage })
        #expect(data == [PageEncodingStats(pageType: .dataPage, encoding: late ? .rleDictionary : .plain, count: 10)])
    }

    @Test("verdicts are carried over row groups and taken anew every eighth")
    func retrial() throws {
        var options = WriterOptions()
        options.rowGroup.rows = 2_000
        options.page.rows = 500
        options.compression = Compression(.none)
        var random = SeededRandom(9)
        // The first group has ever new values, all others have few.
        let (file, _) = try chunk(.int64, rows: 36_000, options) { column, row in
            column.append(row < 2_000 ? Int64(truncatingIfNeeded: random.next()) : Int64(row % 5) << 40)
        }
        let used = try (0..<18).map { try file.column(0, ofRowGroup: $0).dictionaryPageOffset != nil }
        #expect(used == Array(repeating: false, count: 8) + Array(repeating: true, count: 10))
    }

    @Test("−0 is in no dictionary, where parquet-java would not find it for 0", arguments: [0, 500])
    func negativeZero(row: Int) throws {
        var options = WriterOptions()
        options.page.rows = 100
        options.dictionary.use = .always
        options.dictionary.decisionValues = 256
        for type: ColumnType in [.float, .double] {
            let (file, metaData) = try chunk(type, rows: 1_000, options) { column, index in
                let value = index == row ? -0.0 : Double(index % 3)
                if type == .float { column.append(Float(value)) } else { column.append(value) }
            }
            var walker = try PageWalker(file, column: 0, rowGroup: 0)
            let decoder = try PageDecoder(file.leaves[0], codec: metaData.codec)
            while let page = try walker.nextPage() { _ = try decoder.decode(page.header, body: walker.body(of: page)) }
            let zeros: [PhysicalValue] = [.float((-Float.zero).bitPattern), .double((-Double.zero).bitPattern)]
            #expect((decoder.dictionary != nil) == (row > 256))
            #expect(decoder.dictionary?.contains { zeros.contains($0) } != true)
            #expect(metaData.encodingStats?.contains { $0.pageType == .dataPage && $0.encoding == .plain } == true)
            let values = try PageDecoder.decode(file, column: 0, rowGroup: 0).values
            #expect(zeros.contains(values[row]))
        }
    }

    @Test("a column that is almost all NULL does not hold its levels until the group ends")
    func sparse() throws {
        var options = WriterOptions()
        options.dictionary.budgetBytes = 64 << 10
        let batch = try WrittenFile.batch(.int32, rows: 16_384) { column, row in
            if row % 1_000 == 7 { column.append(Int32(row % 3)) } else { column.appendNull() }
        }
        let encoder = try RowGroupEncoder(schema: batch.schema, options: options)
        for _ in 0..<16 { _ = try encoder.append(batch) }
        // 16 pages of 2 KiB of levels each; half the budget may wait.
        #expect(encoder.waitingBytes <= 32 << 10)
        #expect(try encoder.finish().chunks[0].indexedPages == 16)
    }
}
