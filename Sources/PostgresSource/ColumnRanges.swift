import Ports

/// Divides anything by ranges of one column.
///
/// Which bounds are taken decides only how even the units are, never what is read: a row belongs to the first bound that it
/// is below, else to the last unit, and NULLs have a unit of their own. So nothing depends on the bounds' being in order, which
/// statistics of another collation, or of a parent and its children together, would not be.
struct ColumnRanges {
    let connection: Connection
    let object: ReadObject
    let all: ReadSource
    let column: String
    let readers: Int
    let plannedRows: Int?

    func divide() throws(PostgresFault) -> Division.Outcome {
        let described = try describedColumn()
        let name = described.name
        let quoted = SQLText.identifier(name)
        // Types of the server itself have their operators in pg_catalog; an extension's are where it was put.
        let less = described.type < Self.firstForeignOID ? "OPERATOR(pg_catalog.<)" : "<"
        var bounds = try histogram(name)
        if bounds.isEmpty { bounds = try sampled(quoted) }
        guard !bounds.isEmpty, readers > 1 else {
            return Division.Outcome(
                units: [Division.wholeUnit(all, label: object.display, rows: nil)], readers: 1,
                notes: readers > 1 ? ["\(object.display) is read by one connection: '\(name)' has too few values"] : [])
        }
        var predicates: [(String, String)] = []
        var label = "\(name) below \(bounds[0])"
        var notBelow = ""
        for bound in bounds {
            let below = "(\(quoted) \(less) \(SQLText.literal(bound)))"
            predicates.append((label, notBelow + below))
            // The planner turns NOT < into >=, and takes the tightest bound for an index.
            notBelow += "NOT \(below) AND "
            label = "\(name) from \(bound)"
        }
        predicates.append((label, String(notBelow.dropLast(" AND ".count))))
        // Not IS NULL, which holds for a row of NULLs as well; that one is above or below the bounds already.
        predicates.append(("\(name) NULL", "\(quoted) IS NOT DISTINCT FROM NULL"))
        let units = predicates.enumerated().map { i, predicate in
            UnitPlan(
                unit: ReadUnit(id: i, label: predicate.0, estimatedRows: nil), copy: all.copy(and: predicate.1))
        }
        return Division.Outcome(units: units, readers: min(readers, units.count))
    }

    /// The column by its exact name, or its lower-case form; it need not be among those that are read.
    private func describedColumn() throws(PostgresFault) -> QueryResult.ColumnDescription {
        let described = try connection.prepare(
            object.query ?? "SELECT * FROM " + object.from, doing: "describing \(object.display)"
        ).columns
        for name in [column, column.lowercased()] {
            if let found = described.first(where: { $0.name == name }) { return found }
        }
        let near = NearestName.closest(to: column, among: described.map(\.name))
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
            SELECT b.bound, s.inherited FROM pg_catalog.pg_stats s, \
            pg_catalog.unnest(s.histogram_bounds::pg_catalog.text::pg_catalog.text[]) WITH ORDINALITY AS b(bound, n) \
            WHERE s.schemaname = \(SQLText.literal(relation.schema)) AND s.tablename = \(SQLText.literal(relation.name)) \
            AND s.attname = \(SQLText.literal(name)) ORDER BY s.inherited DESC, b.n
            """, doing: "reading statistics of \(object.display)"
        ).table
        // A table with children has two histograms: its own, and that of all of them, which comes first.
        let bounds = rows.filter { $0[1] == rows.first?[1] }.compactMap { $0[0] }
        return Self.pick(bounds, pieces: readers * 4)
    }

    /// Types from here on are none of the server's own (FirstNormalObjectId).
    private static let firstForeignOID: UInt32 = 16_384

    /// Rows that the percentiles are taken from, roughly.
    private static let sampleRows = 20_000

    /// Percentiles of a sample of the rows themselves: one pass over them, of which few are sorted.
    private func sampled(_ quoted: String) throws(PostgresFault) -> [String] {
        let pieces = readers * 4
        let fractions = (1..<pieces).map { String(Double($0) / Double(pieces)) }.joined(separator: ",")
        let share = Double(Self.sampleRows) / Double(max(1, plannedRows ?? 1))
        let sample = share < 0.5 ? " WHERE pg_catalog.random() < '\(share)'::pg_catalog.float8" : ""
        return try connection.executeOne(
            """
            SELECT DISTINCT p.bound::pg_catalog.text, p.bound FROM pg_catalog.unnest((\
            SELECT pg_catalog.percentile_disc('{\(fractions)}'::pg_catalog.float8[]) WITHIN GROUP (ORDER BY \(quoted)) \
            FROM \(object.from)\(sample))) AS p(bound) WHERE p.bound IS NOT NULL ORDER BY p.bound
            """, doing: "dividing \(object.display) by \(quoted)"
        ).table.compactMap { $0[0] }
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
