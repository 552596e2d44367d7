import Ports
import SQLDialects

/// One unit with the statement that reads it.
struct UnitPlan: Equatable, Sendable {
    var unit: ReadUnit
    var sql: String
    var parameters: [Statement.Parameter] = []
}

/// Decides by what a read is divided: ranges of rowids, or not at all.
struct Division {
    struct Outcome {
        var units: [UnitPlan]
        var readers: Int
        var estimatedRows: Int?
        var notes: [String] = []
        /// Added up, they are the rows of all units.
        var counts: [Count] = []
    }

    /// A SELECT of a number of rows.
    struct Count: Equatable {
        var from: String
        var conditions: [String]
        var parameters: [Statement.Parameter] = []
        var limit: Int?

        func sql(and condition: String? = nil) -> String {
            let all = conditions + (condition.map { [$0] } ?? [])
            let rows = "\(from)" + (all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND "))
            return limit.map { "SELECT count(*) FROM (SELECT 1 FROM \(rows) LIMIT \($0))" }
                ?? "SELECT count(*) FROM \(rows)"
        }
    }

    let request: ReadRequest
    let object: FoundObject
    let columns: [ColumnPlan]
    let database: Database
    let readers: Int

    func divide() throws -> Outcome {
        if let windows = request.windows { return try divide(windows) }
        let filter = try filter()
        var whole = Outcome(
            units: [UnitPlan(unit: unit(0, object.display, nil), sql: try select([filter]))], readers: 1)
        whole.counts = [Count(from: object.from, conditions: [filter].compactMap { $0 }, limit: request.limit)]
        // Compiled here once, so that what is wrong with the filter is said before anything is made.
        _ = try Statement(whole.units[0].sql, on: database, doing: "compiling the read of \(object.display)")
        guard let rowid = object.rowid, request.limit == nil else {
            if told > 1 || request.splitColumn != nil {
                whole.notes.append(
                    "\(object.display) is read by one connection: only tables that are stored by rowid are divided")
            }
            return whole
        }
        let stretches = try RowidRanges(database: database, table: object.from, rowid: rowid).survey()
        // Rowids may span all 64 bits, and then an estimate says little.
        let rows = min(stretches.reduce(0) { $0 + $1.rows }, 1e15)
        if filter == nil { whole.estimatedRows = Int(rows) }
        whole.units[0].unit.estimatedRows = whole.estimatedRows
        let pieces = min(readers * 16, Int(rows / Opening.smallestUnitRows))
        let bounds = RowidRanges.bounds(stretches, pieces: pieces)
        guard readers > 1, !bounds.isEmpty else { return whole }
        var units: [UnitPlan] = []
        for (i, piece) in Self.pieces(bounds, rowid: rowid).enumerated() {
            let rows = whole.estimatedRows.map { $0 / (bounds.count + 1) }
            units.append(UnitPlan(unit: unit(i, piece.label, rows), sql: try select([filter] + piece.conditions)))
        }
        return Outcome(
            units: units, readers: min(readers, units.count), estimatedRows: whole.estimatedRows, counts: whole.counts)
    }

    func filter() throws -> String? {
        try request.filter.map { filter -> String in
            try UserQuery.checkCondition(filter, lexicon: SQLiteSource.dialect.lexicon)
            // The line end closes a comment.
            return "(\(filter)\n)"
        }
    }

    private var told: Int {
        if case .connections(let count) = request.parallelism { count } else { 1 }
    }

    /// What lies between the bounds; the first piece is open below and the last one above.
    static func pieces(_ bounds: [Int64], rowid: String) -> [(label: String, conditions: [String?])] {
        (0...bounds.count).map { i in
            let low = i > 0 ? bounds[i - 1] : nil
            let high = i < bounds.count ? bounds[i] : nil
            let label =
                low.map { "rowids \($0)–\(high.map { String($0 - 1) } ?? "end")" }
                ?? high.map { "rowids to \($0 - 1)" } ?? "all rowids"
            return (label, [low.map { "\(rowid) >= \($0)" }, high.map { "\(rowid) < \($0)" }])
        }
    }

    private func unit(_ id: Int, _ label: String, _ rows: Int?) -> ReadUnit {
        ReadUnit(id: id, label: label, estimatedRows: rows)
    }

    func select(_ conditions: [String?]) throws -> String {
        let conditions = conditions.compactMap { $0 }
        if case .query(let query) = object.sort, conditions.isEmpty, request.limit == nil, request.takesAll {
            return query
        }
        var list: [String] = []
        for column in columns { list.append(try SQLiteSource.dialect.identifier(column.name)) }
        if let rowid = object.rowid { list.append(rowid) }
        return "SELECT \(list.joined(separator: ", ")) FROM \(object.from)"
            + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
            + (request.limit.map { " LIMIT \($0)" } ?? "")
    }
}
