/// What a page, or a whole chunk, holds. The n-th value belongs to the n-th level that equals the maximum.
package struct DecodedColumn: Equatable, Sendable {
    /// Empty where the maximum is 0.
    package var repetitionLevels: [UInt32] = []
    /// Empty where the maximum is 0.
    package var definitionLevels: [UInt32] = []
    package var values: [PhysicalValue] = []
    /// NULLs and empty lists included.
    package var levelCount = 0
}

/// Decodes the pages of one chunk, in order. For verification and tests: it is exact and bounded, not fast.
package final class PageDecoder {
    /// What a page may claim before memory is asked for.
    package struct Limit: Sendable {
        package var pageBytes = 256 << 20
        package var pageValues = 16 << 20

        package init() {}
    }

    private let leaf: SchemaLeaf
    private let decompressor: Decompressor
    private let limit: Limit
    private let valueDecoder: ValueDecoder
    private(set) var dictionary: [PhysicalValue]?

    package init(_ leaf: SchemaLeaf, codec: CompressionCodec, limit: Limit = Limit()) throws(ParquetFault) {
        guard let codec = codec.codec else {
            throw ParquetFault(.unsupported, "pages compressed with \(codec) are not read", column: leaf.name)
        }
        self.leaf = leaf
        self.limit = limit
        decompressor = try Decompressor(codec)
        valueDecoder = ValueDecoder(leaf: leaf, byteLimit: limit.pageBytes)
    }

    /// A whole chunk: dictionary and all data pages.
    package static func decode(
        _ file: ParquetFile, column: Int, rowGroup: Int, limit: Limit = Limit()
    ) throws(ParquetFault) -> DecodedColumn {
        let metaData = try file.column(column, ofRowGroup: rowGroup)
        let decoder = try PageDecoder(file.leaves[column], codec: metaData.codec, limit: limit)
        var walker = try PageWalker(file, column: column, rowGroup: rowGroup)
        var whole = DecodedColumn()
        while let page = try walker.nextPage() {
            guard let part = try decoder.decode(page.header, body: walker.body(of: page)) else { continue }
            whole.repetitionLevels += part.repetitionLevels
            whole.definitionLevels += part.definitionLevels
            whole.values += part.values
            whole.levelCount += part.levelCount
        }
        return whole
    }

    /// Nil for a dictionary page, which is kept for those that follow, and for an index page.
    package func decode(_ header: PageHeader, body: [UInt8]) throws(ParquetFault) -> DecodedColumn? {
        do throws(ParquetFault) {
            return try body.withBorrowedBytes { bytes throws(ParquetFault) in
                switch header.detail {
                case .index: return nil
                case .dictionary(let page):
                    try readDictionary(page, header, bytes)
                    return nil
                case .data(let page): return try data(page, header, bytes)
                case .dataV2(let page): return try dataV2(page, header, bytes)
                }
            }
        } catch {
            var fault = error
            fault.column = fault.column ?? leaf.name
            throw fault
        }
    }

    private func readDictionary(
        _ page: DictionaryPageHeader, _ header: PageHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(ParquetFault) {
        guard page.encoding == .plain || page.encoding == .plainDictionary else {
            throw ParquetFault(.unsupported, "a dictionary in \(page.encoding)")
        }
        let count = try bounded(page.numValues)
        let plain = try decompressor.decompress(
            bytes, size: Int(header.uncompressedPageSize), limit: limit.pageBytes)
        dictionary = try plain.withBorrowedBytes { plain throws(ParquetFault) in
            try valueDecoder.plain(plain, count: count)
        }
    }

    private func data(
        _ page: DataPageHeader, _ header: PageHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(ParquetFault) -> DecodedColumn {
        let count = try bounded(page.numValues)
        let plain = try decompressor.decompress(
            bytes, size: Int(header.uncompressedPageSize), limit: limit.pageBytes)
        return try plain.withBorrowedBytes { plain throws(ParquetFault) in
            var cursor = ByteCursor(plain)
            var column = DecodedColumn()
            column.levelCount = count
            if leaf.maxRepetitionLevel > 0 {
                try requireRLE(page.repetitionLevelEncoding)
                let length = try cursor.load(UInt32.self)
                column.repetitionLevels = try levels(cursor.take(Int(length)), leaf.maxRepetitionLevel, count)
            }
            if leaf.maxDefinitionLevel > 0 {
                try requireRLE(page.definitionLevelEncoding)
                let length = try cursor.load(UInt32.self)
                column.definitionLevels = try levels(cursor.take(Int(length)), leaf.maxDefinitionLevel, count)
            }
            column.values = try valueDecoder.decode(
                cursor.rest, encoding: page.encoding, count: valueCount(column), dictionary: dictionary)
            return column
        }
    }

    private func dataV2(
        _ page: DataPageHeaderV2, _ header: PageHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(ParquetFault) -> DecodedColumn {
        let count = try bounded(page.numValues)
        var cursor = ByteCursor(bytes)
        let repetition = try cursor.take(Int(page.repetitionLevelsByteLength))
        let definition = try cursor.take(Int(page.definitionLevelsByteLength))
        var column = DecodedColumn()
        column.levelCount = count
        if leaf.maxRepetitionLevel > 0 {
            column.repetitionLevels = try levels(repetition, leaf.maxRepetitionLevel, count)
            guard column.repetitionLevels.count(where: { $0 == 0 }) == Int(page.numRows) else {
                throw ParquetFault(.corrupt, "the page's levels are not those of \(page.numRows) rows")
            }
        } else if page.numRows != page.numValues {
            throw ParquetFault(.corrupt, "\(page.numRows) rows of \(page.numValues) flat values")
        }
        if leaf.maxDefinitionLevel > 0 {
            column.definitionLevels = try levels(definition, leaf.maxDefinitionLevel, count)
        }
        guard valueCount(column) == count - Int(page.numNulls) else {
            throw ParquetFault(.corrupt, "the page says \(page.numNulls) NULLs, its levels say otherwise")
        }
        let values = cursor.rest
        let size = Int(header.uncompressedPageSize) - repetition.count - definition.count
        if page.isCompressed && size > 0 {
            let plain = try decompressor.decompress(values, size: size, limit: limit.pageBytes)
            column.values = try plain.withBorrowedBytes { plain throws(ParquetFault) in
                try valueDecoder.decode(
                    plain, encoding: page.encoding, count: valueCount(column), dictionary: dictionary)
            }
        } else {
            guard size == values.count || page.isCompressed && size == 0 else {
                throw ParquetFault(.corrupt, "\(values.count) bytes of values, the header says \(size)")
            }
            column.values = try valueDecoder.decode(
                UnsafeRawBufferPointer(rebasing: values.prefix(size)), encoding: page.encoding,
                count: valueCount(column), dictionary: dictionary)
        }
        return column
    }

    private func levels(
        _ bytes: UnsafeRawBufferPointer, _ maximum: Int, _ count: Int
    ) throws(ParquetFault) -> [UInt32] {
        let width = Int.bitWidth - maximum.leadingZeroBitCount
        let (levels, consumed) = try HybridDecoder.decode(bytes, width: width, count: count)
        guard consumed == bytes.count else {
            throw ParquetFault(.corrupt, "levels take \(consumed) of the \(bytes.count) bytes set aside for them")
        }
        if let largest = levels.max(), largest > maximum {
            throw ParquetFault(.corrupt, "a level of \(largest) where \(maximum) is the most")
        }
        return levels
    }

    private func valueCount(_ column: DecodedColumn) -> Int {
        leaf.maxDefinitionLevel == 0
            ? column.levelCount : column.definitionLevels.count { $0 == UInt32(leaf.maxDefinitionLevel) }
    }

    private func bounded(_ count: Int32) throws(ParquetFault) -> Int {
        guard count <= limit.pageValues else {
            throw ParquetFault(.unsupported, "a page of \(count) values; at most \(limit.pageValues) are decoded")
        }
        return Int(count)
    }

    private func requireRLE(_ encoding: Encoding) throws(ParquetFault) {
        guard encoding == .rle else { throw ParquetFault(.unsupported, "levels in \(encoding) are not decoded") }
    }
}
