import Columnar

/// The schema of a file: the flattened elements of the footer and the leaves that carry values.
///
/// Every field is OPTIONAL. A list is `optional group name (LIST) { repeated group list { optional … element } }`; its
/// definition levels are one for the list, one for having an element, one for the element's value.
package struct FileLayout: Sendable {
    package let schema: Schema
    package let elements: [SchemaElement]
    package let leaves: [LeafColumn]

    package init(_ schema: Schema, profile: Profile) throws(ParquetFault) {
        var builder = Builder(profile: profile)
        for (index, field) in schema.fields.enumerated() {
            try builder.add(field.type, name: field.name, path: [], steps: [index], definition: 0, repetition: 0)
        }
        self.schema = schema
        elements = [SchemaElement(name: "schema", numChildren: Int32(schema.fields.count))] + builder.elements
        leaves = builder.leaves
    }

    private struct Builder {
        let profile: Profile
        var elements: [SchemaElement] = []
        var leaves: [LeafColumn] = []

        /// Deeper nesting than any catalog offers; levels are kept in seven bits, and readers recurse.
        static let maximumDepth = 32

        mutating func add(
            _ type: ColumnType, name: String, path: [String], steps: [Int], definition: Int, repetition: Int
        ) throws(ParquetFault) {
            let path = path + [name]
            guard steps.count <= Self.maximumDepth else {
                throw ParquetFault(
                    .unsupported, "nested more than \(Self.maximumDepth) levels deep",
                    column: path[0])
            }
            switch type {
            case .structure(let fields):
                elements.append(
                    SchemaElement(name: name, repetitionType: .optional, numChildren: Int32(fields.count)))
                for (index, field) in fields.enumerated() {
                    try add(
                        field.type, name: field.name, path: path, steps: steps + [index], definition: definition + 1,
                        repetition: repetition)
                }
            case .list(let element):
                elements.append(
                    SchemaElement(
                        name: name, repetitionType: .optional, numChildren: 1, convertedType: .list, logicalType: .list)
                )
                elements.append(SchemaElement(name: "list", repetitionType: .repeated, numChildren: 1))
                try add(
                    element, name: "element", path: path + ["list"], steps: steps + [0], definition: definition + 2,
                    repetition: repetition + 1)
            default:
                let form = try PhysicalForm(type, profile: profile, column: path.joined(separator: "."))
                elements.append(form.element(name: name))
                leaves.append(
                    LeafColumn(
                        type: type, kind: form.kind, physical: form.physical, typeLength: form.typeLength, path: path,
                        steps: steps, maxDefinition: definition + 1, maxRepetition: repetition))
            }
        }
    }
}
