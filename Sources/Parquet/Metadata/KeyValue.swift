package struct KeyValue: Equatable, Sendable {
    package var key: String
    package var value: String?

    package init(_ key: String, _ value: String?) {
        self.key = key
        self.value = value
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, text: key)
        if let value { writer.field(2, text: value) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> KeyValue {
        var key: String?
        var value: String?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: key = try reader.text(field)
            case 2: value = try reader.text(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let key else { throw reader.missing("key", of: "KeyValue") }
        return KeyValue(key, value)
    }
}
