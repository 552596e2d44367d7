import Columnar
import Ports

/// One session that looks around, in one transaction that only reads.
///
/// What is asked of the catalog takes no locks of tables. Preparing a query or a filter does: each time the transaction goes
/// back to a savepoint, which gives them up.
final class PostgresCatalog: OpenCatalog {
    private let connection: Connection

    init(_ connection: Connection) throws(PostgresFault) {
        self.connection = connection
        _ = try connection.execute(
            TransactionText.catalog(on: connection), doing: "setting up the session")
    }

    func close() { connection.close() }

    func tables(_ schemas: NamePattern) throws(CatalogFault) -> [CatalogTable] {
        try asking { () throws(PostgresFault) in
            let found = try CatalogNames(on: connection).tables(schemas)
            let facts = try RelationFacts(of: found, on: connection)
            return facts.tables(try mapped(facts.columns.map { ($0.description, TypeChoices()) }))
        }
    }

    func describe(_ requests: [ReadRequest]) throws(CatalogFault) -> [Result<ObjectDescription, CatalogFault>] {
        try asking { () throws(PostgresFault) in try described(requests) }
    }

    func digits(of columns: [String], in table: TableName) throws(CatalogFault) -> [String: NumericDigits] {
        guard !columns.isEmpty else { return [:] }
        let name = ObjectName(schema: table.schema, name: table.name)
        let list = columns.map { column in
            let value = SQLText.identifier(column) + "::pg_catalog.numeric"
            // NaN and infinities have no scale.
            return "max(pg_catalog.length(pg_catalog.trunc(pg_catalog.abs(\(value)))::pg_catalog.text)) "
                + "FILTER (WHERE pg_catalog.scale(\(value)) IS NOT NULL), max(pg_catalog.scale(\(value)))"
        }
        let outcome = try asking { () throws(PostgresFault) in
            try connection.attempt { () throws(PostgresFault) in
                _ = try connection.execute("SET LOCAL statement_timeout = '60s'", doing: "setting up the session")
                return try connection.executeOne(
                    "SELECT " + list.joined(separator: ", ") + " FROM " + name.sql,
                    doing: "measuring the numbers of \(name.display)"
                ).table.first ?? []
            }
        }
        let row: [String?]
        do { row = try outcome.get() } catch { throw CatalogFault(error) }
        var digits: [String: NumericDigits] = [:]
        for (i, column) in columns.enumerated() {
            guard let whole = row[2 * i].flatMap({ Int($0) }), let scale = row[2 * i + 1].flatMap({ Int($0) }) else {
                continue
            }
            digits[column] = NumericDigits(whole: whole, scale: scale)
        }
        return digits
    }

    // MARK: - Describing

    private func described(
        _ requests: [ReadRequest]
    ) throws(PostgresFault) -> [Result<ObjectDescription, CatalogFault>] {
        let names = try CatalogNames(on: connection)
        let lookups = try names.find(
            requests.map { if case .table(let text) = $0.object { text } else { nil } })
        // A table that several requests name is looked at once.
        var relations: [UInt32: CatalogNames.Relation] = [:]
        for case .success(let found)? in lookups { relations[found.relation.oid] = found.relation }
        let facts = try RelationFacts(of: relations.values.sorted { $0.oid < $1.oid }, on: connection)
        let byTable = facts.columnsByTable
        var described: [(columns: [QueryResult.ColumnDescription], fault: CatalogFault?)] = []
        for (request, lookup) in zip(requests, lookups) {
            switch (request.object, lookup) {
            case (_, .success(let found)?):
                described.append(
                    (
                        byTable[found.relation.oid, default: []].map(\.description),
                        try fault(ofView: found.relation, byTable[found.relation.oid, default: []])
                    ))
            case (_, .failure(let fault)?): described.append(([], fault))
            case (.query(let text), nil): described.append(try describe(query: text))
            case (.table, nil): preconditionFailure("each table of the requests is looked up")
            }
        }
        var rest = try mapped(
            zip(requests, described).flatMap { request, one in one.columns.map { ($0, request.typeChoices) } })[...]
        var results: [Result<ObjectDescription, CatalogFault>] = []
        for (i, request) in requests.enumerated() {
            let own = Array(rest.prefix(described[i].columns.count))
            rest = rest.dropFirst(own.count)
            if let fault = described[i].fault {
                results.append(.failure(fault))
                continue
            }
            var description: ObjectDescription
            var from: String
            if case .success(let found)? = lookups[i] {
                let table = facts.table(found.relation, own)
                description = ObjectDescription(table: table, columns: table.columns, notes: found.notes)
                from = found.relation.objectName.sql
                if facts.hasRowSecurity(found.relation) {
                    description.notes.append(
                        "Row security applies: only rows that \(connection.user) may see are read")
                }
            } else {
                description = ObjectDescription(columns: own)
                from = "(\(request.object.queryText ?? "")\n) AS query"
            }
            if let filter = request.filter { description.filterFault = try fault(of: filter, from: from) }
            results.append(.success(description))
        }
        return results
    }

    /// A view may be readable while what it reads is not: its owner lost a permission, or it asks for the reader's own
    /// (security_invoker). Planning asks for all of them.
    private func fault(
        ofView relation: CatalogNames.Relation, _ columns: [RelationFacts.Column]
    ) throws(PostgresFault) -> CatalogFault? {
        let open = columns.filter { $0.maySelect && relation.schemaIsUsable }
        guard relation.kind == .view, !open.isEmpty else { return nil }
        let list = open.map { SQLText.identifier($0.description.name) }.joined(separator: ", ")
        let outcome = try connection.attempt { () throws(PostgresFault) in
            _ = try connection.executeOne(
                "EXPLAIN SELECT \(list) FROM \(relation.objectName.sql)",
                doing: "checking the view \(relation.objectName.display)")
        }
        guard case .failure(let fault) = outcome, fault.sqlstate == "42501" else { return nil }
        return CatalogFault(Permission.explained(fault, on: nil, user: connection.user))
    }

    /// Nil where the server takes it. `from` is a FROM item.
    private func fault(of filter: String, from: String) throws(PostgresFault) -> CatalogFault? {
        let outcome = try connection.attempt { () throws(PostgresFault) in
            try QueryText.checkCondition(filter, backslashes: connection.hasBackslashEscapes)
            try refuseNul(filter)
            _ = try connection.prepare("SELECT FROM \(from) WHERE (\(filter)\n)", doing: "checking the filter")
        }
        if case .failure(let fault) = outcome { return CatalogFault(fault) }
        return nil
    }

    private func describe(
        query text: String
    ) throws(PostgresFault) -> (columns: [QueryResult.ColumnDescription], fault: CatalogFault?) {
        let outcome = try connection.attempt { () throws(PostgresFault) in
            try refuseNul(text)
            let query = try QueryText.withoutTerminator(text)
            let described = try connection.prepare(query, doing: "checking the query")
            guard described.parameterCount == 0 else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "The query has a parameter ($1), for which there is no value",
                    remedy: "Write the value into the query.")
            }
            let columns = described.columns
            guard !columns.isEmpty else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "The query has no columns, so there is nothing to read",
                    remedy: "Give a SELECT statement with columns.")
            }
            // Preparing asks for no permission, planning does; and only a query can be read from.
            do throws(PostgresFault) {
                _ = try connection.executeOne(
                    "EXPLAIN SELECT * FROM (\(query)\n) AS query", doing: "checking the query")
            } catch {
                throw Permission.explained(error, on: nil, user: connection.user)
            }
            return columns
        }
        switch outcome {
        case .success(let columns): return (columns, nil)
        case .failure(let fault): return ([], CatalogFault(fault))
        }
    }

    /// The protocol ends a statement at such a byte, and what stands behind it would be left out.
    private func refuseNul(_ text: String) throws(PostgresFault) {
        guard !text.utf8.contains(0) else {
            throw PostgresFault(.invalidUse, kind: .configuration, "The text holds a NUL character")
        }
    }

    // MARK: - Session

    private func mapped(
        _ columns: [(description: QueryResult.ColumnDescription, choices: TypeChoices)]
    ) throws(PostgresFault) -> [CatalogColumn] {
        guard !columns.isEmpty else { return [] }
        let catalog = try TypeCatalog(of: columns.map(\.description), on: connection)
        var mapped: [CatalogColumn] = []
        for (i, column) in columns.enumerated() {
            let mapping = TypeMapping(
                choices: column.choices, catalog: catalog, checksText: connection.hasNoEncoding)
            mapped.append(try mapping.catalogColumn(column.description, at: i))
        }
        return mapped
    }

    private func asking<T>(_ body: () throws(PostgresFault) -> T) throws(CatalogFault) -> T {
        do throws(PostgresFault) { return try body() } catch { throw CatalogFault(error, endsSession: true) }
    }
}

extension ReadRequest.Object {
    /// As it may stand in parentheses; nil for tables, and for what is no query (which was refused before).
    fileprivate var queryText: String? {
        if case .query(let text) = self { try? QueryText.withoutTerminator(text) } else { nil }
    }
}
