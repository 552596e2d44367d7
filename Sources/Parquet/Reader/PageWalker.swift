/// Goes through the pages of one chunk in the order of the file. Headers are checked against the chunk's bounds, so that
/// a page always lies within its chunk.
package struct PageWalker {
    package struct Page {
        package let header: PageHeader
        package let headerOffset: Int
        package let headerLength: Int
        package var bodyOffset: Int { headerOffset + headerLength }
        package var bodyLength: Int { Int(header.compressedPageSize) }
    }

    private let source: any ByteRangeSource
    private let column: String
    private var next: Int
    private let end: Int

    /// Headers with long statistics exist; far more than this is damage.
    private static let maximumHeaderBytes = 16 << 20

    package init(_ file: ParquetFile, column: Int, rowGroup: Int) throws(ParquetFault) {
        let range = try file.pages(ofColumn: column, rowGroup: rowGroup)
        source = file.source
        self.column = file.leaves[column].name
        next = range.lowerBound
        end = range.upperBound
    }

    /// The next page, nil at the chunk's end.
    package mutating func nextPage() throws(ParquetFault) -> Page? {
        guard next < end else { return nil }
        let (header, length) = try readHeader()
        let page = Page(header: header, headerOffset: next, headerLength: length)
        guard page.bodyLength <= end - page.bodyOffset else {
            throw fault("a page of \(page.bodyLength) bytes where the chunk has \(end - page.bodyOffset) left")
        }
        next = page.bodyOffset + page.bodyLength
        return page
    }

    /// The page as it stands in the file; checked against its CRC where it has one.
    package func body(of page: Page) throws(ParquetFault) -> [UInt8] {
        let bytes = try source.read(offset: page.bodyOffset, count: page.bodyLength)
        if let expected = page.header.crc {
            let found = bytes.withUnsafeBytes { Checksum.crc32($0) }
            guard found == expected else {
                throw ParquetFault(
                    .corrupt, "the page's CRC is \(found), its header says \(expected)", column: column,
                    offset: page.bodyOffset)
            }
        }
        return bytes
    }

    private func readHeader() throws(ParquetFault) -> (PageHeader, Int) {
        var window = min(256, end - next)
        while true {
            let bytes = try source.read(offset: next, count: window)
            do throws(ParquetFault) {
                return try bytes.withBorrowedBytes { bytes throws(ParquetFault) in
                    var reader = CompactReader(bytes)
                    let header = try PageHeader.read(from: &reader)
                    return (header, reader.position)
                }
            } catch {
                // A header longer than the window looks cut.
                let larger = min(window * 16, end - next, Self.maximumHeaderBytes)
                guard error.code == .truncated, larger > window else { throw fault("page header: \(error.message)") }
                window = larger
            }
        }
    }

    private func fault(_ message: String) -> ParquetFault {
        ParquetFault(.corrupt, message, column: column, offset: next)
    }
}
