import Ports
import SQLDialects

/// One session that looks around in a database through its driver.
///
/// Lists of tables come from the database's own catalog, one statement per kind of fact; a single table or query is described
/// by the driver, as reading it would be.
final class ODBCCatalog: OpenCatalog {
    /// What a column becomes: the mapping that reading itself uses.
    typealias Mapping = @Sendable (DescribedColumn, ColumnReading, TypeChoices, Quirks) -> CatalogColumn

    private let connection: ODBCConnection
    private let dialect: any SQLDialect
    private let mapping: Mapping
    private let listing: CatalogListing
    private let finder: ObjectFinder
    private var knownFacts: [String: CatalogListing.Facts] = [:]

    init(_ connection: ODBCConnection, dialect: any SQLDialect, mapping: @escaping Mapping) {
        self.connection = connection
        self.dialect = dialect
        self.mapping = mapping
        finder = ObjectFinder(connection, dialect: dialect)
        listing = finder.listing
    }

    func close() { connection.close() }

    // MARK: - All tables

    func tables(_ schemas: NamePattern) throws(CatalogFault) -> [CatalogTable] {
        do throws(ODBCFault) {
            let names = try finder.schemas().map(\.name)
            // A system's own schema is listed only where it is named.
            let single = schemas.hasWildcard ? nil : NameMatch(schemas.text, among: names).found ?? schemas.text
            let tables = try listing.tables(schema: single).filter { single != nil || schemas.matches($0.schema) }
            if tables.isEmpty, let single, !names.contains(single), !names.isEmpty {
                throw ODBCFault(
                    .configuration, "There is no schema \(VisibleText.quoted(single)) in \(connection.place)",
                    sqlstate: Self.noSchema)
            }
            let columns = try listing.columns(schema: single)
            let facts = try listing.facts(schema: single)
            return tables.map { table in
                let own = (columns[table.key] ?? []).map { column in
                    let described =
                        column.described
                        ?? DescribedColumn(
                            name: column.name, catalogType: column.type, dialect: dialect, isNullable: column.isNullable
                        )
                    var mapped = map(described, DatabaseType(column.type), TypeChoices())
                    mapped.sourceType = column.type
                    return mapped
                }
                return complete(table, own, facts)
            }
        } catch {
            if error.sqlstate == Self.noSchema {
                let known = (try? finder.schemas().map(\.name)) ?? []
                let near = NearestName.closest(to: schemas.text, among: known)
                throw CatalogFault(.unknownSchema, error.message, near: near)
            }
            throw CatalogFault(error, endsSession: true)
        }
    }

    private static let noSchema = "3F000"

    private func complete(
        _ table: CatalogListing.Table, _ columns: [CatalogColumn], _ facts: CatalogListing.Facts
    ) -> CatalogTable {
        let leading = facts.leading[table.key] ?? []
        let hasIndexes = table.kind != .view && dialect.catalog != nil
        let columns = columns.map { column in
            var column = column
            if hasIndexes { column.leadsIndex = leading.contains(column.name) }
            return column
        }
        return CatalogTable(
            name: table.tableName, kind: table.kind, estimatedRows: table.rows, bytes: table.bytes,
            primaryKey: facts.primaryKeys[table.key] ?? [], columns: columns)
    }

    private func map(_ column: DescribedColumn, _ type: DatabaseType, _ choices: TypeChoices) -> CatalogColumn {
        var mapped = mapping(column, dialect.reading(of: type), choices, connection.quirks)
        mapped.isNullable = column.isNullable
        return mapped
    }

    // MARK: - What requests would see

    func describe(_ requests: [ReadRequest]) throws(CatalogFault) -> [Result<ObjectDescription, CatalogFault>] {
        // Of many tables, the keys and indexes of a whole schema are asked for once.
        let isAlone = requests.count == 1
        var results: [Result<ObjectDescription, CatalogFault>] = []
        for request in requests {
            do throws(CatalogFault) {
                results.append(.success(try description(of: request, isAlone: isAlone)))
            } catch {
                if error.endsSession { throw error }
                results.append(.failure(error))
            }
        }
        return results
    }

    private func description(of request: ReadRequest, isAlone: Bool) throws(CatalogFault) -> ObjectDescription {
        var notes: [String] = []
        var table: CatalogListing.Table?
        let from: SelectStatement.From
        switch request.object {
        case .table(let text):
            let found = try finder.find(text)
            notes = found.notes
            table = found.table
            from = .table(found.name)
        case .query(let text):
            from = .query(
                try said { () throws(SQLDialectFault) in try UserQuery(text, lexicon: dialect.lexicon) })
        }
        let what = table.map { $0.tableName.description } ?? "the query"
        var declared: [String: String] = [:]
        var names: [String] = []
        if let table {
            let listed = try asked { () throws(ODBCFault) in
                try listing.columns(schema: table.schema.isEmpty ? nil : table.schema, table: table.name)
            }
            for column in listed[table.key] ?? [] {
                declared[column.name] = column.type
                names.append(column.name)
            }
        }
        let described = try columns(of: from, what, listed: names, wanted: request.columns)
        let columns = described.map { column in
            let column = declared[column.name].map { column.refined(declared: $0, dialect: dialect) } ?? column
            return map(column, column.databaseType, request.typeChoices)
        }
        var description = ObjectDescription(columns: columns, notes: notes)
        if let table {
            let whole = complete(table, columns, try facts(of: table.schema, table: isAlone ? table.name : nil))
            description.table = whole
            description.columns = whole.columns
        }
        if let filter = request.filter { description.filterFault = try fault(of: filter, from: from) }
        return description
    }

    /// All of them; those that the user may read where that is refused: what the catalog shows, or what is asked for.
    private func columns(
        of from: SelectStatement.From, _ what: String, listed: [String], wanted: [String]?
    ) throws(CatalogFault) -> [DescribedColumn] {
        func described(_ list: SelectStatement.List) throws(CatalogFault) -> [DescribedColumn] {
            let sql = try said { () throws(SQLDialectFault) in try SelectStatement(list, from: from).sql(dialect) }
            return try asked { () throws(ODBCFault) in try connection.describe(sql, doing: "describing \(what)") }
        }
        do throws(CatalogFault) { return try described(.all) } catch {
            guard error.reason == .noPermission, !listed.isEmpty else { throw error }
            if let columns = try? described(.columns(listed.map { .init($0) })) { return columns }
            let chosen = (wanted ?? []).compactMap { dialect.names.match($0, among: listed).found }
            guard !chosen.isEmpty, let columns = try? described(.columns(chosen.map { .init($0) })) else { throw error }
            return columns
        }
    }

    /// Nil where the database takes it.
    private func fault(of filter: String, from: SelectStatement.From) throws(CatalogFault) -> CatalogFault? {
        do throws(CatalogFault) {
            let sql = try said { () throws(SQLDialectFault) in
                let conditions = [try Condition.written(filter, dialect: dialect), Condition("1 = 0")]
                return try SelectStatement(.expressions(["1"]), from: from, conditions: conditions).sql(dialect)
            }
            _ = try asked { () throws(ODBCFault) in try connection.rows(sql, doing: "checking the filter") }
            return nil
        } catch {
            if error.endsSession { throw error }
            return error
        }
    }

    // MARK: - Asked once

    private func facts(of schema: String, table: String?) throws(CatalogFault) -> CatalogListing.Facts {
        if let known = knownFacts[schema] { return known }
        let facts = try asked { () throws(ODBCFault) in
            try listing.facts(schema: schema.isEmpty ? nil : schema, table: table)
        }
        if table == nil { knownFacts[schema] = facts }
        return facts
    }

    private func asked<T>(_ body: () throws(ODBCFault) -> T) throws(CatalogFault) -> T {
        do throws(ODBCFault) { return try body() } catch { throw CatalogFault(error) }
    }

    private func said<T>(_ body: () throws(SQLDialectFault) -> T) throws(CatalogFault) -> T {
        do throws(SQLDialectFault) { return try body() } catch { throw CatalogFault(error) }
    }
}

extension ODBCCatalog {
    /// One session that looks around. Nothing of it is left open where it fails.
    static func open(
        _ target: ODBCTarget, type: SourceType, options: ODBCOptions, stop: StopSignal, mapping: @escaping Mapping
    ) throws(CatalogFault) -> ODBCCatalog {
        do throws(ODBCFault) {
            let session = try ODBCSession.open(target, type: type, options: options, stop: stop)
            return ODBCCatalog(session.connection, dialect: session.dialect, mapping: mapping)
        } catch {
            throw CatalogFault(error, endsSession: true)
        }
    }
}
