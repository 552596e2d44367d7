import Ports

/// Decides by what a read is divided: ranges of ctid, partitions, ranges of a column, or not at all.
struct Division {
    struct Outcome {
        var units: [UnitPlan]
        var readers: Int
        var estimatedRows: Int?
        var notes: [String] = []

        /// Units of another slice go behind those that are there.
        mutating func append(_ other: Outcome, of slice: SliceSource) {
            for var plan in other.units {
                plan.unit.id = units.count
                plan.unit.slice = slice.number
                if let label = slice.label {
                    plan.unit.label = other.units.count == 1 ? label : label + ", " + plan.unit.label
                }
                units.append(plan)
            }
            readers = max(readers, other.readers)
            estimatedRows = estimatedRows.flatMap { known in other.estimatedRows.map { known + $0 } }
            notes += other.notes.filter { !notes.contains($0) }
        }
    }

    let opening: Opening
    let object: ReadObject
    let all: ReadSource
    let plan: PlanText

    private var request: ReadRequest { opening.request }
    private var connection: Connection { opening.exporter }

    static func wholeUnit(_ all: ReadSource, label: String, rows: Int?) -> UnitPlan {
        UnitPlan(unit: ReadUnit(id: 0, label: label, estimatedRows: rows), copy: all.copy())
    }

    func divide() throws(PostgresFault) -> Outcome {
        var whole = Outcome(units: [Self.wholeUnit(all, label: object.display, rows: nil)], readers: 1)
        if request.limit != nil || request.parallelism == .connections(1) {
            whole.estimatedRows = isUnconditional && request.limit == nil ? try rowsOfAll() : nil
            return whole
        }
        if all.window != nil, plan.usesIndexes { return whole }
        if let column = request.splitColumn {
            if let why = plan.obstacleToRanges {
                whole.notes.append("\(object.display) is read by one connection: \(why)")
                return whole
            }
            return try ranges(of: column, readers: told ?? min(PostgresSource.cores, opening.source.maximumConnections))
        }
        guard let relation = object.relation, relation.sort == .table || relation.sort == .partitioned else {
            if let told, told > 1 {
                whole.notes.append(
                    "\(object.display) is read by one connection: it can only be divided by a column, and none was named"
                )
            }
            return whole
        }
        let isByParts = relation.sort == .partitioned || relation.hasChildren
        if connection.serverVersion < 140_000, !isByParts, relation.maySelect,
            let column = try KeyColumn.name(of: relation, on: connection)
        {
            let readers = readers(for: relation.heapBytes + relation.toastBytes)
            guard readers > 1 else { return whole }
            return try ranges(of: column, readers: readers)
        }
        if let why = try obstacle(relation) {
            if (told ?? 2) > 1 { whole.notes.append("\(object.display) is read by one connection: \(why)") }
            whole.estimatedRows = isUnconditional ? relation.estimatedRows : nil
            return whole
        }
        let members = try members(of: relation)
        let blockSize = try connection.execute(
            "SELECT pg_catalog.current_setting('block_size')", doing: "reading the block size")[0, 0]
        return divide(members, of: relation, blockSize: blockSize.flatMap { Int($0) } ?? 8192)
    }

    private var isUnconditional: Bool { request.filter == nil && all.window == nil }

    private var told: Int? {
        if case .connections(let count) = request.parallelism { return min(count, opening.source.maximumConnections) }
        return nil
    }

    private func ranges(of column: String, readers: Int) throws(PostgresFault) -> Outcome {
        try ColumnRanges(
            connection: connection, object: object, all: all, column: column, readers: readers, plannedRows: plan.rows
        ).divide()
    }

    private func readers(for bytes: Int) -> Int {
        told
            ?? WorkDivision.connections(
                bytes: bytes, cores: PostgresSource.cores, limit: opening.source.maximumConnections)
    }

    private func members(of relation: Relation) throws(PostgresFault) -> [Relation] {
        guard relation.sort == .partitioned || relation.hasChildren else { return [relation] }
        return try relation.members(on: connection)
    }

    private func rowsOfAll() throws(PostgresFault) -> Int? {
        guard let relation = object.relation else { return nil }
        return Self.rows(of: try members(of: relation))
    }

    private static func rows(of members: [Relation]) -> Int? {
        let known = members.compactMap(\.estimatedRows)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    /// Why the pieces of a table may not be read on their own.
    private func obstacle(_ relation: Relation) throws(PostgresFault) -> String? {
        if !relation.maySelect { return "only some of its columns may be read" }
        guard relation.sort == .partitioned || relation.hasChildren else {
            if !relation.isHeap { return "it is not stored as a heap" }
            return connection.serverVersion < 140_000
                ? "PostgreSQL before 14 cannot read ranges of pages, and it has no key to divide it by" : nil
        }
        // A partition read by its own name follows its own policies and grants, not its parent's.
        if relation.hasRowSecurity { return "row security applies to it" }
        let members = try members(of: relation)
        if members.isEmpty { return "it has no partitions" }
        if let closed = members.first(where: { !$0.maySelect }) {
            return "its partition \(closed.objectName.display) may not be read by itself"
        }
        if let secured = members.first(where: \.hasRowSecurity) {
            return "row security applies to its partition \(secured.objectName.display) when read by itself"
        }
        // Another server shows each connection a moment of its own.
        if let foreign = members.first(where: { $0.sort == .foreign }) {
            return "its partition \(foreign.objectName.display) is a foreign table"
        }
        return nil
    }

    private func divide(_ members: [Relation], of relation: Relation, blockSize: Int) -> Outcome {
        let bytes = members.reduce(0) { $0 + $1.heapBytes + $1.toastBytes }
        let known = Self.rows(of: members)
        let rows = isUnconditional ? known : nil
        // Of a part, what the planner expects is spread as the rows are.
        let kept = all.window == nil ? nil : plan.rows.map { Double($0) / Double(max(1, known ?? 1)) }
        let readers = readers(for: bytes)
        guard readers > 1 else {
            return Outcome(
                units: [Self.wholeUnit(all, label: object.display, rows: rows)], readers: 1, estimatedRows: rows)
        }
        var units = [UnitPlan]()
        let byParts = members.count > 1 || relation.sort == .partitioned
        let hasRanges = connection.serverVersion >= 140_000
        // The biggest first: a big partition at the end would be read by one connection while the others idle.
        for member in members.sorted(by: {
            ($1.heapBytes + $1.toastBytes, $0.name) < ($0.heapBytes + $0.toastBytes, $1.name)
        }) {
            let size = member.heapBytes + member.toastBytes
            let blocks = member.isHeap && hasRanges && member.sort == .table ? member.heapBytes / blockSize : 0
            for piece in WorkDivision.blocks(count: blocks, bytes: size, readers: readers) {
                let isWhole = piece.predicate == nil
                let name = byParts ? member.objectName.display : ""
                let label =
                    isWhole ? (byParts ? name : object.display) : byParts ? "\(name) \(piece.label)" : piece.label
                let share = Double((piece.end ?? blocks) - piece.first) / Double(max(1, blocks))
                let pieceRows = member.estimatedRows.map { isWhole ? $0 : Int(Double($0) * share) }
                let expected =
                    isUnconditional ? pieceRows : kept.flatMap { kept in pieceRows.map { Int(Double($0) * kept) } }
                let from = byParts ? "ONLY " + member.objectName.sql : all.from
                units.append(
                    UnitPlan(
                        unit: ReadUnit(id: units.count, label: label, estimatedRows: expected),
                        copy: all.copy(and: piece.predicate, from: from)))
            }
        }
        return Outcome(
            units: units, readers: min(readers, units.count), estimatedRows: rows)
    }
}
