import Testing

@testable import Parquet

@Suite("Metadata structures")
struct MetadataTests {
    private func roundTrip<T>(
        _ write: (inout CompactWriter) -> Void, _ read: (inout CompactReader) throws(ParquetFault) -> T
    ) throws -> T {
        let buffer = ByteBuffer()
        var writer = CompactWriter(into: buffer)
        write(&writer)
        var reader = CompactReader(buffer.bytes)
        let value = try read(&reader)
        #expect(reader.remaining == 0)
        return value
    }

    static let logicalTypes: [LogicalType] = [
        .string, .map, .list, .enum, .decimal(scale: 2, precision: 38), .date,
        .time(isAdjustedToUTC: true, unit: .millis), .time(isAdjustedToUTC: false, unit: .nanos),
        .timestamp(isAdjustedToUTC: true, unit: .micros), .timestamp(isAdjustedToUTC: false, unit: .nanos),
        .integer(bitWidth: 8, isSigned: true), .integer(bitWidth: 64, isSigned: false), .unknown, .json, .bson, .uuid,
        .float16,
    ]

    @Test("logical types", arguments: logicalTypes)
    func logicalType(type: LogicalType) throws {
        #expect(try roundTrip(type.write, LogicalType.read) == type)
    }

    @Test("a logical type of the future is kept by number, with its parameters passed by")
    func futureLogicalType() throws {
        // Union field 17, a structure with a text field 1.
        let bytes: [UInt8] = [0x0C, 0x22, 0x18, 0x01, 0x61, 0x00, 0x00]
        let type = try bytes.withUnsafeBytes { bytes in
            var reader = CompactReader(bytes)
            return try LogicalType.read(from: &reader)
        }
        #expect(type == .unrecognized(17))
    }

    static let file: FileMetaData = {
        let statistics = Statistics(
            nullCount: 3, distinctCount: 4, maxValue: [1, 2], minValue: [], isMaxValueExact: false,
            isMinValueExact: true, nanCount: 1)
        let metaData = ColumnMetaData(
            type: .fixedLenByteArray, encodings: [.plain, .rleDictionary, .rle],
            pathInSchema: ["a", "list", "element"],
            codec: .zstd, numValues: 1 << 40, totalUncompressedSize: 1000, totalCompressedSize: 500,
            keyValueMetadata: [KeyValue("k", "v"), KeyValue("nothing", nil)], dataPageOffset: 104, indexPageOffset: 7,
            dictionaryPageOffset: 4, statistics: statistics,
            encodingStats: [PageEncodingStats(pageType: .dictionaryPage, encoding: .plain, count: 1)],
            bloomFilterOffset: 999, bloomFilterLength: 47,
            sizeStatistics: SizeStatistics(
                unencodedByteArrayDataBytes: 8, repetitionLevelHistogram: [1, 2],
                definitionLevelHistogram: Array(0..<20)))
        var chunk = ColumnChunk(
            metaData: metaData, offsetIndexOffset: 1, offsetIndexLength: 2, columnIndexOffset: 3, columnIndexLength: 4)
        chunk.filePath = "elsewhere"
        return FileMetaData(
            version: 2,
            schema: [
                SchemaElement(name: "schema", numChildren: 1),
                SchemaElement(
                    name: "größe", type: .fixedLenByteArray, typeLength: 16, repetitionType: .optional,
                    convertedType: .decimal, scale: 2, precision: 38, fieldID: 12,
                    logicalType: .decimal(scale: 2, precision: 38)),
            ],
            numRows: 5,
            rowGroups: [
                RowGroup(
                    columns: [chunk], totalByteSize: 1000, numRows: 5,
                    sortingColumns: [SortingColumn(columnIdx: 0, descending: true, nullsFirst: false)], fileOffset: 4,
                    totalCompressedSize: 500, ordinal: 32767)
            ],
            keyValueMetadata: [KeyValue("load_id", "1")], createdBy: "ingest version 1 (build x)",
            columnOrders: [.typeOrder])
    }()

    @Test("a footer with every field set")
    func footer() throws {
        #expect(try roundTrip(Self.file.write, FileMetaData.read) == Self.file)
    }

    @Test(
        "page headers",
        arguments: [
            PageHeader(
                uncompressedPageSize: 10, compressedPageSize: 9, crc: 0xFFFF_FFFE,
                detail: .data(DataPageHeader(numValues: 3, encoding: .plain, statistics: Statistics(nullCount: 1)))),
            PageHeader(
                uncompressedPageSize: Int32.max, compressedPageSize: 0,
                detail: .dictionary(DictionaryPageHeader(numValues: 0, isSorted: true))),
            PageHeader(
                uncompressedPageSize: 100, compressedPageSize: 50, crc: 0,
                detail: .dataV2(
                    DataPageHeaderV2(
                        numValues: 8, numNulls: 2, numRows: 5, encoding: .deltaBinaryPacked,
                        definitionLevelsByteLength: 4, repetitionLevelsByteLength: 3, isCompressed: false))),
            PageHeader(uncompressedPageSize: 0, compressedPageSize: 0, detail: .index),
        ])
    func pageHeader(header: PageHeader) throws {
        #expect(try roundTrip(header.write, PageHeader.read) == header)
    }

    @Test("page indexes and the bloom filter header")
    func indexes() throws {
        let offsets = OffsetIndex(
            pageLocations: (0..<20).map {
                PageLocation(offset: $0 * 1000, compressedPageSize: Int32($0), firstRowIndex: $0)
            }, unencodedByteArrayDataBytes: [1, 2])
        #expect(try roundTrip(offsets.write, OffsetIndex.read) == offsets)
        let columns = ColumnIndex(
            nullPages: [true, false], minValues: [[], [1]], maxValues: [[], [2, 3]], boundaryOrder: .descending,
            nullCounts: [5, 0], repetitionLevelHistograms: [1], definitionLevelHistograms: [2], nanCounts: [0, 1])
        #expect(try roundTrip(columns.write, ColumnIndex.read) == columns)
        let bloom = BloomFilterHeader(numBytes: 1 << 20)
        #expect(try roundTrip(bloom.write, BloomFilterHeader.read) == bloom)
    }

    @Test("what Thrift requires is required")
    func required() {
        refuses(FileMetaData.read)
        refuses(SchemaElement.read)
        refuses(RowGroup.read)
        refuses(ColumnMetaData.read)
        refuses(PageHeader.read)
        refuses(KeyValue.read)
        refuses(SortingColumn.read)
        refuses(PageEncodingStats.read)
        refuses(PageLocation.read)
        refuses(OffsetIndex.read)
        refuses(ColumnIndex.read)
        refuses(BloomFilterHeader.read)
    }

    private func refuses<T>(_ read: (inout CompactReader) throws(ParquetFault) -> T) {
        let empty: [UInt8] = [0]
        empty.withUnsafeBytes { bytes in
            var reader = CompactReader(bytes)
            #expect(throws: ParquetFault.self, "\(T.self)") { try read(&reader) }
        }
    }
}
