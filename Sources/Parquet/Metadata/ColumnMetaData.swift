/// Where and how the pages of one column of one row group are stored.
package struct ColumnMetaData: Equatable, Sendable {
    package var type: PhysicalType
    package var encodings: [Encoding]
    package var pathInSchema: [String]
    package var codec: CompressionCodec
    /// Levels, that is NULLs and empty lists included.
    package var numValues: Int64
    /// Page headers included, in both sizes.
    package var totalUncompressedSize: Int64
    package var totalCompressedSize: Int64
    package var keyValueMetadata: [KeyValue]?
    package var dataPageOffset: Int64
    package var indexPageOffset: Int64?
    package var dictionaryPageOffset: Int64?
    package var statistics: Statistics?
    package var encodingStats: [PageEncodingStats]?
    package var bloomFilterOffset: Int64?
    /// Header included.
    package var bloomFilterLength: Int32?
    package var sizeStatistics: SizeStatistics?

    package init(
        type: PhysicalType, encodings: [Encoding], pathInSchema: [String], codec: Codec, numValues: Int64,
        totalUncompressedSize: Int64, totalCompressedSize: Int64, keyValueMetadata: [KeyValue]? = nil,
        dataPageOffset: Int64, indexPageOffset: Int64? = nil, dictionaryPageOffset: Int64? = nil,
        statistics: Statistics? = nil, encodingStats: [PageEncodingStats]? = nil, bloomFilterOffset: Int64? = nil,
        bloomFilterLength: Int32? = nil, sizeStatistics: SizeStatistics? = nil
    ) {
        self.type = type
        self.encodings = encodings
        self.pathInSchema = pathInSchema
        self.codec = CompressionCodec(codec)
        self.numValues = numValues
        self.totalUncompressedSize = totalUncompressedSize
        self.totalCompressedSize = totalCompressedSize
        self.keyValueMetadata = keyValueMetadata
        self.dataPageOffset = dataPageOffset
        self.indexPageOffset = indexPageOffset
        self.dictionaryPageOffset = dictionaryPageOffset
        self.statistics = statistics
        self.encodingStats = encodingStats
        self.bloomFilterOffset = bloomFilterOffset
        self.bloomFilterLength = bloomFilterLength
        self.sizeStatistics = sizeStatistics
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: type.rawValue)
        writer.list(2, of: .int32, count: encodings.count)
        for encoding in encodings { writer.element(int32: encoding.rawValue) }
        writer.list(3, of: .binary, count: pathInSchema.count)
        for name in pathInSchema { writer.element(text: name) }
        writer.field(4, int32: codec.rawValue)
        writer.field(5, int64: numValues)
        writer.field(6, int64: totalUncompressedSize)
        writer.field(7, int64: totalCompressedSize)
        if let keyValueMetadata {
            writer.list(8, of: .structure, count: keyValueMetadata.count)
            for pair in keyValueMetadata { pair.write(to: &writer) }
        }
        writer.field(9, int64: dataPageOffset)
        if let indexPageOffset { writer.field(10, int64: indexPageOffset) }
        if let dictionaryPageOffset { writer.field(11, int64: dictionaryPageOffset) }
        if let statistics {
            writer.header(12, .structure)
            statistics.write(to: &writer)
        }
        if let encodingStats {
            writer.list(13, of: .structure, count: encodingStats.count)
            for stats in encodingStats { stats.write(to: &writer) }
        }
        if let bloomFilterOffset { writer.field(14, int64: bloomFilterOffset) }
        if let bloomFilterLength { writer.field(15, int32: bloomFilterLength) }
        if let sizeStatistics {
            writer.header(16, .structure)
            sizeStatistics.write(to: &writer)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> ColumnMetaData {
        var column = ColumnMetaData(
            type: .boolean, encodings: [], pathInSchema: [], codec: .none, numValues: 0, totalUncompressedSize: 0,
            totalCompressedSize: 0, dataPageOffset: 0)
        var seen: UInt32 = 0
        let outer = try reader.begin()
        while let field = try reader.next() {
            if field.id > 0 && field.id < 32 { seen |= 1 << UInt32(field.id) }
            switch field.id {
            case 1: column.type = try reader.closedEnum(field, PhysicalType.self)
            case 2:
                for _ in 0..<(try reader.list(field, of: .int32)) {
                    column.encodings.append(Encoding(rawValue: try reader.int32Element()))
                }
            case 3:
                for _ in 0..<(try reader.list(field, of: .binary)) {
                    column.pathInSchema.append(try reader.textElement())
                }
            case 4: column.codec = CompressionCodec(rawValue: try reader.int32(field))
            case 5: column.numValues = try reader.int64(field)
            case 6: column.totalUncompressedSize = try reader.int64(field)
            case 7: column.totalCompressedSize = try reader.int64(field)
            case 8: column.keyValueMetadata = try reader.structures(field, KeyValue.read)
            case 9: column.dataPageOffset = try reader.int64(field)
            case 10: column.indexPageOffset = try reader.int64(field)
            case 11: column.dictionaryPageOffset = try reader.int64(field)
            case 12:
                try reader.requireStructure(field)
                column.statistics = try Statistics.read(from: &reader)
            case 13: column.encodingStats = try reader.structures(field, PageEncodingStats.read)
            case 14: column.bloomFilterOffset = try reader.int64(field)
            case 15: column.bloomFilterLength = try reader.int32(field)
            case 16:
                try reader.requireStructure(field)
                column.sizeStatistics = try SizeStatistics.read(from: &reader)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        for required: UInt32 in [1, 2, 3, 4, 5, 6, 7, 9] where seen & (1 << required) == 0 {
            throw reader.missing("\(required)", of: "ColumnMetaData")
        }
        return column
    }
}
