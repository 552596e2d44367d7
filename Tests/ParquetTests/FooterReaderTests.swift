import Testing

@testable import Parquet

@Suite("Footer reader and verifier")
struct FooterReaderTests {
    private func open(_ bytes: [UInt8]) throws -> ParquetFile { try ParquetFile(MemoryRangeSource(bytes)) }

    private func code(_ bytes: [UInt8]) -> ParquetFault.Code? {
        do {
            _ = try open(bytes)
            return nil
        } catch {
            return (error as? ParquetFault)?.code
        }
    }

    @Test("a good file is as it was written, and nothing is wrong with it", arguments: Codec.allCases)
    func good(codec: Codec) throws {
        let made = try HandmadeFile(codec: codec)
        let file = try open(made.bytes)
        #expect(file.metaData == made.metaData)
        #expect(file.leaves.map(\.name) == ["n", "words.list.element"])
        #expect(file.leaves.map(\.maxDefinitionLevel) == [1, 3])
        #expect(file.leaves.map(\.maxRepetitionLevel) == [0, 1])
        #expect(file.leaves[1].typeText == "BYTE_ARRAY STRING")
        #expect(FileVerifier.verify(file, depth: .values).map(\.description) == [])
    }

    @Test("values come back, assembled into rows", arguments: Codec.allCases)
    func values(codec: Codec) throws {
        let file = try open(HandmadeFile(codec: codec).bytes)
        let numbers = try PageDecoder.decode(file, column: 0, rowGroup: 0).records(of: file.leaves[0])
        #expect(numbers == HandmadeFile.numbers.map { $0.map { .value(.int64($0)) } ?? .null(level: 0) })
        let words = try PageDecoder.decode(file, column: 1, rowGroup: 0).records(of: file.leaves[1])
        let expected = HandmadeFile.words.map { list -> LeafRecord in
            guard let list else { return .null(level: 0) }
            return .list(list.map { $0.map { .value(.bytes(Array($0.utf8))) } ?? .null(level: 2) })
        }
        #expect(words == expected)
    }

    @Test("indexes and the bloom filter are found")
    func indexes() throws {
        let file = try open(HandmadeFile().bytes)
        #expect(try file.offsetIndex(ofColumn: 0, rowGroup: 0)?.pageLocations.map(\.firstRowIndex) == [0, 3])
        #expect(try file.columnIndex(ofColumn: 0, rowGroup: 0)?.nullCounts == [1, 0])
        #expect(try file.offsetIndex(ofColumn: 1, rowGroup: 0) == nil)
        let filter = try #require(try file.bloomFilter(ofColumn: 1, rowGroup: 0))
        #expect(filter.mightContain(hash: Array("bb".utf8).withUnsafeBytes { XXHash64.hash($0) }))
        #expect(!filter.mightContain(hash: Array("zz".utf8).withUnsafeBytes { XXHash64.hash($0) }))
    }

    @Test("what is no Parquet file is refused by what is wrong with it")
    func refused() throws {
        let good = try HandmadeFile().bytes
        #expect(code([]) == .truncated)
        #expect(code(Array(good.prefix(11))) == .truncated)
        #expect(code(Array(good.dropLast())) == .corrupt)
        #expect(code(Array(good.dropLast(4)) + Array("PARE".utf8)) == .unsupported)
        #expect(code(Array(good.dropLast(8)) + [0xFF, 0xFF, 0xFF, 0x7F] + FooterReader.magic) == .corrupt)
        #expect(code(Array(good.dropLast(8)) + [0, 0, 0, 0] + FooterReader.magic) == .truncated)
    }

    struct Lie: CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout FileMetaData) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout FileMetaData) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let lies: [Lie] = [
        Lie("rows of the file") { $0.numRows = 5 },
        Lie("rows of a group") { $0.rowGroups[0].numRows = 3 },
        Lie("negative rows") { $0.rowGroups[0].numRows = .min },
        Lie("version") { $0.version = 3 },
        Lie("ordinal") { $0.rowGroups[0].ordinal = 1 },
        Lie("orders") { $0.columnOrders = [.typeOrder] },
        Lie("group's bytes") { $0.rowGroups[0].totalByteSize += 1 },
        Lie("group's compressed bytes") { $0.rowGroups[0].totalCompressedSize = .max },
        Lie("group's offset") { $0.rowGroups[0].fileOffset = 5 },
        Lie("sorting") {
            $0.rowGroups[0].sortingColumns = [SortingColumn(columnIdx: 2, descending: false, nullsFirst: false)]
        },
        Lie("type") { $0.rowGroups[0].columns[0].metaData?.type = .double },
        Lie("path") { $0.rowGroups[0].columns[0].metaData?.pathInSchema = ["m"] },
        Lie("values") { $0.rowGroups[0].columns[0].metaData?.numValues = 3 },
        Lie("values of a list") { $0.rowGroups[0].columns[1].metaData?.numValues = 7 },
        Lie("encodings") { $0.rowGroups[0].columns[0].metaData?.encodings = [.rle] },
        Lie("encoding stats") { $0.rowGroups[0].columns[0].metaData?.encodingStats?[0].count = 3 },
        Lie("null count") { $0.rowGroups[0].columns[0].metaData?.statistics?.nullCount = 2 },
        Lie("minimum") { $0.rowGroups[0].columns[0].metaData?.statistics?.minValue = HandmadeFile.plain(-6) },
        Lie("maximum") { $0.rowGroups[0].columns[0].metaData?.statistics?.maxValue = HandmadeFile.plain(39) },
        Lie("exactness") { $0.rowGroups[0].columns[0].metaData?.statistics?.minValue = HandmadeFile.plain(-8) },
        Lie("width of a statistic") { $0.rowGroups[0].columns[0].metaData?.statistics?.minValue = [1] },
        Lie("offset") { $0.rowGroups[0].columns[0].metaData?.dataPageOffset = 5 },
        Lie("offset before the file") { $0.rowGroups[0].columns[0].metaData?.dataPageOffset = -1 },
        Lie("size past the file") { $0.rowGroups[0].columns[0].metaData?.totalCompressedSize = .max },
        Lie("size cut") { $0.rowGroups[0].columns[0].metaData?.totalCompressedSize -= 1 },
        Lie("uncompressed size") { $0.rowGroups[0].columns[0].metaData?.totalUncompressedSize += 1 },
        Lie("dictionary offset") { $0.rowGroups[0].columns[1].metaData?.dictionaryPageOffset = nil },
        Lie("codec") { $0.rowGroups[0].columns[0].metaData?.codec = CompressionCodec(.zstd) },
        Lie("unknown codec") { $0.rowGroups[0].columns[0].metaData?.codec = CompressionCodec(rawValue: 4) },
        Lie("offset index") { $0.rowGroups[0].columns[0].offsetIndexOffset? += 1 },
        Lie("offset index past the file") { $0.rowGroups[0].columns[0].offsetIndexOffset = .max },
        Lie("negative column index") { $0.rowGroups[0].columns[0].columnIndexLength = -1 },
        Lie("bloom filter") { $0.rowGroups[0].columns[1].metaData?.bloomFilterOffset = 4 },
        Lie("no metadata") { $0.rowGroups[0].columns[0].metaData = nil },
        Lie("nested levels") { $0.schema[3].repetitionType = .optional },
        Lie("flat levels") { $0.schema[1].repetitionType = .required },
    ]

    @Test("a footer that lies is found out", arguments: lies)
    func lie(lie: Lie) throws {
        let file = try open(HandmadeFile(change: lie.change).bytes)
        #expect(!FileVerifier.verify(file, depth: .values).isEmpty)
    }

    @Test("a damaged page is found by its CRC, without decoding")
    func crc() throws {
        let made = try HandmadeFile()
        var bytes = made.bytes
        let end = try open(bytes).pages(ofColumn: 0, rowGroup: 0).upperBound
        bytes[end - 1] ^= 1
        let problems = FileVerifier.verify(try open(bytes), depth: .pages)
        #expect(problems.count == 1)
        #expect(problems.first?.description.contains("CRC") == true)
        #expect(FileVerifier.verify(try open(bytes), depth: .footer).isEmpty)
    }

    @Test("overlapping chunks are found")
    func overlap() throws {
        let file = try open(
            HandmadeFile { metaData in
                metaData.rowGroups[0].columns[1].metaData?.dictionaryPageOffset = 4
            }.bytes)
        #expect(FileVerifier.verify(file, depth: .footer).contains { $0.message.contains("overlap") })
    }

    @Test(
        "schemas that are no trees are refused",
        arguments: [
            [],
            [SchemaElement(name: "root")],
            [SchemaElement(name: "root", numChildren: 1)],
            [SchemaElement(name: "root", numChildren: -1)],
            [SchemaElement(name: "root", numChildren: 0), SchemaElement(name: "a", type: .int32)],
            [SchemaElement(name: "root", numChildren: 1), SchemaElement(name: "a", type: .int32)],
            [SchemaElement(name: "root", numChildren: 1), SchemaElement(name: "a", repetitionType: .optional)],
            [
                SchemaElement(name: "root", numChildren: 1),
                SchemaElement(name: "a", type: .fixedLenByteArray, repetitionType: .optional),
            ],
            [SchemaElement(name: "root", numChildren: 1)]
                + (0..<1000).map { _ in SchemaElement(name: "g", repetitionType: .repeated, numChildren: 1) },
        ])
    func badSchema(schema: [SchemaElement]) {
        #expect(throws: ParquetFault.self) { try SchemaLeaf.leaves(of: schema) }
    }
}
