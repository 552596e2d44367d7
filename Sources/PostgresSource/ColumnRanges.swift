import Ports

/// Divides anything by ranges of one column.
///
/// Which bounds are taken decides only how even the units are, never what is read: the first and the last range are
/// open, and NULLs have a unit of their own.
struct ColumnRanges {
    let connection: Connection
    let object: ReadObject
    let all: ReadSource
    let column: String
    let readers: Int
    let plannedRows: Int?

    func divide() throws(PostgresFault) -> Division.Outcome {
        let name = try columnName()
        let quoted = SQLText.identifier(name)
        var bounds = try histogram(name)
        if bounds.isEmpty { bounds = try sampled(quoted) }
        guard !bounds.isEmpty, readers > 1 else {
            return Division.Outcome(
                units: [Division.wholeUnit(all, label: object.display, rows: nil)], readers: 1,
                notes: readers > 1 ? ["\(object.display) is read by one connection: '\(name)' has too few values"] : [])
        }
        var predicates: [(String, String)] = []
        for (i, bound) in bounds.enumerated() {
            let upper = "\(quoted) < \(SQLText.literal(bound))"
            predicates.append(
                i == 0
                    ? ("\(name) below \(bound)", upper)
                    : ("\(name) from \(bounds[i - 1])", "\(quoted) >= \(SQLText.literal(bounds[i - 1])) AND \(upper)"))
        }
        predicates.append(("\(name) from \(bounds.last!)", "\(quoted) >= \(SQLText.literal(bounds.last!))"))
        predicates.append(("\(name) NULL", "\(quoted) IS NULL"))
        let units = predicates.enumerated().map { i, predicate in
            UnitPlan(
                unit: ReadUnit(id: i, label: predicate.0, estimatedRows: nil), copy: all.copy(and: predicate.1))
        }
        return Division.Outcome(units: units, readers: min(readers, units.count))
    }

    /// The column by its exact name, or its lower-case form; it need not be among those that are read.
    private func columnName() throws(PostgresFault) -> String {
        let described = try connection.prepare(
            object.query ?? "SELECT * FROM " + object.from, doing: "describing \(object.display)"
        ).columns.map(\.name)
        if described.contains(column) { return column }
        if described.contains(column.lowercased()) { return column.lowercased() }
        let near = NearestNames.of(column, among: described)
        throw PostgresFault(
            .invalidUse, kind: .configuration, "\(object.display) has no column '\(column)' to divide the read by",
            remedy: near.isEmpty ? nil : "Did you mean \(near.joined(separator: ", "))?", sqlstate: "42703",
            column: column)
    }

    /// Percentiles that ANALYZE left in the statistics: they cost nothing and follow the data.
    private func histogram(_ name: String) throws(PostgresFault) -> [String] {
        guard let relation = object.relation else { return [] }
        let rows = try connection.execute(
            """
            SELECT b.bound FROM pg_catalog.pg_stats s, \
            pg_catalog.unnest(s.histogram_bounds::pg_catalog.text::pg_catalog.text[]) WITH ORDINALITY AS b(bound, n) \
            WHERE s.schemaname = \(SQLText.literal(relation.schema)) AND s.tablename = \(SQLText.literal(relation.name)) \
            AND s.attname = \(SQLText.literal(name)) ORDER BY s.inherited DESC, b.n
            """, doing: "reading statistics of \(object.display)"
        ).table.compactMap { $0[0] }
        return Self.pick(rows, pieces: readers * 4)
    }

    /// Rows that the percentiles are taken from, roughly.
    private static let sampleRows = 20_000

    /// Percentiles of a sample of the rows themselves: one pass over them, of which few are sorted.
    private func sampled(_ quoted: String) throws(PostgresFault) -> [String] {
        let pieces = readers * 4
        let fractions = (1..<pieces).map { String(Double($0) / Double(pieces)) }.joined(separator: ",")
        let share = Double(Self.sampleRows) / Double(max(1, plannedRows ?? 1))
        let sample = share < 0.5 ? " WHERE pg_catalog.random() < \(share)" : ""
        let rows = try connection.execute(
            """
            SELECT DISTINCT p.bound::pg_catalog.text, p.bound FROM pg_catalog.unnest((\
            SELECT pg_catalog.percentile_disc('{\(fractions)}'::pg_catalog.float8[]) WITHIN GROUP (ORDER BY \(quoted)) \
            FROM \(object.from)\(sample))) AS p(bound) WHERE p.bound IS NOT NULL ORDER BY p.bound
            """, doing: "dividing \(object.display) by \(quoted)"
        ).table.compactMap { $0[0] }
        return rows
    }

    static func pick(_ bounds: [String], pieces: Int) -> [String] {
        guard bounds.count > 2 else { return [] }
        // Without the extremes: the first and last ranges are open.
        let inner = Array(bounds.dropFirst().dropLast())
        guard inner.count > pieces else { return unique(inner) }
        return unique((1..<pieces).map { inner[$0 * inner.count / pieces] })
    }

    private static func unique(_ sorted: [String]) -> [String] {
        sorted.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}
