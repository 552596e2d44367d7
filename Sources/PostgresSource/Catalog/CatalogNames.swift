import Ports

/// Which tables and views there are by name, and which of them a name means.
struct CatalogNames {
    struct Relation: Equatable {
        var oid: UInt32
        var schema: String
        var name: String
        var kind: CatalogTable.Kind
        /// Whether the schema may be used at all.
        var schemaIsUsable: Bool

        var objectName: ObjectName { ObjectName(schema: schema, name: name) }
    }

    struct Found {
        var relation: Relation
        var notes: [String]
    }

    private struct Schema {
        var oid: String
        var name: String
        var mayUse: Bool
        /// Place in the search_path; nil where it is not in it.
        var place: Int?
        var isSystem: Bool
    }

    private let connection: Connection
    private let schemas: [Schema]

    // Comparisons in these statements have the same type on both sides: then the operator of pg_catalog is the best match, and
    // not one that somebody put into a schema of the search_path (CVE-2018-1058).

    init(on connection: Connection) throws(PostgresFault) {
        self.connection = connection
        let rows = try connection.execute(
            """
            SELECT n.oid, n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE'), \
            pg_catalog.array_position(pg_catalog.current_schemas(true), n.nspname), \
            n.nspname::pg_catalog.text IN ('pg_catalog', 'information_schema') \
            OR n.nspname::pg_catalog.text LIKE 'pg\\_toast%' OR n.nspname::pg_catalog.text LIKE 'pg\\_temp%' \
            FROM pg_catalog.pg_namespace n ORDER BY n.nspname
            """, doing: "listing the schemas"
        ).table
        schemas = rows.map { row in
            Schema(
                oid: row[0] ?? "0", name: row[1] ?? "", mayUse: row[2] == "t", place: row[3].flatMap { Int($0) },
                isSystem: row[4] == "t")
        }
    }

    /// What belongs to users in the schemas that match, without partitions (their parent stands for them) and without what
    /// extensions brought.
    func tables(_ pattern: NamePattern) throws(PostgresFault) -> [Relation] {
        // A system's own schema counts only where it is named.
        let wanted = schemas.filter { pattern.matches($0.name) && (!$0.isSystem || !pattern.hasWildcard) }
        guard !wanted.isEmpty else { return [] }
        return try relations(
            """
            c.relnamespace = ANY ('{\(wanted.map(\.oid).joined(separator: ","))}'::pg_catalog.oid[]) \
            AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d \
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
            """)
    }

    /// Nil where the text is nil: a query.
    func find(_ texts: [String?]) throws(PostgresFault) -> [Result<Found, CatalogFault>?] {
        let parsed = texts.map { text in
            text.map { text in
                Result { () throws(PostgresFault) in
                    guard !text.utf8.contains(0) else {
                        throw PostgresFault(.invalidUse, kind: .configuration, "The name holds a NUL character")
                    }
                    return try ObjectName.parse(text)
                }
            }
        }
        let names = Set(parsed.compactMap { try? $0?.get().name })
        let list = names.sorted().map { SQLText.literal($0) }.joined(separator: ", ")
        let candidates =
            names.isEmpty
            ? []
            : try relations(
                """
                (c.relname = ANY (ARRAY[\(list)]::pg_catalog.name[]) OR pg_catalog.lower(c.relname::pg_catalog.text) \
                = ANY (SELECT pg_catalog.lower(w) FROM pg_catalog.unnest(ARRAY[\(list)]::pg_catalog.text[]) w))
                """)
        var all: [Relation]?
        var results: [Result<Found, CatalogFault>?] = []
        for one in parsed {
            guard let one else {
                results.append(nil)
                continue
            }
            switch one {
            case .failure(let fault): results.append(.failure(CatalogFault(fault)))
            case .success(let name):
                var result = find(name, among: candidates)
                if case .failure(let fault) = result, fault.reason == .unknownTable {
                    // For "did you mean", and only then.
                    if all == nil { all = try relations("NOT c.relispartition", limit: 20_000) }
                    result = .failure(notFound(name, fault, among: all ?? []))
                }
                results.append(result)
            }
        }
        return results
    }

    private func find(_ name: ObjectName, among candidates: [Relation]) -> Result<Found, CatalogFault> {
        var notes: [String] = []
        var places = schemas.filter { $0.place != nil }.sorted { ($0.place ?? 0) < ($1.place ?? 0) }.map(\.name)
        if let schema = name.schema {
            switch NameMatch(schema, among: schemas.map(\.name)) {
            case .exact(let found): places = [found]
            case .otherCase(let found):
                places = [found]
                notes.append("The schema \(VisibleText.quoted(schema)) is found as \(VisibleText.quoted(found))")
            case .ambiguous(let several): return .failure(ambiguous("schema", schema, several))
            case .none:
                let near = NearestName.closest(to: schema, among: schemas.filter { !$0.isSystem }.map(\.name))
                return .failure(
                    CatalogFault(
                        .unknownSchema, "There is no schema \(VisibleText.quoted(schema)) in \(connection.place)",
                        near: near))
            }
        }
        let visible = candidates.filter { places.contains($0.schema) }
        for place in places {
            if let relation = visible.first(where: { $0.schema == place && $0.name == name.name }) {
                return .success(Found(relation: relation, notes: notes))
            }
        }
        let folded = name.name.lowercased()
        let same = visible.filter { $0.name.lowercased() == folded }
        switch same.count {
        case 0: return .failure(CatalogFault(.unknownTable, ""))
        case 1:
            notes.append("\(VisibleText.quoted(name.name)) is found as \(VisibleText.quoted(same[0].name))")
            return .success(Found(relation: same[0], notes: notes))
        default: return .failure(ambiguous("table", name.name, same.map(\.name)))
        }
    }

    private func ambiguous(_ what: String, _ name: String, _ several: [String]) -> CatalogFault {
        CatalogFault(
            .ambiguousName,
            "No \(what) is named exactly \(VisibleText.quoted(name)), and several differ from it in case alone",
            near: several)
    }

    private func notFound(_ name: ObjectName, _ fault: CatalogFault, among all: [Relation]) -> CatalogFault {
        let users = all.filter { relation in
            !schemas.contains { $0.name == relation.schema && $0.isSystem }
        }
        let inside = users.filter { relation in
            if let schema = name.schema { return relation.schema.lowercased() == schema.lowercased() }
            return schemas.contains { $0.name == relation.schema && $0.place != nil }
        }
        var fault = fault
        fault.message = "There is no table or view \(name.display) in \(connection.place)"
        fault.near = NearestName.closest(to: name.name, among: inside.map(\.name))
        let elsewhere = users.filter { other in
            other.name.lowercased() == name.name.lowercased() && !inside.contains(other)
        }
        if !elsewhere.isEmpty {
            let schemas = elsewhere.prefix(5).map { VisibleText.quoted($0.schema) }.joined(separator: ", ")
            fault.remedy =
                "There is one of this name in \(elsewhere.count > 1 ? "the schemas" : "the schema") \(schemas)."
        }
        return fault
    }

    private func relations(_ condition: String, limit: Int? = nil) throws(PostgresFault) -> [Relation] {
        let rows = try connection.execute(
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) \
            AND \(condition) ORDER BY n.nspname, c.relname\(limit.map { " LIMIT \($0)" } ?? "")
            """, doing: "listing the tables"
        ).table
        return rows.compactMap { row in
            guard let oid = row[0].flatMap({ UInt32($0) }), let kind = CatalogTable.Kind(relkind: row[3] ?? "") else {
                return nil
            }
            return Relation(
                oid: oid, schema: row[1] ?? "", name: row[2] ?? "", kind: kind, schemaIsUsable: row[4] == "t")
        }
    }
}

extension CatalogTable.Kind {
    fileprivate init?(relkind: String) {
        switch relkind {
        case "r": self = .table
        case "p": self = .partitioned
        case "v": self = .view
        case "m": self = .materializedView
        case "f": self = .foreign
        default: return nil
        }
    }
}
