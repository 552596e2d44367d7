/// A finished file: its footer, and access to what the footer points at. One thread at a time.
package final class ParquetFile {
    package let source: any ByteRangeSource
    package let metaData: FileMetaData
    package let leaves: [SchemaLeaf]
    /// Where the footer begins; all pages and indexes lie before it.
    package let footerStart: Int

    package init(_ source: any ByteRangeSource) throws(ParquetFault) {
        self.source = source
        (metaData, footerStart) = try FooterReader.read(source)
        leaves = try SchemaLeaf.leaves(of: metaData.schema)
        for (ordinal, group) in metaData.rowGroups.enumerated() where group.columns.count != leaves.count {
            throw ParquetFault(
                .corrupt, "row group \(ordinal) has \(group.columns.count) columns, the schema has \(leaves.count)")
        }
    }

    package convenience init(path: String) throws(ParquetFault) { try self.init(FileRangeSource(path: path)) }

    package var footerLength: Int { source.size - 8 - footerStart }

    /// The chunk's metadata; its absence means encryption or a summary file.
    package func column(_ column: Int, ofRowGroup group: Int) throws(ParquetFault) -> ColumnMetaData {
        let chunk = metaData.rowGroups[group].columns[column]
        guard let found = chunk.metaData, !chunk.isEncrypted, chunk.filePath == nil else {
            throw ParquetFault(
                .unsupported, "row group \(group): the chunk is encrypted or in another file",
                column: leaves[column].name)
        }
        return found
    }

    /// Where the chunk's pages are.
    package func pages(ofColumn column: Int, rowGroup group: Int) throws(ParquetFault) -> Range<Int> {
        let found = try self.column(column, ofRowGroup: group)
        // Some writers give 0 for a page that is not there: a dictionary, or all pages of no rows.
        var start = found.dataPageOffset
        if let dictionary = found.dictionaryPageOffset, dictionary > 0 {
            start = start == 0 ? dictionary : min(start, dictionary)
        }
        if start == 0 && found.totalCompressedSize == 0 { start = 4 }
        let size = found.totalCompressedSize
        guard start >= 4, size >= 0, size <= Int64(footerStart), start <= Int64(footerStart) - size else {
            throw ParquetFault(
                .corrupt, "row group \(group): \(size) bytes of pages at \(start), the footer begins at \(footerStart)",
                column: leaves[column].name)
        }
        return Int(start)..<Int(start + size)
    }

    package func offsetIndex(ofColumn column: Int, rowGroup group: Int) throws(ParquetFault) -> OffsetIndex? {
        let chunk = metaData.rowGroups[group].columns[column]
        guard let offset = chunk.offsetIndexOffset, let length = chunk.offsetIndexLength else { return nil }
        let bytes = try source.readClaimed(offset: offset, count: Int64(length), "the offset index")
        return try bytes.withBorrowedBytes { bytes throws(ParquetFault) in
            var reader = CompactReader(bytes)
            return try OffsetIndex.read(from: &reader)
        }
    }

    package func columnIndex(ofColumn column: Int, rowGroup group: Int) throws(ParquetFault) -> ColumnIndex? {
        let chunk = metaData.rowGroups[group].columns[column]
        guard let offset = chunk.columnIndexOffset, let length = chunk.columnIndexLength else { return nil }
        let bytes = try source.readClaimed(offset: offset, count: Int64(length), "the column index")
        return try bytes.withBorrowedBytes { bytes throws(ParquetFault) in
            var reader = CompactReader(bytes)
            return try ColumnIndex.read(from: &reader)
        }
    }

    package func bloomFilter(ofColumn column: Int, rowGroup group: Int) throws(ParquetFault) -> BloomFilter? {
        let found = try self.column(column, ofRowGroup: group)
        guard let offset = found.bloomFilterOffset else { return nil }
        // Older files do not say how long it is; it ends before the footer at the latest.
        let rest = Int64(footerStart) - offset
        let length = found.bloomFilterLength.map { Int64($0) } ?? min(rest, Int64(BloomFilter.maximumBytes) + 64)
        let bytes = try source.readClaimed(offset: offset, count: length, "the bloom filter")
        return try bytes.withBorrowedBytes { bytes throws(ParquetFault) in try BloomFilter(reading: bytes) }
    }
}
