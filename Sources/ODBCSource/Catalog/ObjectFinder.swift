import Ports
import SQLDialects

/// Finds what a written name means in a database: for looking around, and for reading.
final class ObjectFinder {
    struct Found {
        var name: QualifiedName
        /// Nil where there is no list to find it in: a name of three parts.
        var table: CatalogListing.Table?
        /// A name that was found in another case.
        var notes: [String]
    }

    let connection: ODBCConnection
    let dialect: any SQLDialect
    let listing: CatalogListing
    private var knownSchemas: [CatalogListing.Schema]?
    private var knownTables: [CatalogListing.Table]?

    init(_ connection: ODBCConnection, dialect: any SQLDialect) {
        self.connection = connection
        self.dialect = dialect
        listing = CatalogListing(connection: connection, dialect: dialect)
    }

    /// The table that a written name means. Of a name with three parts, and where there is no list, the database itself decides.
    ///
    /// A database may have tens of thousands of tables: all are listed only where the name is not found by itself.
    func find(_ text: String) throws(CatalogFault) -> Found {
        let written = try said { () throws(SQLDialectFault) in try WrittenName(text, dialect: dialect) }
        guard written.parts.count < 3 else {
            return Found(name: written.folded(dialect), table: nil, notes: [])
        }
        if let found = try asked({ () throws(ODBCFault) in try findByItself(written) }) { return found }
        return try findAmongAll(written)
    }

    /// Nil for what is spelled otherwise than it is written, and than the database itself would take it.
    private func findByItself(_ written: WrittenName) throws(ODBCFault) -> Found? {
        let names = written.parts.map(\.text)
        let (schema, name) = (names.count == 2 ? names[0] : nil, names[names.count - 1])
        if let schema, let found = try table(name, schema) { return found }
        let schemas = try schemas()
        let place =
            schema.map { schema in
                [schema, dialect.names.folded(schema)].first { name in schemas.contains { $0.name == name } }
            } ?? schemas.first(where: \.isCurrent)?.name
        // A schema that is not listed is a matter for the whole list.
        if schema != nil, place == nil { return nil }
        let folded = dialect.names.folded(name)
        if place != schema || schema == nil, let found = try table(name, place) { return found }
        return folded == name ? nil : try table(folded, place)
    }

    private func table(_ name: String, _ schema: String?) throws(ODBCFault) -> Found? {
        let listed = try listing.tables(schema: schema, table: name)
        guard let table = listed.first(where: { $0.name == name && (schema == nil || $0.schema == schema) }) else {
            return nil
        }
        return Found(name: QualifiedName(table.tableName), table: table, notes: [])
    }

    private func findAmongAll(_ written: WrittenName) throws(CatalogFault) -> Found {
        var notes: [String] = []
        let (schemas, all) = try asked { () throws(ODBCFault) in (try self.schemas(), try allTables()) }
        let name = written.parts[written.parts.count - 1].text
        var places = schemas.filter(\.isCurrent).map(\.name)
        if written.parts.count == 2 {
            let schema = written.parts[0].text
            switch dialect.names.match(schema, among: Array(Set(schemas.map(\.name) + all.map(\.schema))).sorted()) {
            case .exact(let found): places = [found]
            case .otherCase(let found):
                places = [found]
                notes.append("The schema \(VisibleText.quoted(schema)) is found as \(VisibleText.quoted(found))")
            case .ambiguous(let several): throw ambiguous("schema", schema, several)
            // It may be one of the system's own, which are not listed.
            case .none(let near):
                let own = try asked { () throws(ODBCFault) in try listing.tables(schema: schema) }
                guard !own.isEmpty else {
                    throw CatalogFault(
                        .unknownSchema, "There is no schema \(VisibleText.quoted(schema)) in \(connection.place)",
                        remedy: dotted(written, among: all), near: near)
                }
                return try pick(name, among: own, elsewhere: [], notes: notes)
            }
        }
        let inside = all.filter { places.isEmpty || places.contains($0.schema) }
        return try pick(name, among: inside, elsewhere: all, notes: notes)
    }

    private func pick(
        _ written: String, among tables: [CatalogListing.Table], elsewhere: [CatalogListing.Table], notes: [String]
    ) throws(CatalogFault) -> Found {
        func result(_ found: String) -> Found {
            let table = tables.first { $0.name == found }
            return Found(name: QualifiedName(table?.tableName ?? TableName(name: found)), table: table, notes: notes)
        }
        switch dialect.names.match(written, among: tables.map(\.name)) {
        case .exact(let found): return result(found)
        case .otherCase(let name):
            var found = result(name)
            found.notes.append("\(VisibleText.quoted(written)) is found as \(VisibleText.quoted(name))")
            return found
        case .ambiguous(let several): throw ambiguous("table", written, several)
        case .none(let near):
            let others = Set(elsewhere.filter { $0.name.lowercased() == written.lowercased() }.map(\.schema)).sorted()
            let places = others.prefix(5).map { VisibleText.quoted($0) }.joined(separator: ", ")
            throw CatalogFault(
                .unknownTable, "There is no table or view \(VisibleText.quoted(written)) in \(connection.place)",
                remedy: others.isEmpty ? nil : "There is one of this name in \(places).", near: near)
        }
    }

    /// `a.b` without quotes means b in the schema a.
    private func dotted(_ written: WrittenName, among tables: [CatalogListing.Table]) -> String? {
        let name = written.parts.map(\.text).joined(separator: ".")
        guard let found = tables.first(where: { $0.name.lowercased() == name.lowercased() }) else { return nil }
        return "The table that is named so is written in quotes: \"\(found.name)\"."
    }

    private func ambiguous(_ what: String, _ name: String, _ several: [String]) -> CatalogFault {
        CatalogFault(
            .ambiguousName,
            "No \(what) is named exactly \(VisibleText.quoted(name)), and several differ from it in case alone",
            near: several)
    }

    // MARK: - Asked once

    func schemas() throws(ODBCFault) -> [CatalogListing.Schema] {
        if let knownSchemas { return knownSchemas }
        let schemas = try listing.schemas()
        knownSchemas = schemas
        return schemas
    }

    private func allTables() throws(ODBCFault) -> [CatalogListing.Table] {
        if let knownTables { return knownTables }
        let tables = try listing.tables(schema: nil)
        knownTables = tables
        return tables
    }

    private func asked<T>(_ body: () throws(ODBCFault) -> T) throws(CatalogFault) -> T {
        do throws(ODBCFault) { return try body() } catch { throw CatalogFault(error) }
    }

    private func said<T>(_ body: () throws(SQLDialectFault) -> T) throws(CatalogFault) -> T {
        do throws(SQLDialectFault) { return try body() } catch { throw CatalogFault(error) }
    }
}
