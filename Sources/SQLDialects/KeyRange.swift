import Ports

/// Which values of a column, or of the first of several that is not NULL, are read. Bounds are text, as `KeyType` says.
package enum KeyRange: Equatable, Sendable {
    /// `low <= c AND c < high`; nil is open.
    case from(String?, below: String?)
    /// `low < c AND c <= high`; nil is open.
    case above(String?, through: String?)
    case null

    /// - Parameter columns: in order of preference: the first that is not NULL counts.
    package func condition(
        on columns: [String], type: KeyType, dialect: any SQLDialect
    ) throws(SQLDialectFault) -> Condition {
        let value = try Self.expression(columns, dialect: dialect)
        var parts: [String] = []
        var parameters: [String] = []
        func compare(_ comparison: String, _ bound: String?) {
            guard let bound else { return }
            parts.append("\(value) \(comparison) \(type.parameter)")
            parameters.append(bound)
        }
        switch self {
        case .from(let low, let high):
            compare(">=", low)
            compare("<", high)
        case .above(let low, let high):
            compare(">", low)
            compare("<=", high)
        case .null: return Condition(dialect.isNull(value))
        }
        // Open on both sides: all values, but still no NULLs.
        return parts.isEmpty
            ? Condition("NOT (\(dialect.isNull(value)))")
            : Condition(parts.joined(separator: " AND "), parameters: parameters)
    }

    package static func expression(_ columns: [String], dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        precondition(!columns.isEmpty, "A range is one of at least one column")
        var names: [String] = []
        for column in columns { names.append(try dialect.identifier(column)) }
        return names.count == 1 ? names[0] : "COALESCE(\(names.joined(separator: ", ")))"
    }
}
