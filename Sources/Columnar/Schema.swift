/// The columns of a table, in order. Checked once, on construction.
package struct Schema: Equatable, Sendable {
    package let fields: [Field]

    package init(_ fields: [Field]) throws(SchemaFault) {
        try Self.check(fields, path: "")
        self.fields = fields
    }

    package func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

    private static func check(_ fields: [Field], path: String) throws(SchemaFault) {
        guard !fields.isEmpty else {
            throw SchemaFault(path.isEmpty ? "The table has no columns" : "The structure '\(path)' has no fields")
        }
        var names = Set<String>()
        for field in fields {
            let place = path.isEmpty ? field.name : path + "." + field.name
            guard !field.name.isEmpty else {
                throw SchemaFault(
                    "Column \(names.count + 1)\(path.isEmpty ? "" : " of '\(path)'") has no name; give it one")
            }
            guard names.insert(field.name).inserted else {
                throw SchemaFault("Two columns are named '\(place)'; rename one of them (… AS another_name)")
            }
            try check(field.type, place: place)
        }
    }

    private static func check(_ type: ColumnType, place: String) throws(SchemaFault) {
        switch type {
        case .decimal(let precision, let scale):
            guard (1...ColumnType.maximumDecimalPrecision).contains(precision), (0...precision).contains(scale) else {
                throw SchemaFault(
                    "Column '\(place)': decimal(\(precision),\(scale)) is out of range; allowed are 1 to 38 digits "
                        + "and a scale from 0 to the number of digits")
            }
        case .list(let element): try check(element, place: place + "[]")
        case .structure(let fields): try check(fields, path: place)
        default: break
        }
    }
}

package struct SchemaFault: Error, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
