import Ports

/// The watermark of a table, view or query, found there: what stands in statements for it.
struct Watermark: Equatable, Sendable {
    /// As the source calls the columns.
    var columns: [String]
    var type: WatermarkType
    /// Nil: the query has no such column among its own, and says itself where it compares.
    var expression: String?
    /// Whether there can be rows without one.
    var mayBeNull: Bool
    /// Whether the server has a quick way to its greatest values.
    var hasIndex: Bool

    /// For messages.
    var display: String { columns.joined(separator: ", ") }

    /// The rows of a slice; nil where the query compares alone.
    func condition(_ slice: ReadWindows.Slice, ends: WindowEnds) -> String? {
        guard let expression else { return nil }
        switch slice {
        case .nulls: return "\(expression) IS NULL"
        case .window(nil, nil): return "\(expression) IS NOT NULL"
        case .window(let low, let high):
            let (above, below) = ends == .low ? (">=", "<") : (">", "<=")
            return [(above, low), (below, high)].compactMap { comparison, bound in
                bound.map { compared(comparison, type.literal($0)) }
            }.joined(separator: " AND ")
        }
    }

    /// `constant`: SQL of the watermark's own type. Only where there is an expression.
    func compared(_ comparison: String, _ constant: String) -> String {
        "(\(expression ?? "NULL") OPERATOR(pg_catalog.\(comparison)) \(constant))"
    }
}

/// Finds the columns of a watermark, and decides whether their type can be one.
struct WatermarkFinder {
    let connection: Connection
    /// For messages.
    let display: String

    private struct Column {
        var name: String
        var type: UInt32
        var modifier: Int
        var isNotNull = false
        var leadsIndex = false
    }

    /// - Parameter query: with something harmless in its places.
    func find(
        _ names: [String], relation: Relation?, query: String?, places: QueryPlaces?
    ) throws(PostgresFault) -> Watermark {
        guard !names.isEmpty else {
            throw PostgresFault(.invalidUse, kind: .configuration, "No watermark column is named for \(display)")
        }
        let columns: [Column]
        if let relation {
            columns = try self.columns(of: relation)
        } else {
            let described = try connection.prepare(query ?? "", doing: "describing \(display)").columns
            columns = described.map { Column(name: $0.name, type: $0.type, modifier: $0.modifier) }
        }
        var found: [Column] = []
        for written in names {
            guard let column = try match(written, among: columns) else {
                guard let places, places.areUsed, names.count == 1 else { throw missing(written, columns) }
                let type = try placedType(places, written)
                return Watermark(columns: names, type: type, expression: nil, mayBeNull: false, hasIndex: false)
            }
            found.append(column)
        }
        let type = try commonType(of: found)
        let quoted = found.map { SQLText.identifier($0.name) }
        return Watermark(
            columns: found.map(\.name), type: type,
            expression: quoted.count == 1 ? quoted[0] : "COALESCE(\(quoted.joined(separator: ", ")))",
            mayBeNull: !found.contains(where: \.isNotNull), hasIndex: found.count == 1 && found[0].leadsIndex)
    }

    // MARK: - Names

    private func match(_ written: String, among columns: [Column]) throws(PostgresFault) -> Column? {
        switch NameMatch(written.trimmingSpaces(), among: columns.map(\.name)) {
        case .exact(let name), .otherCase(let name): return columns.first { $0.name == name }
        case .ambiguous(let names):
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "\(display) has no column '\(written)', but \(names.joined(separator: " and "))",
                remedy: "Write the watermark column as the source does.", column: written)
        case .none: return nil
        }
    }

    private func missing(_ name: String, _ columns: [Column]) -> PostgresFault {
        let near = NearestName.closest(to: name, among: columns.map(\.name))
        return PostgresFault(
            .invalidUse, kind: .configuration, "\(display) has no column '\(name)' for the watermark",
            remedy: near.isEmpty
                ? "Name a column that it has; a query must have it among its own."
                : "Did you mean \(near.joined(separator: ", "))?",
            sqlstate: "42703", column: name)
    }

    /// With the facts that save a count or a scan: a primary key's columns are NOT NULL, too.
    private func columns(of relation: Relation) throws(PostgresFault) -> [Column] {
        try connection.execute(
            """
            SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, EXISTS (SELECT FROM pg_catalog.pg_index i \
            JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam \
            WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL \
            AND m.amname = 'btree') \
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = '\(relation.oid)'::pg_catalog.oid \
            AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """, doing: "looking up the columns of \(display)"
        ).table.map { row in
            Column(
                name: row[0] ?? "", type: row[1].flatMap { UInt32($0) } ?? 0,
                modifier: row[2].flatMap { Int($0) } ?? -1,
                isNotNull: row[3] == "t", leadsIndex: row[4] == "t")
        }
    }

    // MARK: - Types

    private func commonType(of columns: [Column]) throws(PostgresFault) -> WatermarkType {
        var types: [WatermarkType] = []
        for column in columns { types.append(try type(column.type, modifier: column.modifier, of: column.name)) }
        // What COALESCE makes of several: the widest.
        func width(_ type: WatermarkType) -> Int {
            switch type.sort {
            case .integer: [21: 0, 23: 1, 20: 2][type.oid] ?? 2
            case .decimal(let scale): 3 + scale
            case .time(let digits, _): digits
            default: type.oid == 25 ? 1 : 0
            }
        }
        for (type, column) in zip(types, columns) where type.family != types[0].family {
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "The watermark columns '\(columns[0].name)' (\(types[0].tag)) and '\(column.name)' (\(type.tag)) of "
                    + "\(display) cannot stand in for each other",
                remedy: "Name columns of one type: times with a zone, times without one, dates, numbers or texts.",
                column: column.name)
        }
        return types.max { width($0) < width($1) } ?? types[0]
    }

    private func type(_ oid: UInt32, modifier: Int, of column: String) throws(PostgresFault) -> WatermarkType {
        if let type = WatermarkType(oid: oid, modifier: modifier) { return type }
        let description = QueryResult.ColumnDescription(
            name: column, type: oid, modifier: modifier, table: 0, attribute: 0)
        let catalog = try TypeCatalog(of: [description], on: connection)
        let base = catalog.base(of: oid, modifier: modifier)
        if base.oid != oid, let type = WatermarkType(oid: base.oid, modifier: base.modifier) { return type }
        throw PostgresFault(
            .invalidUse, kind: .configuration,
            "Column '\(column)' of \(display) is of type \(catalog.displayNames.first ?? "unknown"), which cannot be a "
                + "watermark: its values do not tell new rows from old",
            remedy: "Name a column that grows with every change: \(WatermarkType.allowed).", column: column)
    }

    /// A query that does not show its watermark: what the server takes its places for.
    private func placedType(_ places: QueryPlaces, _ column: String) throws(PostgresFault) -> WatermarkType {
        let filled = places.filled(from: "$1", to: places.hasFrom ? "$2" : "$1")
        let result = try connection.prepare(filled, doing: "looking up the types of the watermark's places")
        let types = result.parameterTypes
        guard let first = types.first, types.allSatisfy({ $0 == first }) else {
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "{watermark_from} and {watermark_to} stand beside values of different types",
                remedy: "Add the column '\(column)' to the query's columns.", column: column)
        }
        return try type(first, modifier: -1, of: column)
    }
}
