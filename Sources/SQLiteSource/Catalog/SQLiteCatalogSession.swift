import CSQLite
import Columnar
import Ports
import SQLDialects

/// One connection that looks around, in one transaction. SQLite runs in this process, so a statement per table costs
/// nothing.
final class SQLiteCatalogSession: OpenCatalog {
    private let database: Database

    /// Above this many bytes of file, sizes of tables are not asked for: that reads every page.
    private static let mostMeasuredPages = 65_536

    init(_ database: Database) { self.database = database }

    deinit { close() }

    func close() { database.close() }

    func tables(_ schemas: NamePattern) throws(CatalogFault) -> [CatalogTable] {
        guard schemas.matches("main") else {
            guard !schemas.hasWildcard else { return [] }
            throw CatalogFault(
                .unknownSchema, "'\(schemas.text)': a SQLite file has no schemas", remedy: "Leave the schema out.")
        }
        do {
            let listed = try database.rows(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') "
                    + "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name", doing: "listing the tables")
            let sizes = try sizes()
            let statistics = try statistics()
            var tables: [CatalogTable] = []
            for name in listed.compactMap({ $0[0] }) {
                let request = ReadRequest(object: .table(TableName(name: name)))
                let found: FoundObject
                let described: [CatalogColumn]
                do {
                    found = try FoundObject.find(request.object, on: database)
                    described = try columns(of: found, request)
                } catch let fault as SQLiteFault where fault.kind == .configuration {
                    // A view over a table that is gone, a virtual table without its module: not to be read, so not listed.
                    continue
                }
                var table = try table(found, described)
                table.bytes = sizes[name]
                table.estimatedRows = try statistics[name] ?? estimatedRows(found)
                tables.append(table)
            }
            return tables
        } catch {
            throw CatalogFault(error)
        }
    }

    func describe(_ requests: [ReadRequest]) throws(CatalogFault) -> [Result<ObjectDescription, CatalogFault>] {
        var results: [Result<ObjectDescription, CatalogFault>] = []
        for request in requests {
            do {
                results.append(.success(try description(of: request)))
            } catch {
                let fault = CatalogFault(error)
                if fault.endsSession { throw fault }
                results.append(.failure(fault))
            }
        }
        return results
    }

    func digits(of columns: [String], in table: TableName) throws(CatalogFault) -> [String: NumericDigits] {
        guard !columns.isEmpty else { return [:] }
        do {
            var list: [String] = []
            for column in columns { list.append(try SQLiteSource.dialect.identifier(column)) }
            let from = try SQLiteSource.dialect.identifier(table.name)
            let doing = "measuring the numbers of \(table)"
            let statement = try Statement(
                "SELECT \(list.joined(separator: ", ")) FROM \(from)", on: database, doing: doing)
            var digits: [String: NumericDigits] = [:]
            while try statement.step(doing: doing) {
                for (i, column) in columns.enumerated() {
                    guard let number = statement.number(i) else { continue }
                    let most = digits[column] ?? NumericDigits(whole: 0, scale: 0)
                    digits[column] = NumericDigits(
                        whole: max(most.whole, number.wholeDigits), scale: max(most.scale, -number.exponent))
                }
            }
            return digits
        } catch {
            throw CatalogFault(error)
        }
    }

    // MARK: - One object

    private func description(of request: ReadRequest) throws -> ObjectDescription {
        let found = try FoundObject.find(request.object, on: database)
        let columns = try columns(of: found, request)
        var description = ObjectDescription(columns: columns)
        if request.object.isTable {
            var table = try table(found, columns)
            table.estimatedRows = try statistics()[found.display] ?? estimatedRows(found)
            description.columns = table.columns
            description.table = table
        }
        if let note = found.note { description.notes.append(note) }
        if let filter = request.filter {
            do {
                try UserQuery.checkCondition(filter, lexicon: SQLiteSource.dialect.lexicon)
                _ = try Statement(
                    "SELECT 1 FROM \(found.from) WHERE (\(filter)\n)", on: database, doing: "checking the filter")
            } catch {
                description.filterFault = CatalogFault(error)
            }
        }
        return description
    }

    private func columns(of found: FoundObject, _ request: ReadRequest) throws -> [CatalogColumn] {
        let whole = ReadRequest(object: request.object, typeChoices: request.typeChoices)
        return try ResultColumns(request: whole, object: found).plan(on: database).columns.map(\.catalogColumn)
    }

    /// The table with its key, and what is known of its columns' NULLs and indexes.
    private func table(_ found: FoundObject, _ columns: [CatalogColumn]) throws -> CatalogTable {
        let name = found.display
        var table = CatalogTable(
            name: TableName(name: name), kind: found.sort == .view ? .view : .table, columns: columns)
        guard case .table = found.sort else { return table }
        let facts = try database.rows(
            "SELECT name, \"notnull\", pk, upper(type) FROM pragma_table_xinfo(?1) ORDER BY pk", [.text(name)],
            doing: "looking at \(name)")
        let key = facts.filter { $0[2] != "0" }
        table.primaryKey = key.compactMap { $0[0] }
        let indexed = try database.rows(
            "SELECT DISTINCT c.name FROM pragma_index_list(?1) i, pragma_index_info(i.name) c "
                + "WHERE c.seqno = 0 AND i.partial = 0", [.text(name)], doing: "looking at the indexes of \(name)"
        ).compactMap { $0[0] }
        // INTEGER PRIMARY KEY is the rowid itself; no index of it is listed, and it is never NULL.
        let rowid = key.count == 1 && key[0][3] == "INTEGER" ? key[0][0] : nil
        for i in table.columns.indices {
            let column = table.columns[i].name
            guard let fact = facts.first(where: { $0[0] == column }) else { continue }
            let isWithoutRowid = found.sort == .table(rowid: nil)
            // Other primary keys may hold NULL (https://www.sqlite.org/lang_createtable.html#the_primary_key).
            table.columns[i].isNullable = fact[1] == "0" && column != rowid && !(isWithoutRowid && fact[2] != "0")
            table.columns[i].leadsIndex = indexed.contains(column) || column == rowid
        }
        return table
    }

    // MARK: - Sizes

    private func estimatedRows(_ found: FoundObject) throws -> Int? {
        guard let rowid = found.rowid else { return nil }
        let stretches = try RowidRanges(database: database, table: found.from, rowid: rowid).survey()
        return Int(min(stretches.reduce(0) { $0 + $1.rows }, 1e15))
    }

    /// What ANALYZE left: the first number is the table's rows.
    private func statistics() throws -> [String: Int] {
        guard try has("sqlite_stat1") else { return [:] }
        let rows = try database.rows(
            "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl", doing: "reading statistics")
        var statistics: [String: Int] = [:]
        for row in rows { if let name = row[0], let count = row[1].flatMap({ Int($0) }) { statistics[name] = count } }
        return statistics
    }

    /// Bytes of each table's pages, without its indexes, where SQLite was built to say so.
    private func sizes() throws -> [String: Int] {
        let pages = try database.rows("PRAGMA page_count", doing: "looking at the file").first?[0].flatMap { Int($0) }
        guard let pages, pages <= Self.mostMeasuredPages,
            let rows = try? database.rows(
                "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name", doing: "measuring tables")
        else { return [:] }
        var sizes: [String: Int] = [:]
        for row in rows { if let name = row[0], let bytes = row[1].flatMap({ Int($0) }) { sizes[name] = bytes } }
        return sizes
    }

    private func has(_ table: String) throws -> Bool {
        try !database.rows(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [.text(table)],
            doing: "listing the tables"
        ).isEmpty
    }
}

extension Statement {
    /// The number of a column as SQLite would tell it; nil for what is none.
    fileprivate func number(_ column: Int) -> ExactDecimal? {
        switch sqlite3_column_type(raw, Int32(column)) {
        case SQLITE_INTEGER: ExactDecimal(String(integer(column)))
        case SQLITE_FLOAT: ExactDecimal(sqlite3_column_double(raw, Int32(column)).description)
        case SQLITE_TEXT: text(column).flatMap { ExactDecimal($0) }
        default: nil
        }
    }
}
