import Ports

/// What pg_type says of the types of a result, domains and element types included.
struct TypeCatalog {
    struct Entry {
        var name: String
        /// b base, c composite, d domain, e enum, p pseudo, r range, m multirange.
        var sort: String
        var element: UInt32
        var base: UInt32
        var baseModifier: Int
        var dimensions: Int
        var isArray: Bool
        /// What stands between the elements of its arrays when they are written: a comma, but for a few types.
        var delimiter: String
    }

    private(set) var entries: [UInt32: Entry] = [:]
    /// The type of each described column as PostgreSQL prints it: "numeric(15,2)".
    private(set) var displayNames: [String] = []
    /// Declared dimensions of each column (arrays of tables), 0 where unknown.
    private(set) var dimensions: [Int] = []

    init(of columns: [QueryResult.ColumnDescription], on connection: Connection) throws(PostgresFault) {
        let oids = columns.map { String($0.type) }.joined(separator: ",")
        let modifiers = columns.map { String($0.modifier) }.joined(separator: ",")
        let shown = try connection.execute(
            """
            SELECT pg_catalog.format_type(i.type, i.modifier) \
            FROM ROWS FROM (pg_catalog.unnest('{\(oids)}'::pg_catalog.oid[]), \
            pg_catalog.unnest('{\(modifiers)}'::pg_catalog.int4[])) \
            WITH ORDINALITY AS i(type, modifier, n) ORDER BY i.n
            """, doing: "looking up types")
        displayNames = shown.table.map { $0[0] ?? "unknown" }
        var wanted = Set(columns.map(\.type))
        while !wanted.isEmpty {
            try load(wanted, on: connection)
            let named = entries.values.flatMap { [$0.element, $0.base] }
            wanted = Set(named.filter { $0 != 0 && entries[$0] == nil })
        }
        dimensions = try Self.declaredDimensions(columns, entries, on: connection)
    }

    private mutating func load(_ oids: Set<UInt32>, on connection: Connection) throws(PostgresFault) {
        let list = oids.map { String($0) }.joined(separator: ",")
        let rows = try connection.execute(
            """
            SELECT oid, typname, typtype, typelem, typbasetype, typtypmod, typndims, \
            typlen = -1 AND typelem <> '0' AND typcategory = 'A' AND oid <> '22' AND oid <> '30', typdelim \
            FROM pg_catalog.pg_type WHERE oid = ANY ('{\(list)}'::pg_catalog.oid[])
            """, doing: "looking up types"
        ).table
        for row in rows {
            let numbers = row.map { $0.flatMap { Int($0) } ?? 0 }
            entries[UInt32(truncatingIfNeeded: numbers[0])] = Entry(
                name: row[1] ?? "", sort: row[2] ?? "", element: UInt32(truncatingIfNeeded: numbers[3]),
                base: UInt32(truncatingIfNeeded: numbers[4]), baseModifier: numbers[5], dimensions: numbers[6],
                isArray: row[7] == "t", delimiter: row[8] ?? ",")
        }
        // A type dropped meanwhile: known by its number only, and so cast to text.
        for oid in oids where entries[oid] == nil {
            entries[oid] = Entry(
                name: String(oid), sort: "", element: 0, base: 0, baseModifier: -1, dimensions: 0, isArray: false,
                delimiter: ",")
        }
    }

    /// The type below all domains.
    func base(of oid: UInt32, modifier: Int) -> (oid: UInt32, modifier: Int) {
        var (oid, modifier) = (oid, modifier)
        while let entry = entries[oid], entry.sort == "d" { (oid, modifier) = (entry.base, entry.baseModifier) }
        return (oid, modifier)
    }

    /// attndims of the columns that come unchanged from a table, or their domain's: a query over a table then maps as the
    /// table does.
    private static func declaredDimensions(
        _ columns: [QueryResult.ColumnDescription], _ entries: [UInt32: Entry], on connection: Connection
    ) throws(PostgresFault) -> [Int] {
        var out = [Int](repeating: 0, count: columns.count)
        let arrays = columns.indices.filter { entries[columns[$0].type]?.isArray == true && columns[$0].table != 0 }
        guard !arrays.isEmpty else { return out }
        let keys = arrays.map {
            "(\($0),'\(columns[$0].table)'::pg_catalog.oid,\(columns[$0].attribute)::pg_catalog.int4)"
        }.joined(separator: ",")
        let rows = try connection.execute(
            """
            SELECT i.n, CASE WHEN t.typtype = 'd' THEN t.typndims ELSE a.attndims END \
            FROM (VALUES \(keys)) AS i(n, relation, attribute) \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.relation AND a.attnum = i.attribute \
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            """, doing: "looking up array dimensions"
        ).table
        for row in rows {
            guard let n = row[0].flatMap({ Int($0) }), out.indices.contains(n) else { continue }
            out[n] = row[1].flatMap { Int($0) } ?? 0
        }
        return out
    }
}
