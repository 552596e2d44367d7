/// What a reader needs to size its memory before it decodes a chunk.
package struct SizeStatistics: Equatable, Sendable {
    /// BYTE_ARRAY only: bytes of the values, without lengths.
    package var unencodedByteArrayDataBytes: Int64?
    /// How often each level occurs, from 0 to the maximum.
    package var repetitionLevelHistogram: [Int64]?
    package var definitionLevelHistogram: [Int64]?

    package init(
        unencodedByteArrayDataBytes: Int64? = nil, repetitionLevelHistogram: [Int64]? = nil,
        definitionLevelHistogram: [Int64]? = nil
    ) {
        self.unencodedByteArrayDataBytes = unencodedByteArrayDataBytes
        self.repetitionLevelHistogram = repetitionLevelHistogram
        self.definitionLevelHistogram = definitionLevelHistogram
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        if let unencodedByteArrayDataBytes { writer.field(1, int64: unencodedByteArrayDataBytes) }
        if let repetitionLevelHistogram { writer.list(2, int64: repetitionLevelHistogram) }
        if let definitionLevelHistogram { writer.list(3, int64: definitionLevelHistogram) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> SizeStatistics {
        var statistics = SizeStatistics()
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: statistics.unencodedByteArrayDataBytes = try reader.int64(field)
            case 2: statistics.repetitionLevelHistogram = try reader.int64List(field)
            case 3: statistics.definitionLevelHistogram = try reader.int64List(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        return statistics
    }
}
