/// The SELECT list that brings the columns of a plan in the form the decoder expects.
enum SelectList {
    static func sql(_ plan: [ColumnPlan]) -> String { plan.map(expression).joined(separator: ", ") }

    /// Names survive the casts by AS, so that a described and a read result look the same.
    static func expression(_ column: ColumnPlan) -> String {
        let name = SQLText.identifier(column.name)
        switch column.selection {
        case .plain: return name
        case .cast(let type): return "\(name)::\(type) AS \(name)"
        case .doubleCast(let first, let second): return "\(name)::\(first)::\(second) AS \(name)"
        case .outputFunction(let function): return "pg_catalog.textin(\(function)(\(name))) AS \(name)"
        }
    }
}
