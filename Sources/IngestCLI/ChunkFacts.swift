import Parquet

/// What footers say of one column: of one chunk, or of all of a file added up. Footers may be forged, so nothing here
/// overflows or traps.
struct ChunkFacts {
    var codecs: [CompressionCodec] = []
    var encodings: [Encoding] = []
    /// With NULLs.
    var values: Int64 = 0
    /// Nil: not said for all chunks.
    var nulls: Int64? = 0
    var compressed: Int64 = 0
    var plain: Int64 = 0
    /// In the encoding of statistics; nil: not said for all chunks, or not comparable.
    var minimum: [UInt8]?
    var maximum: [UInt8]?
    var minimumIsExact = true
    var maximumIsExact = true
    var bloomFilters = 0
    var pageIndexes = 0
    /// Encrypted, or in another file.
    var unreadable = 0
    private var hasBounds = true

    init() {}

    init(_ chunk: ColumnChunk, of leaf: SchemaLeaf) { add(chunk, of: leaf) }

    mutating func add(_ chunk: ColumnChunk, of leaf: SchemaLeaf) {
        guard let metaData = chunk.metaData, !chunk.isEncrypted, chunk.filePath == nil else {
            unreadable += 1
            nulls = nil
            dropBounds()
            return
        }
        if !codecs.contains(metaData.codec) { codecs.append(metaData.codec) }
        // By page where that is said: `encodings` also names those of levels.
        let data = metaData.encodingStats?.filter { $0.pageType != .dictionaryPage && $0.count > 0 }.map(\.encoding)
        for encoding in data ?? metaData.encodings where !encodings.contains(encoding) { encodings.append(encoding) }
        values = Self.sum(values, metaData.numValues)
        compressed = Self.sum(compressed, metaData.totalCompressedSize)
        plain = Self.sum(plain, metaData.totalUncompressedSize)
        let chunkNulls = metaData.statistics?.nullCount
        nulls = nulls.flatMap { total in chunkNulls.map { Self.sum(total, $0) } }
        if metaData.bloomFilterOffset != nil { bloomFilters += 1 }
        if chunk.offsetIndexOffset != nil { pageIndexes += 1 }
        // A chunk of NULLs only has no bounds and takes none away.
        if let chunkNulls, chunkNulls == metaData.numValues { return }
        extendBounds(metaData.statistics, of: leaf)
    }

    private mutating func extendBounds(_ statistics: Statistics?, of leaf: SchemaLeaf) {
        guard hasBounds, let low = statistics?.minValue, let high = statistics?.maxValue,
            leaf.isLess(statistic: low, than: low) == false, leaf.isLess(statistic: high, than: high) == false
        else { return dropBounds() }
        if minimum.map({ leaf.isLess(statistic: low, than: $0) == true }) ?? true {
            minimum = low
            minimumIsExact = statistics?.isMinValueExact ?? true
        }
        if maximum.map({ leaf.isLess(statistic: $0, than: high) == true }) ?? true {
            maximum = high
            maximumIsExact = statistics?.isMaxValueExact ?? true
        }
    }

    private mutating func dropBounds() {
        hasBounds = false
        minimum = nil
        maximum = nil
    }

    /// Plain to compressed.
    var ratio: Double? { compressed > 0 && plain > 0 ? Double(plain) / Double(compressed) : nil }

    static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (a < 0 ? .min : .max) : sum
    }
}
