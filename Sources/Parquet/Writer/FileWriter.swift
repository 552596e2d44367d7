import Columnar

/// Writes a file front to back: magic, row groups as they come, page indexes, footer. Nothing seeks, and nothing but what
/// the footer will say is kept. One thread at a time; several encoders append in turn, under their caller's lock.
///
///     file := "PAR1" row-group* column-index* offset-index* FileMetaData length(4) "PAR1"
///     row-group := (dictionary-page? data-page*)* bloom-filter*
package final class FileWriter {
    package typealias Output = ([UnsafeRawBufferPointer]) throws -> Void

    package struct Summary: Equatable, Sendable {
        package var rows: Int
        package var bytes: Int
        package var rowGroups: Int
    }

    private let layout: FileLayout
    private let options: WriterOptions
    private let output: Output
    private var offset = 0
    private var rows = 0
    private var groups: [RowGroup] = []
    private var buffers = ContiguousArray<UnsafeRawBufferPointer>()
    /// The page indexes of all chunks, encoded; they are written near the footer, where readers look for them.
    private let columnIndexes = ByteBuffer(capacity: 4096)
    private let offsetIndexes = ByteBuffer(capacity: 4096)

    private static let magic: [UInt8] = Array("PAR1".utf8)
    /// parquet.thrift: RowGroup.ordinal is an i16.
    private static let maximumRowGroups = 32_767

    package init(schema: Schema, options: WriterOptions, output: @escaping Output) throws {
        try options.check(schema)
        layout = try FileLayout(schema, profile: options.profile)
        self.options = options
        self.output = output
        try write(Self.magic)
    }

    package var bytesWritten: Int { offset }

    package func append(_ group: EncodedRowGroup) throws {
        guard groups.count < Self.maximumRowGroups else {
            throw ParquetFault(
                .unsupported,
                "a file has at most \(Self.maximumRowGroups) row groups; write larger row groups or more files")
        }
        let start = offset
        var columns: [ColumnChunk] = []
        columns.reserveCapacity(group.chunks.count)
        buffers.removeAll(keepingCapacity: true)
        for chunk in group.chunks {
            columns.append(place(chunk, pageType: group.pageType))
            chunk.dictionaryPage.collect(into: &buffers)
            chunk.data.collect(into: &buffers)
            offset += chunk.compressedBytes
        }
        try output(Array(buffers))
        try writeBloomFilters(of: group, into: &columns)
        groups.append(
            RowGroup(
                columns: columns, totalByteSize: group.chunks.reduce(0) { $0 + Int64($1.uncompressedBytes) },
                numRows: Int64(group.rows), sortingColumns: sortingColumns, fileOffset: Int64(start),
                totalCompressedSize: group.chunks.reduce(0) { $0 + Int64($1.compressedBytes) },
                ordinal: Int16(groups.count)))
        rows += group.rows
    }

    /// Writes what stands behind the row groups. A file without rows is valid.
    package func finish() throws -> Summary {
        let columnStart = Int64(offset)
        let offsetStart = Int64(offset + columnIndexes.count)
        // Offsets were relative to the beginning of their kind of index.
        for group in groups.indices {
            for column in groups[group].columns.indices {
                if let relative = groups[group].columns[column].columnIndexOffset {
                    groups[group].columns[column].columnIndexOffset = relative + columnStart
                }
                if let relative = groups[group].columns[column].offsetIndexOffset {
                    groups[group].columns[column].offsetIndexOffset = relative + offsetStart
                }
            }
        }
        for column in layout.leaves.indices { WholeColumnBounds.keep(in: &groups, column: column) }
        let footer = ByteBuffer(capacity: 1 << 12)
        var writer = CompactWriter(into: footer)
        FileMetaData(
            schema: layout.elements, numRows: Int64(rows),
            rowGroups: groups,
            keyValueMetadata: options.keyValues.isEmpty ? nil : options.keyValues.map { KeyValue($0.key, $0.value) },
            createdBy: options.createdBy, columnOrders: layout.leaves.map { _ in .typeOrder }
        ).write(to: &writer)
        guard let length = UInt32(exactly: footer.count) else {
            throw ParquetFault(.unsupported, "a footer of \(footer.count) bytes exceeds the format's 4294967295")
        }
        footer.append(littleEndian: length)
        Self.magic.withUnsafeBytes { footer.append($0) }
        try output([columnIndexes.bytes, offsetIndexes.bytes, footer.bytes])
        offset += columnIndexes.count + offsetIndexes.count + footer.count
        return Summary(rows: rows, bytes: offset, rowGroups: groups.count)
    }

    private func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try output([$0]) }
        offset += bytes.count
    }

    private var sortingColumns: [SortingColumn]? {
        guard !options.sortingColumns.isEmpty else { return nil }
        return options.sortingColumns.map { key in
            SortingColumn(
                columnIdx: Int32(layout.leaves.firstIndex { $0.name == key.column } ?? 0), descending: key.descending,
                nullsFirst: key.nullsFirst)
        }
    }

    /// What the footer says of a chunk that begins at `offset`, and its page indexes.
    private func place(_ chunk: EncodedChunk, pageType: PageType) -> ColumnChunk {
        let leaf = chunk.leaf
        let dataStart = offset + chunk.dictionaryPage.count
        var metadata = ColumnMetaData(
            type: leaf.physical, encodings: chunk.encodings, pathInSchema: leaf.path, codec: options.compression.codec,
            numValues: Int64(chunk.slots), totalUncompressedSize: Int64(chunk.uncompressedBytes),
            totalCompressedSize: Int64(chunk.compressedBytes), dataPageOffset: Int64(dataStart),
            dictionaryPageOffset: chunk.dictionaryPage.count > 0 ? Int64(offset) : nil, statistics: chunk.statistics,
            encodingStats: chunk.encodingStats(pageType: pageType))
        if leaf.physical == .byteArray {
            metadata.sizeStatistics = SizeStatistics(unencodedByteArrayDataBytes: Int64(chunk.variableBytes))
        }
        var column = ColumnChunk(metaData: metadata)
        let columnStart = columnIndexes.count
        if chunk.bounds.isComplete {
            var writer = CompactWriter(into: columnIndexes)
            chunk.bounds.writeColumnIndex(to: &writer)
            column.columnIndexOffset = Int64(columnStart)
            column.columnIndexLength = Int32(columnIndexes.count - columnStart)
        }
        let offsetStart = offsetIndexes.count
        var writer = CompactWriter(into: offsetIndexes)
        chunk.writeOffsetIndex(dataStart: dataStart, to: &writer)
        column.offsetIndexOffset = Int64(offsetStart)
        column.offsetIndexLength = Int32(offsetIndexes.count - offsetStart)
        return column
    }

    private func writeBloomFilters(of group: EncodedRowGroup, into columns: inout [ColumnChunk]) throws {
        for (index, chunk) in group.chunks.enumerated() {
            guard let filter = chunk.bloomFilter else { continue }
            let bytes = ByteBuffer(capacity: 1 << 12)
            filter.write(into: bytes)
            columns[index].metaData?.bloomFilterOffset = Int64(offset)
            columns[index].metaData?.bloomFilterLength = Int32(bytes.count)
            try output([bytes.bytes])
            offset += bytes.count
        }
    }
}
