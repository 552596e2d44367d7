import Columnar

/// One column as a read would see it.
package struct CatalogColumn: Equatable, Sendable {
    package var name: String
    /// As the source prints it: "numeric(15,2)".
    package var sourceType: String
    /// What it becomes in the lake under the request's type choices: by the mapping that reading itself uses.
    package var type: ColumnType
    package var verdict: TypeVerdict
    package var nature: ValueNature
    /// Nil: unknown, as for queries, views and where the source does not say.
    package var isNullable: Bool?
    /// Whether an index that covers the whole table begins with it. Nil: unknown, as for queries and views.
    package var leadsIndex: Bool?
    /// Whether it may be SELECTed. Nil: unknown.
    package var maySelect: Bool?
    /// What a row of ColumnRules may ask for instead; `examples` stand for all of their kind.
    package var readable: [ColumnRule.ColumnType] = []

    package init(
        name: String, sourceType: String, type: ColumnType, verdict: TypeVerdict, nature: ValueNature,
        isNullable: Bool? = nil, leadsIndex: Bool? = nil, maySelect: Bool? = nil
    ) {
        self.name = name
        self.sourceType = sourceType
        self.type = type
        self.verdict = verdict
        self.nature = nature
        self.isNullable = isNullable
        self.leadsIndex = leadsIndex
        self.maySelect = maySelect
    }

    package func canBeRead(as type: ColumnRule.ColumnType) -> Bool {
        readable.contains { known in
            if case (.decimal, .decimal) = (known, type) { true } else { known == type }
        }
    }
}

/// How faithfully a column's values arrive in the lake (docs/types.md).
package struct TypeVerdict: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// The same values in a type of the same meaning.
        case exact
        /// The same values in a larger type: an unsigned integer in the next wider signed one.
        case widened
        /// The same values as text: the database's own, or one that types.md fixes.
        case text
        /// Some values may not arrive as they are: they stop the load, or are cut. A person should choose.
        case decision = "needs a decision"
    }

    package var kind: Kind
    /// Why, and for a decision what there is to choose from; empty where there is nothing to say (an exact column).
    package var reason: String

    package static let exact = TypeVerdict(.exact)

    package init(_ kind: Kind, _ reason: String = "") {
        self.kind = kind
        self.reason = reason
    }
}

/// What a column's values are, as far as it decides whether they can tell new rows from old.
package enum ValueNature: Equatable, Sendable {
    /// A point in time, with a zone or an offset. Digits behind the second.
    case instant(fraction: Int)
    /// What a clock on the wall shows: no zone. Digits behind the second.
    case localTime(fraction: Int)
    case date
    case integer
    /// Nil: declared without a scale.
    case exactNumeric(scale: Int?)
    case text
    /// Set by the database itself on every change, ascending over the whole database (SQL Server).
    case rowversion
    case uuid, float, boolean, other
}
