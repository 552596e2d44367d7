@testable import Parquet

/// A small file put together field by field, independent of the writer: an optional INT64 column of two pages with
/// statistics and page index, and a list of dictionary-encoded texts in one v2 page with a bloom filter.
///
///     n     = 5, NULL, -7 | 40
///     words = ["a", "bb"], NULL, [] | ["bb", NULL]
struct HandmadeFile {
    var bytes: [UInt8] = []
    var metaData: FileMetaData

    static let numbers: [Int64?] = [5, nil, -7, 40]
    static let words: [[String?]?] = [["a", "bb"], nil, [], ["bb", nil]]

    init(codec: Codec = .none, change: (inout FileMetaData) -> Void = { _ in }) throws {
        let out = ByteBuffer()
        out.append(littleEndian: UInt32(0x3152_4150))

        // Levels: definition 1 0 1, bit-packed in one group; then 1 as a run.
        let pageStarts = [out.count]
        let first: [UInt8] = [2, 0, 0, 0, 0x03, 0b101] + Self.plain(5) + Self.plain(-7)
        var sizes = try Self.append(
            first, codec, to: out, detail: .data(DataPageHeader(numValues: 3, encoding: .plain)))
        let secondStart = out.count
        let second: [UInt8] = [2, 0, 0, 0, 0x02, 1] + Self.plain(40)
        let more = try Self.append(
            second, codec, to: out, detail: .data(DataPageHeader(numValues: 1, encoding: .plain)))
        let numbersEnd = out.count
        sizes += more
        let numbers = ColumnMetaData(
            type: .int64, encodings: [.plain, .rle], pathInSchema: ["n"], codec: codec, numValues: 4,
            totalUncompressedSize: Int64(sizes), totalCompressedSize: Int64(numbersEnd - 4), dataPageOffset: 4,
            statistics: Statistics(
                nullCount: 1, maxValue: Self.plain(40), minValue: Self.plain(-7), isMaxValueExact: true,
                isMinValueExact: true),
            encodingStats: [PageEncodingStats(pageType: .dataPage, encoding: .plain, count: 2)])

        let dictionaryStart = out.count
        let dictionary: [UInt8] = [1, 0, 0, 0, 0x61, 2, 0, 0, 0, 0x62, 0x62]
        sizes = try Self.append(
            dictionary, codec, to: out, detail: .dictionary(DictionaryPageHeader(numValues: 2)))
        let wordsStart = out.count
        // Repetition 0 1 0 0 0 1 in one bit, definition 3 3 0 1 3 2 in two; ids 0 1 1 in one bit behind their width.
        let levels: [UInt8] = [0x03, 0b100010, 0x03, 0b0100_1111, 0b1011]
        let detail = DataPageHeaderV2(
            numValues: 6, numNulls: 3, numRows: 4, encoding: .rleDictionary, definitionLevelsByteLength: 3,
            repetitionLevelsByteLength: 2, isCompressed: codec != .none)
        sizes += try Self.append([1, 0x03, 0b110], codec, to: out, detail: .dataV2(detail), levels: levels)
        let wordsEnd = out.count
        let bloomStart = out.count
        let filter = BloomFilter(expectedDistinct: 2, falsePositiveRate: 0.01, maximumBytes: 64)
        for word in ["a", "bb"] { filter.insert(hash: Array(word.utf8).withUnsafeBytes { XXHash64.hash($0) }) }
        filter.write(into: out)
        let words = ColumnMetaData(
            type: .byteArray, encodings: [.plain, .rleDictionary, .rle], pathInSchema: ["words", "list", "element"],
            codec: codec, numValues: 6, totalUncompressedSize: Int64(sizes),
            totalCompressedSize: Int64(wordsEnd - dictionaryStart), dataPageOffset: Int64(wordsStart),
            dictionaryPageOffset: Int64(dictionaryStart),
            statistics: Statistics(
                nullCount: 3, maxValue: Array("c".utf8), minValue: Array("a".utf8), isMaxValueExact: false,
                isMinValueExact: true),
            bloomFilterOffset: Int64(bloomStart), bloomFilterLength: Int32(out.count - bloomStart))

        let columnIndexStart = out.count
        var writer = CompactWriter(into: out)
        ColumnIndex(
            nullPages: [false, false], minValues: [Self.plain(-7), Self.plain(40)],
            maxValues: [Self.plain(5), Self.plain(40)], boundaryOrder: .ascending, nullCounts: [1, 0]
        ).write(to: &writer)
        let offsetIndexStart = out.count
        OffsetIndex(pageLocations: [
            PageLocation(
                offset: Int64(pageStarts[0]), compressedPageSize: Int32(secondStart - pageStarts[0]), firstRowIndex: 0),
            PageLocation(
                offset: Int64(secondStart), compressedPageSize: Int32(numbersEnd - secondStart), firstRowIndex: 3),
        ]).write(to: &writer)

        metaData = FileMetaData(
            schema: [
                SchemaElement(name: "schema", numChildren: 2),
                SchemaElement(name: "n", type: .int64, repetitionType: .optional),
                SchemaElement(
                    name: "words", repetitionType: .optional, numChildren: 1, convertedType: .list, logicalType: .list),
                SchemaElement(name: "list", repetitionType: .repeated, numChildren: 1),
                SchemaElement(
                    name: "element", type: .byteArray, repetitionType: .optional, convertedType: .utf8,
                    logicalType: .string),
            ],
            numRows: 4,
            rowGroups: [
                RowGroup(
                    columns: [
                        ColumnChunk(
                            metaData: numbers, offsetIndexOffset: Int64(offsetIndexStart),
                            offsetIndexLength: Int32(out.count - offsetIndexStart),
                            columnIndexOffset: Int64(columnIndexStart),
                            columnIndexLength: Int32(offsetIndexStart - columnIndexStart)),
                        ColumnChunk(metaData: words),
                    ], totalByteSize: numbers.totalUncompressedSize + words.totalUncompressedSize, numRows: 4,
                    fileOffset: 4, totalCompressedSize: numbers.totalCompressedSize + words.totalCompressedSize,
                    ordinal: 0)
            ],
            keyValueMetadata: [KeyValue("who", "a test")], createdBy: "by hand", columnOrders: [.typeOrder, .typeOrder])
        change(&metaData)
        let footerStart = out.count
        metaData.write(to: &writer)
        out.append(littleEndian: UInt32(out.count - footerStart))
        out.append(littleEndian: UInt32(0x3152_4150))
        bytes = Array(out.bytes)
    }

    static func plain(_ value: Int64) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// Returns the page's size uncompressed, header included.
    private static func append(
        _ body: [UInt8], _ codec: Codec, to out: ByteBuffer, detail: PageHeader.Detail, levels: [UInt8] = []
    ) throws -> Int {
        let compressor = try Compressor(codec)
        var compressed = [UInt8](repeating: 0, count: compressor.bound(body.count))
        let capacity = compressed.count
        let level = Compressor.defaultLevel(codec)
        let size = try body.withUnsafeBytes { source in
            try compressed.withUnsafeMutableBytes { target in
                try compressor.compress(source, into: target.baseAddress!, capacity: capacity, level: level)
            }
        }
        let page = levels + compressed[..<size]
        let header = PageHeader(
            uncompressedPageSize: Int32(levels.count + body.count), compressedPageSize: Int32(page.count),
            crc: page.withUnsafeBytes { Checksum.crc32($0) }, detail: detail)
        let start = out.count
        var writer = CompactWriter(into: out)
        header.write(to: &writer)
        let headerLength = out.count - start
        page.withUnsafeBytes { out.append($0) }
        return headerLength + levels.count + body.count
    }
}
