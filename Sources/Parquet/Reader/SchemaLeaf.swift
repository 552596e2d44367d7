/// A column that has pages: a leaf of the schema.
package struct SchemaLeaf: Equatable, Sendable {
    /// Its place among the leaves, which is its place in each row group.
    package let index: Int
    package let element: SchemaElement
    package let type: PhysicalType
    /// Names from the root's children down.
    package let path: [String]
    package let maxDefinitionLevel: Int
    package let maxRepetitionLevel: Int
    /// The definition level from which a list of each repetition level has an element: `[r - 1]` for level r.
    package let repeatedDefinitionLevels: [Int]

    package var name: String { path.joined(separator: ".") }

    /// Bytes of a value, nil where they vary.
    package var width: Int? {
        switch type {
        case .boolean: nil
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        case .byteArray: nil
        case .fixedLenByteArray: Int(element.typeLength ?? 0)
        }
    }

    /// What the values mean, also where only the older annotation says it.
    package var logicalType: LogicalType? { element.logicalType ?? element.convertedLogicalType }
}

extension SchemaElement {
    fileprivate var convertedLogicalType: LogicalType? {
        switch convertedType {
        case .utf8: .string
        case .map, .mapKeyValue: .map
        case .list: .list
        case .enum: .enum
        case .decimal: .decimal(scale: scale ?? 0, precision: precision ?? 0)
        case .date: .date
        case .timeMillis: .time(isAdjustedToUTC: true, unit: .millis)
        case .timeMicros: .time(isAdjustedToUTC: true, unit: .micros)
        case .timestampMillis: .timestamp(isAdjustedToUTC: true, unit: .millis)
        case .timestampMicros: .timestamp(isAdjustedToUTC: true, unit: .micros)
        case .uint8: .integer(bitWidth: 8, isSigned: false)
        case .uint16: .integer(bitWidth: 16, isSigned: false)
        case .uint32: .integer(bitWidth: 32, isSigned: false)
        case .uint64: .integer(bitWidth: 64, isSigned: false)
        case .int8: .integer(bitWidth: 8, isSigned: true)
        case .int16: .integer(bitWidth: 16, isSigned: true)
        case .int32: .integer(bitWidth: 32, isSigned: true)
        case .int64: .integer(bitWidth: 64, isSigned: true)
        case .json: .json
        case .bson: .bson
        case .interval, nil: nil
        }
    }
}

extension SchemaLeaf {
    /// Deeper than any schema that is meant.
    package static let maximumDepth = 64

    /// The leaves of a schema given as a list of nodes, depth first.
    package static func leaves(of schema: [SchemaElement]) throws(ParquetFault) -> [SchemaLeaf] {
        guard let root = schema.first, root.type == nil, let children = root.numChildren, children >= 0 else {
            throw ParquetFault(.corrupt, "the schema has no root group")
        }
        struct Group {
            var left: Int32
            var definition: Int
            var repeated: [Int]
        }
        var open = [Group(left: children, definition: 0, repeated: [])]
        var path: [String] = []
        var leaves: [SchemaLeaf] = []
        // Paths repeat the names of groups; together they may not take far more room than the nodes.
        var pathBudget = 16 * schema.count + 1024
        var next = 1
        while let group = open.last {
            guard group.left > 0 else {
                open.removeLast()
                if !path.isEmpty { path.removeLast() }
                continue
            }
            open[open.count - 1].left -= 1
            guard next < schema.count else {
                throw ParquetFault(.corrupt, "the schema ends before its groups are full")
            }
            let element = schema[next]
            next += 1
            guard let repetition = element.repetitionType else {
                throw ParquetFault(.corrupt, "the schema's node has no repetition", column: element.name)
            }
            let definition = group.definition + (repetition == .required ? 0 : 1)
            let repeated = repetition == .repeated ? group.repeated + [definition] : group.repeated
            if let type = element.type {
                guard element.numChildren ?? 0 == 0 else {
                    throw ParquetFault(.corrupt, "a leaf with children", column: element.name)
                }
                guard type != .fixedLenByteArray || element.typeLength ?? 0 > 0 else {
                    throw ParquetFault(.corrupt, "FIXED_LEN_BYTE_ARRAY without a length", column: element.name)
                }
                pathBudget -= path.count + repeated.count + 1
                guard pathBudget >= 0 else { throw ParquetFault(.unsupported, "the schema is nested too deeply") }
                leaves.append(
                    SchemaLeaf(
                        index: leaves.count, element: element, type: type, path: path + [element.name],
                        maxDefinitionLevel: definition, maxRepetitionLevel: repeated.count,
                        repeatedDefinitionLevels: repeated))
            } else {
                guard let children = element.numChildren, children >= 0 else {
                    throw ParquetFault(.corrupt, "a node that is neither a leaf nor a group", column: element.name)
                }
                guard open.count < maximumDepth else {
                    throw ParquetFault(.unsupported, "the schema is nested more than \(maximumDepth) deep")
                }
                path.append(element.name)
                open.append(Group(left: children, definition: definition, repeated: repeated))
            }
        }
        guard next == schema.count else { throw ParquetFault(.corrupt, "the schema has nodes outside its root") }
        return leaves
    }
}
