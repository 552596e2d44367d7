import Ports
import SQLDialects

/// What a database's catalog knows of tables, one statement per kind of fact, in the order in which it came.
struct CatalogListing {
    struct Schema: Equatable {
        var name: String
        /// Where names without a schema are looked for.
        var isCurrent: Bool
    }

    struct Table: Equatable {
        /// Empty where the database has no schemas.
        var schema: String
        var name: String
        var kind: CatalogTable.Kind
        var rows: Int?
        var bytes: Int?

        var key: TableKey { TableKey(schema: schema, name: name) }
        var tableName: TableName { TableName(schema: schema.isEmpty ? nil : schema, name: name) }
    }

    struct TableKey: Hashable {
        var schema: String
        var name: String
    }

    struct Column: Equatable {
        var name: String
        var type: String
        /// As a driver would describe it; nil where only the type's name is known.
        var described: DescribedColumn?
        var isNullable: Bool?
    }

    /// Keys and indexes of the tables of some schemas.
    struct Facts {
        var primaryKeys: [TableKey: [String]] = [:]
        /// Columns that an index of the whole table begins with.
        var leading: [TableKey: Set<String>] = [:]
    }

    let connection: ODBCConnection
    let dialect: any SQLDialect

    private func rows(_ sql: String, _ what: String, columns: Int) throws(ODBCFault) -> [[String?]] {
        let doing = "listing \(what) of \(connection.place)"
        let rows = try connection.rows(sql, doing: doing)
        guard rows.allSatisfy({ $0.count >= columns }) else {
            throw ODBCFault(.permanent, "The driver returned too few columns while \(doing)")
        }
        return rows
    }

    private func said<T>(_ body: () throws(SQLDialectFault) -> T) throws(ODBCFault) -> T {
        do throws(SQLDialectFault) { return try body() } catch {
            throw ODBCFault(error.kind, error.message, remedy: error.remedy)
        }
    }

    func schemas() throws(ODBCFault) -> [Schema] {
        guard let catalog = dialect.catalog else { return [] }
        return try rows(catalog.schemas(), "the schemas", columns: 2).compactMap { row in
            row[0].map { Schema(name: $0, isCurrent: row[1] == "1") }
        }
    }

    /// Of one schema, or of all that are users' own; all of them, or what is called so. Databases and drivers differ in what
    /// they take for equal, so others may be among them.
    func tables(schema: String?, table: String? = nil) throws(ODBCFault) -> [Table] {
        guard let catalog = dialect.catalog else { return try driversTables(schema: schema, table: table) }
        let sql = try said { () throws(SQLDialectFault) in try catalog.tables(schema: schema, table: table) }
        return try rows(sql, "the tables", columns: 5).compactMap { row in
            guard let name = row[1], let kind = CatalogTable.Kind(rawValue: row[2] ?? "") else { return nil }
            return Table(
                schema: row[0] ?? "", name: name, kind: kind, rows: row[3].flatMap { Int($0) },
                bytes: row[4].flatMap { Int($0) })
        }
    }

    func columns(schema: String?, table: String? = nil) throws(ODBCFault) -> [TableKey: [Column]] {
        guard let catalog = dialect.catalog else { return try driversColumns(schema: schema, table: table) }
        let sql = try said { () throws(SQLDialectFault) in try catalog.columns(schema: schema, table: table) }
        var columns: [TableKey: [Column]] = [:]
        for row in try rows(sql, "the columns", columns: 6) {
            guard let table = row[1], let name = row[2] else { continue }
            columns[TableKey(schema: row[0] ?? "", name: table), default: []].append(
                Column(name: name, type: row[4] ?? "", described: nil, isNullable: row[5].map { $0 == "1" }))
        }
        return columns
    }

    func facts(schema: String?, table: String? = nil) throws(ODBCFault) -> Facts {
        guard let catalog = dialect.catalog else { return Facts() }
        var facts = Facts()
        let keys = try said { () throws(SQLDialectFault) in try catalog.primaryKeys(schema: schema, table: table) }
        for row in try rows(keys, "the keys", columns: 4) {
            guard let table = row[1], let column = row[2] else { continue }
            facts.primaryKeys[TableKey(schema: row[0] ?? "", name: table), default: []].append(column)
        }
        let indexes = try said { () throws(SQLDialectFault) in try catalog.indexes(schema: schema, table: table) }
        for row in try rows(indexes, "the indexes", columns: 6) where row[5] == "1" {
            guard let table = row[1], let column = row[4] else { continue }
            facts.leading[TableKey(schema: row[0] ?? "", name: table), default: []].insert(column)
        }
        return facts
    }

    // MARK: - Drivers' own functions, for databases that we don't know

    private func driversTables(schema: String?, table: String?) throws(ODBCFault) -> [Table] {
        let question = CatalogQuestion.tables(catalog: nil, schema: schema, table: table, types: "TABLE,VIEW")
        return try connection.catalog(question, doing: "listing the tables of \(connection.place)").compactMap { row in
            guard row.count >= 4, let name = row[2] else { return nil }
            return Table(
                schema: row[1] ?? "", name: name, kind: row[3]?.uppercased() == "VIEW" ? .view : .table, rows: nil,
                bytes: nil)
        }
    }

    private func driversColumns(schema: String?, table: String?) throws(ODBCFault) -> [TableKey: [Column]] {
        let question = CatalogQuestion.columns(catalog: nil, schema: schema, table: table)
        var columns: [TableKey: [Column]] = [:]
        // 4 DATA_TYPE, 5 TYPE_NAME, 6 COLUMN_SIZE, 8 DECIMAL_DIGITS, 10 NULLABLE.
        for row in try connection.catalog(question, doing: "listing the columns of \(connection.place)") {
            guard row.count >= 11, let table = row[2], let name = row[3] else { continue }
            let isNullable = row[10] == "1" ? true : row[10] == "0" ? false : nil
            let described = DescribedColumn(
                name: name, sqlType: row[4].flatMap { Int($0) } ?? 0, size: row[6].flatMap { Int($0) } ?? 0,
                digits: row[8].flatMap { Int($0) } ?? 0, typeName: row[5] ?? "", isNullable: isNullable)
            columns[TableKey(schema: row[1] ?? "", name: table), default: []].append(
                Column(name: name, type: row[5] ?? "", described: described, isNullable: isNullable))
        }
        return columns
    }
}
