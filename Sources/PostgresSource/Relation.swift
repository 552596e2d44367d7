import Ports

/// A table, view or the like, as the catalog knows it at the time it was locked.
struct Relation: Equatable, Sendable {
    enum Sort: String, Sendable {
        case table = "r"
        case partitioned = "p"
        case view = "v"
        case materializedView = "m"
        case foreign = "f"
        case other = ""
    }

    var oid: UInt32
    var schema: String
    var name: String
    var sort: Sort
    /// Kept as a heap, so that ranges of ctid are ranges of its file.
    var isHeap: Bool
    /// Nil where the catalog does not know yet.
    var estimatedRows: Int?
    var heapBytes: Int
    /// Of values stored out of line.
    var toastBytes: Int
    var hasChildren: Bool
    var hasRowSecurity: Bool
    /// COPY of the table itself refuses these columns; a SELECT does not.
    var hasGeneratedColumns: Bool
    /// On the whole table, by its own name; some of its columns may be granted all the same.
    var maySelect: Bool

    /// Nil where the rows are elsewhere.
    var bytes: Int? { sort == .table && !hasChildren || sort == .materializedView ? heapBytes + toastBytes : nil }

    var objectName: ObjectName { ObjectName(schema: schema, name: name) }

    // Comparisons in these statements have the same type on both sides: then the operator of pg_catalog is the best match, and
    // not one that somebody put into a schema of the search_path (CVE-2018-1058).

    /// Columns of the catalog queries here and in `members`, in the order of `init(row:)`.
    private static func columns(_ c: String) -> String {
        """
        \(c).oid, n.nspname, \(c).relname, \(c).relkind, \
        COALESCE((SELECT a.amname = 'heap' FROM pg_catalog.pg_am a WHERE a.oid = \(c).relam), \(c).relkind IN ('r', 'm')), \
        \(c).reltuples::pg_catalog.int8, \
        CASE WHEN \(c).relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(\(c).oid) ELSE 0 END, \
        CASE WHEN \(c).reltoastrelid <> '0' THEN pg_catalog.pg_relation_size(\(c).reltoastrelid) ELSE 0 END, \
        \(c).relhassubclass, pg_catalog.row_security_active(\(c).oid), \
        pg_catalog.has_table_privilege(\(c).oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'), \
        EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = \(c).oid AND a.atthasdef \
        AND pg_catalog.jsonb_extract_path_text(pg_catalog.to_jsonb(a), 'attgenerated') <> '')
        """
    }

    private init(row: [String?]) {
        func number(_ i: Int) -> Int { row[i].flatMap { Int($0) } ?? 0 }
        oid = UInt32(truncatingIfNeeded: number(0))
        schema = row[1] ?? ""
        name = row[2] ?? ""
        sort = Sort(rawValue: row[3] ?? "") ?? .other
        isHeap = row[4] == "t"
        // Before PostgreSQL 14 a table that was never analysed shows 0, since then −1.
        estimatedRows = number(5) > 0 ? number(5) : nil
        heapBytes = number(6)
        toastBytes = number(7)
        hasChildren = row[8] == "t"
        hasRowSecurity = row[9] == "t"
        maySelect = row[10] == "t"
        // The attribute is not there before PostgreSQL 12: NULL, and no row.
        hasGeneratedColumns = row[11] == "t"
    }

    /// Found by name as the server itself would (search_path included). Nil when there is none.
    static func find(_ name: ObjectName, on connection: Connection) throws(PostgresFault) -> Relation? {
        let rows = try connection.execute(
            """
            SELECT \(columns("c")) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE c.oid = pg_catalog.to_regclass(\(SQLText.literal(name.sql)))::pg_catalog.oid
            """, doing: "looking up \(name.display)"
        ).table
        return rows.first.map { Relation(row: $0) }
    }

    /// The table itself and what inherits from it or is a partition of it, at any depth; the ones that hold no rows
    /// themselves (partitioned ones) left out. In the order of names.
    func members(on connection: Connection) throws(PostgresFault) -> [Relation] {
        let rows = try connection.execute(
            """
            \(treeQuery(connection)) SELECT \(Self.columns("c")) FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid \
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE c.relkind <> 'p' AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) ORDER BY n.nspname, c.relname
            """, doing: "listing the partitions of \(objectName.display)"
        ).table
        return rows.map { Relation(row: $0) }
    }

    /// What a read of this table reads, in short: the numbers and names of itself and all below it.
    func tree(on connection: Connection) throws(PostgresFault) -> [[String?]] {
        try connection.execute(
            """
            \(treeQuery(connection)) SELECT c.oid, n.nspname, c.relname FROM tree t \
            JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE NOT pg_catalog.pg_is_other_temp_schema(n.oid) ORDER BY c.oid
            """, doing: "listing the partitions of \(objectName.display)"
        ).table
    }

    /// A partition that is being detached (CONCURRENTLY) is not read with its parent any more.
    private func treeQuery(_ connection: Connection) -> String {
        """
        WITH RECURSIVE tree(oid) AS (SELECT \(oid)::pg_catalog.oid UNION \
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid\
        \(connection.serverVersion >= 140_000 ? " WHERE NOT i.inhdetachpending" : ""))
        """
    }

    // MARK: - Not found

    static func notFound(_ name: ObjectName, on connection: Connection) -> PostgresFault {
        let place = connection.place
        var remedy = "Check the name; \\d in psql lists the tables."
        // Only offered: a failure to look for like names must not hide what was wrong.
        if let rows = try? connection.execute(
            """
            SELECT n.nspname, c.relname, n.nspname = ANY (pg_catalog.current_schemas(false)) \
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
            AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname::pg_catalog.text NOT LIKE 'pg\\_toast%' \
            ORDER BY 1, 2 LIMIT 20000
            """, doing: "looking for like names"
        ).table {
            let all = rows.map { (name: ObjectName(schema: $0[0], name: $0[1] ?? ""), isVisible: $0[2] == "t") }
            let same = all.filter { $0.name.name.lowercased() == name.name.lowercased() }.map(\.name.display)
            let visible = all.filter { name.schema == nil ? $0.isVisible : $0.name.schema == name.schema }
            let near = NearestName.closest(to: name.name, among: visible.map(\.name.name))
            let shown = near.map { ObjectName(schema: name.schema, name: $0).display }
            let offered = same.prefix(3) + shown.filter { !same.contains($0) }
            if !offered.isEmpty { remedy = "Did you mean " + offered.prefix(5).joined(separator: ", ") + "?" }
        }
        return PostgresFault(
            .invalidUse, kind: .configuration, "There is no table or view \(name.display) in \(place)", remedy: remedy,
            sqlstate: "42P01")
    }
}
