import Ports

/// One unit with the statement that reads it.
struct UnitPlan: Equatable, Sendable {
    var unit: ReadUnit
    var copy: String
}

/// What is read, as the pieces of a SELECT.
struct ReadSource: Equatable, Sendable {
    /// FROM item: a quoted name, `ONLY` a quoted name, or a query in parentheses with an alias.
    var from: String
    var selectList: String
    var filter: String?
    /// The rows of one slice.
    var window: String?
    var limit: Int?
    /// The result as the user's query gives it: no SELECT around it is needed.
    var verbatim: String?
    /// A plain table read whole: the table with its list of columns, for COPY without a SELECT.
    var direct: String?

    /// Nothing is left out.
    var isAll: Bool { filter == nil && window == nil && limit == nil }

    func select(and predicate: String? = nil, from other: String? = nil) -> String {
        if let verbatim, predicate == nil, filter == nil, window == nil, limit == nil { return verbatim }
        return "SELECT \(selectList)" + rows(and: predicate, from: other)
    }

    private func rows(and predicate: String?, from other: String?) -> String {
        // The filter ends with a line end, as it may end with a comment.
        let conditions = [filter.map { "(\($0)\n)" }, window, predicate].compactMap { $0 }
        return " FROM \(other ?? from)"
            + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
            + (limit.map { " LIMIT \($0)" } ?? "")
    }

    func count(and predicate: String? = nil) -> String {
        "SELECT pg_catalog.count(*) FROM (SELECT\(rows(and: predicate, from: nil))\n) AS counted"
    }

    func copy(and predicate: String? = nil, from other: String? = nil) -> String {
        if let direct, window == nil, predicate == nil, other == nil {
            return "COPY \(direct) TO STDOUT (FORMAT binary)"
        }
        return "COPY (\(select(and: predicate, from: other))\n) TO STDOUT (FORMAT binary)"
    }
}
