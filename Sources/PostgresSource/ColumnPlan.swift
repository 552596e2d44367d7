import Columnar

/// What becomes of one column of the result: how it is selected, how its fields are decoded, and as what it is kept.
package struct ColumnPlan: Equatable, Sendable {
    /// How the column stands in the SELECT list.
    package enum Selection: Equatable, Sendable {
        case plain
        /// `column::type`.
        case cast(String)
        /// `(column::type)::type`, for arrays whose elements only the array's own text form shows as the database would.
        case doubleCast(String, String)
        /// `textin(output(column))`: the type's own output function, where the cast to text says something else.
        case outputFunction(String)
    }

    package var name: String
    package var type: ColumnType
    package var kind: FieldKind
    package var selection: Selection
    /// The type as PostgreSQL prints it, for messages.
    package var sourceType: String
    /// For lists: how an element is decoded, and the oid that each array must name as its element type.
    package var elementKind: FieldKind
    package var elementOID: UInt32
    /// No message may show a value of it.
    package var isConcealed = false

    package init(
        name: String, type: ColumnType, kind: FieldKind, selection: Selection = .plain, sourceType: String,
        elementKind: FieldKind = .bytes, elementOID: UInt32 = 0
    ) {
        self.name = name
        self.type = type
        self.kind = kind
        self.selection = selection
        self.sourceType = sourceType
        self.elementKind = elementKind
        self.elementOID = elementOID
    }
}

extension ColumnType {
    /// The type at the bottom of nested lists.
    var innermost: ColumnType {
        var type = self
        while case .list(let element) = type { type = element }
        return type
    }

    /// How many lists are nested.
    var listDepth: Int {
        var type = self
        var depth = 0
        while case .list(let element) = type {
            type = element
            depth += 1
        }
        return depth
    }
}
