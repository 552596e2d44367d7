/// By which order `minValue` and `maxValue` of a leaf are to be understood.
package enum ColumnOrder: Equatable, Sendable {
    case typeOrder
    /// One that came after this was written; statistics of the column say nothing.
    case unrecognized(Int16)

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        switch self {
        case .typeOrder: writer.emptyStructure(1)
        case .unrecognized(let id): writer.emptyStructure(id)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> ColumnOrder {
        var order = ColumnOrder.unrecognized(0)
        let outer = try reader.begin()
        while let field = try reader.next() {
            order = field.id == 1 ? .typeOrder : .unrecognized(field.id)
            try reader.skip(field)
        }
        reader.end(outer)
        return order
    }
}

/// The footer.
package struct FileMetaData: Equatable, Sendable {
    package var version: Int32
    package var schema: [SchemaElement]
    package var numRows: Int64
    package var rowGroups: [RowGroup]
    package var keyValueMetadata: [KeyValue]?
    package var createdBy: String?
    /// One per leaf.
    package var columnOrders: [ColumnOrder]?
    /// Read only: columns, or the footer's signature, need a key.
    package var isEncrypted = false

    package init(
        version: Int32 = 1, schema: [SchemaElement], numRows: Int64, rowGroups: [RowGroup],
        keyValueMetadata: [KeyValue]? = nil, createdBy: String? = nil, columnOrders: [ColumnOrder]? = nil
    ) {
        self.version = version
        self.schema = schema
        self.numRows = numRows
        self.rowGroups = rowGroups
        self.keyValueMetadata = keyValueMetadata
        self.createdBy = createdBy
        self.columnOrders = columnOrders
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: version)
        writer.list(2, of: .structure, count: schema.count)
        for element in schema { element.write(to: &writer) }
        writer.field(3, int64: numRows)
        writer.list(4, of: .structure, count: rowGroups.count)
        for group in rowGroups { group.write(to: &writer) }
        if let keyValueMetadata {
            writer.list(5, of: .structure, count: keyValueMetadata.count)
            for pair in keyValueMetadata { pair.write(to: &writer) }
        }
        if let createdBy { writer.field(6, text: createdBy) }
        if let columnOrders {
            writer.list(7, of: .structure, count: columnOrders.count)
            for order in columnOrders { order.write(to: &writer) }
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> FileMetaData {
        var file = FileMetaData(schema: [], numRows: 0, rowGroups: [])
        var version: Int32?
        var schema: [SchemaElement]?
        var numRows: Int64?
        var rowGroups: [RowGroup]?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: version = try reader.int32(field)
            case 2: schema = try reader.structures(field, SchemaElement.read)
            case 3: numRows = try reader.int64(field)
            case 4: rowGroups = try reader.structures(field, RowGroup.read)
            case 5: file.keyValueMetadata = try reader.structures(field, KeyValue.read)
            case 6: file.createdBy = try reader.text(field)
            case 7: file.columnOrders = try reader.structures(field, ColumnOrder.read)
            case 8, 9:
                file.isEncrypted = true
                try reader.skip(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let version, let schema, let numRows, let rowGroups else {
            throw reader.missing("version, schema, num_rows or row_groups", of: "FileMetaData")
        }
        file.version = version
        file.schema = schema
        file.numRows = numRows
        file.rowGroups = rowGroups
        return file
    }
}
