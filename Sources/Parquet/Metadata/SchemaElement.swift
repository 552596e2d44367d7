/// One node of the schema; the nodes are listed in depth-first order. A group has `numChildren`, a leaf has `type`.
package struct SchemaElement: Equatable, Sendable {
    package var type: PhysicalType?
    /// The width of FIXED_LEN_BYTE_ARRAY.
    package var typeLength: Int32?
    /// Nil for the root alone.
    package var repetitionType: Repetition?
    package var name: String
    package var numChildren: Int32?
    package var convertedType: ConvertedType?
    package var scale: Int32?
    package var precision: Int32?
    package var fieldID: Int32?
    package var logicalType: LogicalType?

    package init(
        name: String, type: PhysicalType? = nil, typeLength: Int32? = nil, repetitionType: Repetition? = nil,
        numChildren: Int32? = nil, convertedType: ConvertedType? = nil, scale: Int32? = nil, precision: Int32? = nil,
        fieldID: Int32? = nil, logicalType: LogicalType? = nil
    ) {
        self.name = name
        self.type = type
        self.typeLength = typeLength
        self.repetitionType = repetitionType
        self.numChildren = numChildren
        self.convertedType = convertedType
        self.scale = scale
        self.precision = precision
        self.fieldID = fieldID
        self.logicalType = logicalType
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        if let type { writer.field(1, int32: type.rawValue) }
        if let typeLength { writer.field(2, int32: typeLength) }
        if let repetitionType { writer.field(3, int32: repetitionType.rawValue) }
        writer.field(4, text: name)
        if let numChildren { writer.field(5, int32: numChildren) }
        if let convertedType { writer.field(6, int32: convertedType.rawValue) }
        if let scale { writer.field(7, int32: scale) }
        if let precision { writer.field(8, int32: precision) }
        if let fieldID { writer.field(9, int32: fieldID) }
        if let logicalType {
            if case .unrecognized = logicalType {
            } else {
                writer.header(10, .structure)
                logicalType.write(to: &writer)
            }
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> SchemaElement {
        var element = SchemaElement(name: "")
        var name: String?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: element.type = try reader.closedEnum(field, PhysicalType.self)
            case 2: element.typeLength = try reader.int32(field)
            case 3: element.repetitionType = try reader.closedEnum(field, Repetition.self)
            case 4: name = try reader.text(field)
            case 5: element.numChildren = try reader.int32(field)
            case 6: element.convertedType = ConvertedType(rawValue: try reader.int32(field))
            case 7: element.scale = try reader.int32(field)
            case 8: element.precision = try reader.int32(field)
            case 9: element.fieldID = try reader.int32(field)
            case 10:
                try reader.requireStructure(field)
                element.logicalType = try LogicalType.read(from: &reader)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let name else { throw reader.missing("name", of: "SchemaElement") }
        element.name = name
        return element
    }
}
