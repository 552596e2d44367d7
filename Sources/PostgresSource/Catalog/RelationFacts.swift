import Ports

/// What the catalog knows of some relations: one statement per kind of fact, however many relations there are.
struct RelationFacts {
    struct Column {
        var description: QueryResult.ColumnDescription
        var isNotNull: Bool
        var maySelect: Bool
    }

    private struct Size {
        var rows: Int?
        var bytes: Int?
    }

    /// Of all relations, by relation in the order given, then by place.
    let columns: [Column]
    let columnsByTable: [UInt32: [Column]]
    private let relations: [CatalogNames.Relation]
    private let keys: [UInt32: [Int]]
    private let leading: Set<Leading>
    private let sizes: [UInt32: Size]
    private let rowSecurity: Set<UInt32>
    private let user: String

    private struct Leading: Hashable {
        var table: UInt32
        var attribute: Int
    }

    init(of relations: [CatalogNames.Relation], on connection: Connection) throws(PostgresFault) {
        self.relations = relations
        user = connection.user
        guard !relations.isEmpty else {
            (columns, columnsByTable, keys, leading, sizes, rowSecurity) = ([], [:], [:], [], [:], [])
            return
        }
        let oids = "'{" + relations.map { String($0.oid) }.joined(separator: ",") + "}'::pg_catalog.oid[]"
        let byTable = try Self.columns(oids, on: connection)
        columnsByTable = byTable
        columns = relations.flatMap { byTable[$0.oid, default: []] }
        keys = try Self.primaryKeys(oids, on: connection)
        leading = try Self.leadingColumns(oids, on: connection)
        sizes = try Self.sizes(oids, on: connection)
        let secured = try connection.execute(
            "SELECT o FROM pg_catalog.unnest(\(oids)) o WHERE pg_catalog.row_security_active(o)",
            doing: "looking up row security"
        ).table
        rowSecurity = Set(secured.compactMap { $0[0].flatMap { UInt32($0) } })
    }

    func hasRowSecurity(_ relation: CatalogNames.Relation) -> Bool { rowSecurity.contains(relation.oid) }

    /// `mapped`: what becomes of all `columns`, in their order.
    func tables(_ mapped: [CatalogColumn]) -> [CatalogTable] {
        var rest = mapped[...]
        return relations.map { relation in
            let count = columnsByTable[relation.oid, default: []].count
            defer { rest = rest.dropFirst(count) }
            return table(relation, Array(rest.prefix(count)))
        }
    }

    func table(_ relation: CatalogNames.Relation, _ mapped: [CatalogColumn]) -> CatalogTable {
        let columns = columnsByTable[relation.oid, default: []]
        let isStored = relation.kind == .table || relation.kind == .partitioned
        let hasIndexes = isStored || relation.kind == .materializedView
        let described = zip(columns, mapped).map { column, mapped in
            var described = mapped
            described.maySelect = column.maySelect && relation.schemaIsUsable
            described.isNullable = isStored ? !column.isNotNull : nil
            described.leadsIndex =
                hasIndexes
                ? leading.contains(Leading(table: relation.oid, attribute: column.description.attribute)) : nil
            return described
        }
        let names = Dictionary(
            columns.map { ($0.description.attribute, $0.description.name) }, uniquingKeysWith: { first, _ in first })
        let size = sizes[relation.oid]
        let holdsRows = relation.kind != .view
        return CatalogTable(
            name: TableName(schema: relation.schema, name: relation.name), kind: relation.kind,
            estimatedRows: holdsRows ? size?.rows : nil, bytes: hasIndexes ? size?.bytes : nil,
            primaryKey: keys[relation.oid, default: []].compactMap { names[$0] }, columns: described,
            missingGrant: missingGrant(relation, columns))
    }

    private func missingGrant(_ relation: CatalogNames.Relation, _ columns: [Column]) -> String? {
        let closed = columns.filter { !$0.maySelect }
        let list = closed.count == columns.count ? nil : closed.map(\.description.name)
        let grants = Permission.grants(
            on: relation.objectName, columns: closed.isEmpty ? [] : list, includingSchema: !relation.schemaIsUsable,
            to: user)
        return grants.isEmpty ? nil : grants
    }

    // MARK: - Statements

    private static func columns(_ oids: String, on connection: Connection) throws(PostgresFault) -> [UInt32: [Column]] {
        let rows = try connection.execute(
            """
            SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, \
            a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), \
            pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') \
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
            WHERE a.attrelid = ANY (\(oids)) AND a.attnum > '0' AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
            """, doing: "looking up columns"
        ).table
        var columns: [UInt32: [Column]] = [:]
        for row in rows {
            func number(_ i: Int) -> Int { row[i].flatMap { Int($0) } ?? 0 }
            let table = UInt32(truncatingIfNeeded: number(0))
            columns[table, default: []].append(
                Column(
                    description: QueryResult.ColumnDescription(
                        name: row[2] ?? "", type: UInt32(truncatingIfNeeded: number(3)), modifier: number(4),
                        table: table, attribute: number(1)),
                    isNotNull: row[5] == "t", maySelect: row[6] == "t"))
        }
        return columns
    }

    private static func primaryKeys(_ oids: String, on connection: Connection) throws(PostgresFault) -> [UInt32: [Int]]
    {
        let rows = try connection.execute(
            """
            SELECT c.conrelid, pg_catalog.array_to_string(c.conkey, ',') FROM pg_catalog.pg_constraint c \
            WHERE c.contype = 'p' AND c.conrelid = ANY (\(oids))
            """, doing: "looking up primary keys"
        ).table
        var keys: [UInt32: [Int]] = [:]
        for row in rows {
            guard let table = row[0].flatMap({ UInt32($0) }) else { continue }
            keys[table] = (row[1] ?? "").split(separator: ",").compactMap { Int($0) }
        }
        return keys
    }

    /// Only what can find a range of values: B-trees and BRIN, of the whole table, in use.
    private static func leadingColumns(_ oids: String, on connection: Connection) throws(PostgresFault) -> Set<Leading>
    {
        let rows = try connection.execute(
            """
            SELECT i.indrelid, i.indkey[0] FROM pg_catalog.pg_index i \
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam \
            WHERE i.indrelid = ANY (\(oids)) AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] <> '0' \
            AND m.amname IN ('btree', 'brin')
            """, doing: "looking up indexes"
        ).table
        return Set(
            rows.compactMap { row in
                guard let table = row[0].flatMap({ UInt32($0) }), let attribute = row[1].flatMap({ Int($0) }) else {
                    return nil
                }
                return Leading(table: table, attribute: attribute)
            })
    }

    /// With all that inherits from a relation or is a partition of it. Sizes are those of the files; asking for them takes
    /// a lock, and where another session is in the way they come from the last ANALYZE or VACUUM.
    private static func sizes(_ oids: String, on connection: Connection) throws(PostgresFault) -> [UInt32: Size] {
        func statement(_ bytes: String) -> String {
            """
            WITH RECURSIVE tree(root, oid) AS (SELECT o, o FROM pg_catalog.unnest(\(oids)) o UNION \
            SELECT t.root, i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid) \
            SELECT t.root, pg_catalog.min(c.reltuples)::pg_catalog.int8, \
            pg_catalog.sum(c.reltuples::pg_catalog.float8)::pg_catalog.int8, pg_catalog.sum(\(bytes))::pg_catalog.int8 \
            FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid WHERE c.relkind IN ('r', 'm', 'f') GROUP BY t.root
            """
        }
        let doing = "looking up sizes"
        let exact = try connection.attempt { () throws(PostgresFault) in
            _ = try connection.execute("SET LOCAL lock_timeout = '2s'", doing: doing)
            return try connection.execute(
                statement("CASE WHEN c.relkind = 'f' THEN '0' ELSE pg_catalog.pg_table_size(c.oid) END"), doing: doing
            ).table
        }
        let rows: [[String?]]
        switch exact {
        case .success(let found): rows = found
        case .failure:
            let pages = "c.relpages::pg_catalog.int8 * pg_catalog.current_setting('block_size')::pg_catalog.int8"
            rows = try connection.execute(statement(pages), doing: doing).table
        }
        // Before PostgreSQL 14 a table that was never analysed shows 0, since then −1.
        let least = connection.serverVersion >= 140_000 ? 0 : 1
        var sizes: [UInt32: Size] = [:]
        for row in rows {
            guard let table = row[0].flatMap({ UInt32($0) }) else { continue }
            let isKnown = (row[1].flatMap { Int($0) } ?? -1) >= least
            sizes[table] = Size(
                rows: isKnown ? row[2].flatMap { Int($0) } : nil, bytes: row[3].flatMap { Int($0) })
        }
        return sizes
    }
}
