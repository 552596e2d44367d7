import Ports
import SQLDialects

/// What a request reads: the object that its name means, the columns and how each is selected, and the statements that
/// together bring every row once.
package struct ReadPlan: Sendable {
    package struct Column: Equatable, Sendable {
        /// The column itself, with what its declaration tells more; not as the SELECT delivers it where that casts it.
        package var described: DescribedColumn
        package var reading: ColumnReading
    }

    package struct Unit: Equatable, Sendable {
        package var label: String
        package var sql: String
        /// Bound as text, in order.
        package var parameters: [String]
        package var estimatedRows: Int?
        /// Which of the request's slices its rows belong to.
        package var slice = 0
    }

    /// For messages.
    package var display: String
    package var columns: [Column]
    /// Columns of the object that `ReadRequest.known` does not have.
    package var leftOut: [String] = []
    /// What is asked of them, by their names.
    var choices: [String: ColumnChoices.Choice] = [:]
    /// Not empty.
    package var units: [Unit]
    package var readers: Int
    /// Two results of units may be in memory at a time.
    var readsAhead = false
    package var estimatedRows: Int?
    /// Whether all units show one moment: the session's own for a single reader, else one that their statements name.
    package var isOneMoment: Bool
    /// Set where further connections may take part once they are known to show the same moment.
    package var sharing: MomentSharing?
    /// Added up, they are the rows of all units.
    var counts: [SelectStatement] = []
    package var notes: [String]
}

extension ReadPlan {
    /// - Parameters:
    ///   - session: one whose moment has begun (`beginMoment`), as `moment` says.
    ///   - readers: how many connections may be used where the request leaves it open.
    package static func make(
        _ request: ReadRequest, on session: ODBCSession, moment: ODBCSession.Moment, readers: Int
    ) throws(ODBCFault) -> ReadPlan {
        do {
            let finder = ObjectFinder(session.connection, dialect: session.dialect)
            return try ReadPlanning(
                request: request, session: session, moment: moment, mostReaders: readers, finder: finder
            ).plan()
        } catch let fault as ODBCFault {
            throw fault
        } catch let fault as CatalogFault {
            let names = fault.near.map { VisibleText.quoted($0) }.joined(separator: ", ")
            let meant: String? =
                names.isEmpty
                ? nil : fault.reason == .ambiguousName ? "Write one of \(names)." : "Did you mean \(names)?"
            throw ODBCFault(fault.kind, fault.message, remedy: fault.remedy ?? meant)
        } catch let fault as any Fault {
            throw ODBCFault(fault.kind, fault.message, remedy: fault.remedy)
        } catch {
            preconditionFailure("only faults are thrown here")
        }
    }
}

struct ReadPlanning {
    /// What a request names, found and described.
    struct Target {
        var from: SelectStatement.From
        /// Nil for a query, and where there is no list of tables.
        var table: CatalogListing.Table?
        var display: String
        var columns: [ReadPlan.Column]
        /// Types by the names of a table's columns, as the catalog has them.
        var declared: [String: String] = [:]
        var listing: CatalogListing
        /// Of a query that is read in windows. `from` has NULL there.
        var places: WatermarkPlaces?
        var notes: [String] = []
    }

    let request: ReadRequest
    let session: ODBCSession
    let moment: ODBCSession.Moment
    let mostReaders: Int
    let finder: ObjectFinder

    var dialect: any SQLDialect { session.dialect }

    func target() throws -> Target {
        var target: Target
        switch request.object {
        case .table(let text):
            let found = try finder.find(text)
            target = Target(
                from: .table(found.name), table: found.table,
                display: found.table?.tableName.description ?? "the table", columns: [], listing: finder.listing,
                notes: found.notes)
        case .query(let text):
            let places = try WatermarkPlaces(text, lexicon: dialect.lexicon)
            let query = try UserQuery(places?.filled(from: "NULL", to: "NULL") ?? text, lexicon: dialect.lexicon)
            target = Target(
                from: .query(query), display: "the query", columns: [], listing: finder.listing, places: places)
        }
        (target.columns, target.declared) = try columns(
            of: target.from, table: target.table, listing: finder.listing, target.display)
        return target
    }

    func plan() throws -> ReadPlan {
        let target = try target()
        let (from, table, display, all) = (target.from, target.table, target.display, target.columns)
        var notes = target.notes
        let choices = try choices(of: target)
        var (chosen, leftOut) = try choose(from: all, display)
        chosen.removeAll { choices[$0.described.name]?.isLeftOut == true }
        leftOut.removeAll { choices[$0]?.isLeftOut == true }
        guard !chosen.isEmpty else {
            throw ODBCFault(
                .configuration, "Every column of \(display) is left out by ColumnRules", remedy: "Keep at least one.")
        }
        for column in chosen { column.reading.note.map { notes.append("\(column.described.name): \($0)") } }
        let conditions = try request.filter.map { [try Condition.written($0, dialect: dialect)] } ?? []
        let rows = request.filter == nil && request.limit == nil ? table?.rows : nil
        let isPlain = request.takesAll && chosen.allSatisfy(\.reading.isPlain)
        let list: SelectStatement.List =
            isPlain ? .all : .columns(chosen.map { .init($0.described.name, $0.reading) })
        var whole = SelectStatement(list, from: from, conditions: conditions, limit: request.limit)
        var plan = ReadPlan(
            display: display, columns: chosen, leftOut: leftOut, units: [], readers: 1, estimatedRows: rows,
            isOneMoment: moment == .one, notes: notes)
        plan.choices = choices
        if case .none(let why) = moment { plan.notes.append("not a snapshot: \(why)") }
        plan.units = [
            .init(label: display, sql: try whole.sql(dialect), parameters: whole.parameters, estimatedRows: rows)
        ]
        if let windows = request.windows {
            try slices(windows, whole, target, &plan)
            return plan
        }
        plan.counts = [whole]
        plan.counts[0].list = .expressions(["COUNT(*)"])
        let divided = try divide(&whole, all, table, &plan)
        guard let units = try divided ?? pieces(whole, all, table, finder.listing, &plan) else {
            if case .connections(let told) = request.parallelism, told > 1, request.splitColumn == nil {
                plan.notes.append(
                    "\(plan.display) is read by one connection: it can only be divided by a column, and none was named")
            }
            return plan
        }
        plan.units = try units.enumerated().map { number, unit in
            var part = whole
            part.conditions.append(unit.condition)
            let label = label(unit, number, of: units.count)
            return .init(label: label, sql: try part.sql(dialect), parameters: part.parameters, estimatedRows: nil)
        }
        return plan
    }

    /// The ends of a range are values: where any must not be shown, a unit has a number.
    func label(_ unit: RangeDivision.Unit, _ number: Int, of count: Int) -> String {
        request.columnChoices.concealsAny ? "part \(number + 1) of \(count)" : unit.label
    }

    // MARK: - Columns

    private func choices(of target: Target) throws -> [String: ColumnChoices.Choice] {
        let names = Set(target.columns.map(\.described.name)).union(target.declared.keys)
        do throws(UnknownChoice) { return try request.columnChoices.resolved(among: names.sorted()) } catch {
            throw ODBCFault(
                .configuration, "\(target.display): \(error.message)", remedy: error.remedy, column: error.column)
        }
    }

    /// Where columns are named, only those that matter: the user may be allowed to read no others.
    private func columns(
        of from: SelectStatement.From, table: CatalogListing.Table?, listing: CatalogListing, _ display: String
    ) throws -> (columns: [ReadPlan.Column], declared: [String: String]) {
        var declared: [String: String] = [:]
        var names: [String] = []
        if let table {
            let schema = table.schema.isEmpty ? nil : table.schema
            for column in try listing.columns(schema: schema, table: table.name)[table.key] ?? [] {
                declared[column.name] = column.type
                names.append(column.name)
            }
        }
        var list = SelectStatement.List.all
        if let wanted = request.columns, !names.isEmpty {
            var chosen: [String] = []
            for name in wanted + (request.splitColumn.map { [$0] } ?? []) + (request.windows?.columns ?? []) {
                let found = try match(name, among: names, display)
                if !chosen.contains(found) { chosen.append(found) }
            }
            list = .columns(chosen.map { .init($0) })
        }
        do {
            return (try describe(list, from, declared, display), declared)
        } catch var fault as ODBCFault where fault.isLackOfPermission {
            // Some databases list only what may be read.
            let granted = SelectStatement.List.columns(names.map { .init($0) })
            let isReadable = request.columns == nil && (try? describe(granted, from, declared, display)) != nil
            fault.remedy =
                (!names.isEmpty && isReadable
                    ? "This user may read \(names.prefix(20).joined(separator: ", ")): list these in columns (--columns). "
                    : "") + "Its owner can allow it: GRANT SELECT ON \(display) TO the user."
            throw fault
        }
    }

    private func describe(
        _ list: SelectStatement.List, _ from: SelectStatement.From, _ declared: [String: String], _ display: String
    ) throws -> [ReadPlan.Column] {
        let sql = try SelectStatement(list, from: from).sql(dialect)
        return try session.connection.describe(sql, doing: "describing \(display)").map { column in
            let column = declared[column.name].map { column.refined(declared: $0, dialect: dialect) } ?? column
            return ReadPlan.Column(described: column, reading: dialect.reading(of: column.databaseType))
        }
    }

    private func choose(
        from all: [ReadPlan.Column], _ display: String
    ) throws -> (chosen: [ReadPlan.Column], leftOut: [String]) {
        if let wanted = request.columns { return (try wanted.map { try find($0, among: all, display) }, []) }
        guard let known = request.known else { return (all, []) }
        let (kept, others) = known.divide(all.map(\.described.name))
        guard !kept.isEmpty else {
            throw ODBCFault(
                .configuration, "\(display) has none of the columns that the table has",
                remedy: "Look whether it is still the same; schema_policy evolve takes its new columns.")
        }
        return (kept.map { all[$0] }, others.map { all[$0].described.name })
    }

    func find(_ name: String, among all: [ReadPlan.Column], _ display: String) throws -> ReadPlan.Column {
        let found = try match(name, among: all.map(\.described.name), display)
        guard let column = all.first(where: { $0.described.name == found }) else {
            preconditionFailure("a match is one of the candidates")
        }
        return column
    }

    private func match(_ name: String, among names: [String], _ display: String) throws -> String {
        switch dialect.names.match(name, among: names) {
        case .exact(let found), .otherCase(let found): return found
        case .ambiguous(let several):
            throw ODBCFault(
                .configuration, "\(display) has several columns like \(VisibleText.quoted(name)), by case alone",
                remedy: "Write one of \(several.joined(separator: ", ")).", column: name)
        case .none(let near):
            throw ODBCFault(
                .configuration, "\(display) has no column \(VisibleText.quoted(name))",
                remedy: near.isEmpty
                    ? "It has, as far as this user may see: \(names.prefix(20).joined(separator: ", "))."
                    : "Did you mean \(near.joined(separator: ", "))?", column: name)
        }
    }

    // MARK: - Division

    var readers: Int {
        if case .connections(let count) = request.parallelism { min(count, mostReaders) } else { mostReaders }
    }

    /// Where the moments of several connections can be proved equal, and the table is one that they show.
    private func sharing(
        _ from: SelectStatement.From, _ table: CatalogListing.Table?, connections: Int, otherwise: String?
    ) throws -> MomentSharing? {
        guard let table, moment == .one, connections > 1, dialect.session.consistent?.proof != nil,
            let question = try dialect.isInSnapshot(
                schema: table.schema.isEmpty ? nil : table.schema, table: table.name),
            try session.connection.rows(question, doing: "looking at \(table.tableName)").first?.first == "1"
        else { return nil }
        // Columns that the user may read.
        let list: SelectStatement.List = request.columns == nil ? .all : .expressions(["1"])
        let probe = SelectStatement(list, from: from, conditions: [Condition("1 = 0")])
        return MomentSharing(connections: connections, probe: try probe.sql(dialect), otherwise: otherwise)
    }

    /// One that a table can be read as of, and that the user may read it as of. A query names its tables itself: there is no
    /// place for it.
    private func sharedMoment(_ from: SelectStatement.From) throws -> String? {
        guard case .table = from, let moment = session.sharedMoment() else { return nil }
        let probe = SelectStatement(.expressions(["1"]), from: from, conditions: [Condition("1 = 0")], moment: moment)
        let sql = try probe.sql(dialect)
        return (try? session.connection.rows(sql, doing: "trying the moment")) == nil ? nil : moment
    }

    /// Only by a column that is named: without one it costs a sample and, nearly everywhere, the one moment.
    func divide(
        _ whole: inout SelectStatement, _ all: [ReadPlan.Column], _ table: CatalogListing.Table?, _ plan: inout ReadPlan
    ) throws -> [RangeDivision.Unit]? {
        guard let name = request.splitColumn, readers > 1, request.limit == nil else { return nil }
        let column = try find(name, among: all, plan.display).described
        let shared = try sharedMoment(whole.from)
        let division = RangeDivision(
            connection: session.connection, dialect: dialect, from: whole.from, conditions: whole.conditions,
            moment: shared)
        let outcome = try division.divide(
            by: column.name, of: column.databaseType, pieces: readers * 4,
            rows: request.filter == nil ? table?.rows : nil)
        switch outcome {
        case .whole(let why):
            plan.notes.append("\(plan.display) is read by one connection: \(why)")
            return nil
        case .units(let units):
            let isShared = shared != nil
            whole.moment = shared
            plan.readers = min(readers, units.count)
            plan.isOneMoment = isShared
            if !isShared {
                let note =
                    "not a snapshot: \(plan.readers) connections to \(dialect.title) see each its own moment; one "
                    + "connection (--parallel 1) sees a single one"
                plan.sharing = try sharing(whole.from, table, connections: plan.readers, otherwise: note)
                if plan.sharing == nil { plan.notes.append(note) }
            }
            return units
        }
    }
}

extension ReadPlanning {
    /// Ranges of the primary key: so that no result is larger than memory allows, where the driver keeps whole ones, and for
    /// several connections where they can show one moment. One after the other on the one connection otherwise.
    func pieces(
        _ whole: SelectStatement, _ all: [ReadPlan.Column], _ table: CatalogListing.Table?, _ listing: CatalogListing,
        _ plan: inout ReadPlan
    ) throws -> [RangeDivision.Unit]? {
        let connection = session.connection
        guard request.limit == nil, request.splitColumn == nil || readers == 1, let table, let bytes = table.bytes
        else { return nil }
        let sharing =
            bytes < ResultPieces.worthConnections
            ? nil
            : try sharing(
                whole.from, table, connections: readers, otherwise: "\(plan.display) is read by one connection")
        let forMemory = ResultPieces.count(
            bytes: bytes, connections: sharing?.connections ?? 1, quirks: connection.quirks)
        let count = max(forMemory, sharing == nil ? 1 : readers * 4)
        guard count > 1 else { return nil }
        func remark(_ why: String) {
            guard forMemory > 1 else { return }
            let driver = "\(connection.identity.driver) \(connection.identity.driverVersion)"
            plan.notes.append(ResultPieces.note(plan.display, bytes: bytes, driver: driver, why: why))
        }
        let keys = try listing.facts(schema: table.schema.isEmpty ? nil : table.schema, table: table.name).primaryKeys
        guard let name = keys[table.key]?.first else {
            remark("it has no primary key")
            return nil
        }
        let own = all.first { $0.described.name == name }
        let list = SelectStatement.List.columns([.init(name)])
        guard let column = (own ?? (try? describe(list, whole.from, [:], plan.display))?.first)?.described else {
            remark("its primary key may not be read by this user")
            return nil
        }
        let division = RangeDivision(
            connection: connection, dialect: dialect, from: whole.from, conditions: whole.conditions)
        let outcome = try division.divide(
            by: column.name, of: column.databaseType, pieces: count, rows: table.rows, isIndexed: true)
        switch outcome {
        case .whole(let why):
            remark(why)
            return nil
        case .units(let units):
            plan.sharing = sharing
            plan.readsAhead = sharing == nil && forMemory > 1 && connection.quirks.fetchesBesideStatements
            return units
        }
    }
}

extension ReadRequest.Object {
    var isQuery: Bool { if case .query = self { true } else { false } }
}
