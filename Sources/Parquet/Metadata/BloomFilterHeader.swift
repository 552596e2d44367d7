/// What stands before a bloom filter's bits. The format has one algorithm (split block), one hash (XXH64) and one
/// compression (none); a filter with another is refused.
package struct BloomFilterHeader: Equatable, Sendable {
    package var numBytes: Int32

    package init(numBytes: Int32) { self.numBytes = numBytes }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: numBytes)
        for union: Int16 in 2...4 {
            writer.header(union, .structure)
            let inner = writer.begin()
            writer.emptyStructure(1)
            writer.end(inner)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> BloomFilterHeader {
        var numBytes: Int32?
        var unions = 0
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: numBytes = try reader.int32(field)
            case 2, 3, 4:
                try reader.requireStructure(field)
                let inner = try reader.begin()
                while let choice = try reader.next() {
                    guard choice.id == 1 else {
                        throw ParquetFault(.unsupported, "bloom filter of an unknown kind", offset: reader.position)
                    }
                    try reader.skip(choice)
                    unions |= 1 << Int(field.id)
                }
                reader.end(inner)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let numBytes, unions == 0b11100 else { throw reader.missing("of four", of: "BloomFilterHeader") }
        guard numBytes > 0, numBytes % 32 == 0 else { throw reader.corrupt("bloom filter of \(numBytes) bytes") }
        return BloomFilterHeader(numBytes: numBytes)
    }
}
