package struct ColumnChunk: Equatable, Sendable {
    package var filePath: String?
    /// Deprecated; written as 0.
    package var fileOffset: Int64
    package var metaData: ColumnMetaData?
    package var offsetIndexOffset: Int64?
    package var offsetIndexLength: Int32?
    package var columnIndexOffset: Int64?
    package var columnIndexLength: Int32?
    /// Read only: the chunk cannot be read without a key.
    package var isEncrypted = false

    package init(
        metaData: ColumnMetaData?, fileOffset: Int64 = 0, offsetIndexOffset: Int64? = nil,
        offsetIndexLength: Int32? = nil, columnIndexOffset: Int64? = nil, columnIndexLength: Int32? = nil
    ) {
        self.metaData = metaData
        self.fileOffset = fileOffset
        self.offsetIndexOffset = offsetIndexOffset
        self.offsetIndexLength = offsetIndexLength
        self.columnIndexOffset = columnIndexOffset
        self.columnIndexLength = columnIndexLength
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        if let filePath { writer.field(1, text: filePath) }
        writer.field(2, int64: fileOffset)
        if let metaData {
            writer.header(3, .structure)
            metaData.write(to: &writer)
        }
        if let offsetIndexOffset { writer.field(4, int64: offsetIndexOffset) }
        if let offsetIndexLength { writer.field(5, int32: offsetIndexLength) }
        if let columnIndexOffset { writer.field(6, int64: columnIndexOffset) }
        if let columnIndexLength { writer.field(7, int32: columnIndexLength) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> ColumnChunk {
        var chunk = ColumnChunk(metaData: nil)
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: chunk.filePath = try reader.text(field)
            case 2: chunk.fileOffset = try reader.int64(field)
            case 3:
                try reader.requireStructure(field)
                chunk.metaData = try ColumnMetaData.read(from: &reader)
            case 4: chunk.offsetIndexOffset = try reader.int64(field)
            case 5: chunk.offsetIndexLength = try reader.int32(field)
            case 6: chunk.columnIndexOffset = try reader.int64(field)
            case 7: chunk.columnIndexLength = try reader.int32(field)
            case 8, 9:
                chunk.isEncrypted = true
                try reader.skip(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        return chunk
    }
}
