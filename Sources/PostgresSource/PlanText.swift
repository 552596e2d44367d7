/// What EXPLAIN (FORMAT JSON) says of a statement, as far as it decides how it is read.
struct PlanText {
    private let json: String

    init(_ json: String) { self.json = json }

    /// The first "Plan Rows", the whole statement's.
    var rows: Int? { number("Plan Rows") }

    /// Of all rows.
    var bytes: Int? {
        guard let rows, let width = number("Plan Width") else { return nil }
        let (bytes, overflow) = rows.multipliedReportingOverflow(by: width)
        return overflow ? .max : bytes
    }

    private func number(_ name: String) -> Int? {
        guard let key = json.firstRange(of: "\"\(name)\": ") else { return nil }
        return Int(json[key.upperBound...].prefix { ("0"..."9").contains($0) })
    }

    /// No table is gone through as a whole: dividing would have each connection look at more than it has to.
    var usesIndexes: Bool {
        !json.contains("\"Node Type\": \"Seq Scan\"")
            && ["Index Scan", "Index Only Scan", "Bitmap Index Scan"].contains {
                json.contains("\"Node Type\": \"\($0)\"")
            }
    }

    /// Why the statement may not be run once per range of a column: each run could show other rows, so that some came twice
    /// and some never.
    var obstacleToRanges: String? {
        for (node, why) in Self.obstacles where json.contains("\"Node Type\": \"\(node)\"") { return why }
        return nil
    }

    private static let obstacles = [
        ("Foreign Scan", "it reads a foreign table, of which each connection would see another moment"),
        ("Limit", "its LIMIT might choose other rows each time"),
        ("WindowAgg", "its window function might number the rows otherwise each time"),
        ("Sample Scan", "its TABLESAMPLE might choose other rows each time"),
    ]
}
