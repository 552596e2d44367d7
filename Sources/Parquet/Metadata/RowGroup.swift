package struct SortingColumn: Equatable, Sendable {
    /// The ordinal of the leaf.
    package var columnIdx: Int32
    package var descending: Bool
    package var nullsFirst: Bool

    package init(columnIdx: Int32, descending: Bool, nullsFirst: Bool) {
        self.columnIdx = columnIdx
        self.descending = descending
        self.nullsFirst = nullsFirst
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: columnIdx)
        writer.field(2, bool: descending)
        writer.field(3, bool: nullsFirst)
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> SortingColumn {
        var columnIdx: Int32?
        var descending: Bool?
        var nullsFirst: Bool?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: columnIdx = try reader.int32(field)
            case 2: descending = try reader.bool(field)
            case 3: nullsFirst = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let columnIdx, let descending, let nullsFirst else {
            throw reader.missing("of three", of: "SortingColumn")
        }
        return SortingColumn(columnIdx: columnIdx, descending: descending, nullsFirst: nullsFirst)
    }
}

package struct RowGroup: Equatable, Sendable {
    /// One chunk per leaf, in the order of the schema.
    package var columns: [ColumnChunk]
    /// Uncompressed, page headers included.
    package var totalByteSize: Int64
    package var numRows: Int64
    package var sortingColumns: [SortingColumn]?
    /// The first page of the first chunk.
    package var fileOffset: Int64?
    package var totalCompressedSize: Int64?
    package var ordinal: Int16?

    package init(
        columns: [ColumnChunk], totalByteSize: Int64, numRows: Int64, sortingColumns: [SortingColumn]? = nil,
        fileOffset: Int64? = nil, totalCompressedSize: Int64? = nil, ordinal: Int16? = nil
    ) {
        self.columns = columns
        self.totalByteSize = totalByteSize
        self.numRows = numRows
        self.sortingColumns = sortingColumns
        self.fileOffset = fileOffset
        self.totalCompressedSize = totalCompressedSize
        self.ordinal = ordinal
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.list(1, of: .structure, count: columns.count)
        for column in columns { column.write(to: &writer) }
        writer.field(2, int64: totalByteSize)
        writer.field(3, int64: numRows)
        if let sortingColumns {
            writer.list(4, of: .structure, count: sortingColumns.count)
            for column in sortingColumns { column.write(to: &writer) }
        }
        if let fileOffset { writer.field(5, int64: fileOffset) }
        if let totalCompressedSize { writer.field(6, int64: totalCompressedSize) }
        if let ordinal { writer.field(7, int16: ordinal) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> RowGroup {
        var group = RowGroup(columns: [], totalByteSize: 0, numRows: 0)
        var columns: [ColumnChunk]?
        var totalByteSize: Int64?
        var numRows: Int64?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: columns = try reader.structures(field, ColumnChunk.read)
            case 2: totalByteSize = try reader.int64(field)
            case 3: numRows = try reader.int64(field)
            case 4: group.sortingColumns = try reader.structures(field, SortingColumn.read)
            case 5: group.fileOffset = try reader.int64(field)
            case 6: group.totalCompressedSize = try reader.int64(field)
            case 7: group.ordinal = try reader.int16(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let columns, let totalByteSize, let numRows else {
            throw reader.missing("columns, total_byte_size or num_rows", of: "RowGroup")
        }
        group.columns = columns
        group.totalByteSize = totalByteSize
        group.numRows = numRows
        return group
    }
}
