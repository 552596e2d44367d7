/// How many pages of a type a chunk has in an encoding; readers decide by it whether a chunk is all dictionary.
package struct PageEncodingStats: Equatable, Sendable {
    package var pageType: PageType
    package var encoding: Encoding
    package var count: Int32

    package init(pageType: PageType, encoding: Encoding, count: Int32) {
        self.pageType = pageType
        self.encoding = encoding
        self.count = count
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: pageType.rawValue)
        writer.field(2, int32: encoding.rawValue)
        writer.field(3, int32: count)
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> PageEncodingStats {
        var pageType: PageType?
        var encoding: Encoding?
        var count: Int32?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: pageType = try reader.closedEnum(field, PageType.self)
            case 2: encoding = Encoding(rawValue: try reader.int32(field))
            case 3: count = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let pageType, let encoding, let count else { throw reader.missing("of three", of: "PageEncodingStats") }
        return PageEncodingStats(pageType: pageType, encoding: encoding, count: count)
    }
}
