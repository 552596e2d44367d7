import Ports
import SQLDialects

/// Finds the watermark of a request, and decides whether its type can be one.
extension ReadPlanning {
    func watermark(_ written: [String], of target: Target) throws -> Watermark {
        let names = target.columns.map(\.described.name)
        let isPlaced = target.places != nil && !written.contains { dialect.names.match($0, among: names).found != nil }
        guard !isPlaced else { return try hidden(written, target) }
        var found: [ReadPlan.Column] = []
        for name in written { found.append(try find(name, among: target.columns, target.display)) }
        var keys: [KeyType] = []
        for column in found { keys.append(try key(of: column.described, target)) }
        let types = found.map { $0.described.databaseType }
        guard Set(types.map(\.name)).count == 1, Set(types.map(\.isUnsigned)).count == 1 else {
            throw ODBCFault(
                .configuration,
                "The watermark columns \(found.map(\.described.name).joined(separator: ", ")) of \(target.display) are of "
                    + "different types (\(types.map(\.description).joined(separator: ", ")))",
                remedy: "Give a query that casts them to one type: COALESCE(a, CAST(b AS …)) AS c.")
        }
        // The one with most digits holds the values of all.
        let widest = types.indices.max {
            (types[$0].digits ?? 0, types[$0].size ?? 0) < (types[$1].digits ?? 0, types[$1].size ?? 0)
        }
        return Watermark(
            columns: found.map(\.described.name), key: keys[widest ?? 0],
            // Of views and queries drivers say more than they know.
            mayBeNull: !(target.table?.kind == .table && found.contains { $0.described.isNullable == false }))
    }

    private func key(of column: DescribedColumn, _ target: Target) throws(ODBCFault) -> KeyType {
        var type = column.databaseType
        // Drivers call a UUID a text.
        let declared = DatabaseType(target.declared[column.name] ?? "")
        if declared.name == "uuid" { type = declared }
        if type.name != "uuid", let key = dialect.key(of: type) { return key }
        let floats = [
            "float", "real", "double", "double precision", "binary_float", "binary_double", "float4", "float8",
        ]
        let why: String
        switch type.name {
        case _ where floats.contains(type.name): why = "a binary fraction, which is rounded when it is compared"
        case "bit", "bool", "boolean": why = "a boolean"
        case "uniqueidentifier", "uuid": why = "a UUID, which grows in no order"
        default: why = "of the type \(type.description), whose values have no order that a window could end in"
        }
        throw ODBCFault(
            .configuration, "The watermark \(column.name) of \(target.display) is \(why)",
            remedy: "Choose a column that grows: a time, a date, or a number that counts up.", column: column.name)
    }

    /// What it is cannot be seen: a time, as nearly all are.
    private func hidden(_ written: [String], _ target: Target) throws(ODBCFault) -> Watermark {
        for name in ["datetime2(6)", "datetime(6)", "timestamp(6)"] {
            guard let key = dialect.key(of: DatabaseType(name)), case .time = key.sort else { continue }
            return Watermark(columns: written, key: key, mayBeNull: false, isHidden: true)
        }
        throw ODBCFault(
            .configuration,
            "The watermark \(written.joined(separator: ", ")) is not among the columns of \(target.display)",
            remedy: "Add it to the query's SELECT list.")
    }

    // MARK: - Slices

    /// One statement or several for each slice.
    func slices(_ windows: ReadWindows, _ whole: SelectStatement, _ target: Target, _ plan: inout ReadPlan) throws {
        precondition(!windows.slices.isEmpty && !windows.columns.isEmpty, "there is something to read")
        guard request.limit == nil else {
            throw ODBCFault(.configuration, "A number of rows cannot be given along with windows")
        }
        let watermark = try watermark(windows.columns, of: target)
        plan.units = []
        var isInPieces = true
        for (number, slice) in windows.slices.enumerated() {
            var part = whole
            if let places = target.places {
                part.from = .query(
                    try UserQuery(try watermark.filled(places, slice, dialect: dialect), lexicon: dialect.lexicon))
            }
            if let condition = try watermark.condition(slice, ends: windows.ends, dialect: dialect) {
                part.conditions.append(condition)
            }
            let label = slice.label(watermark.display)
            let count = SelectStatement(.expressions(["COUNT(*)"]), from: part.from, conditions: part.conditions)
            plan.counts.append(count)
            let units = try divideSlice(&part, target, count, &plan) ?? []
            if units.isEmpty {
                isInPieces = false
                plan.units.append(
                    .init(label: label, sql: try part.sql(dialect), parameters: part.parameters, slice: number))
            }
            for (number, unit) in units.enumerated() {
                var piece = part
                piece.conditions.append(unit.condition)
                plan.units.append(
                    .init(
                        label: label + ", " + self.label(unit, number, of: units.count), sql: try piece.sql(dialect),
                        parameters: piece.parameters,
                        slice: number))
            }
        }
        plan.readsAhead = plan.readsAhead && isInPieces
    }

    /// Small ones stay whole: only where a division would be worth it, rows are counted.
    private func divideSlice(
        _ part: inout SelectStatement, _ target: Target, _ count: SelectStatement, _ plan: inout ReadPlan
    ) throws -> [RangeDivision.Unit]? {
        let (whole, bytes) = (target.table?.rows ?? 0, target.table?.bytes)
        let isHeld = ResultPieces.count(bytes: bytes, quirks: session.connection.quirks) > 1
        let isBig = request.splitColumn != nil || bytes ?? 0 >= ResultPieces.worthConnections
        guard isHeld || isBig && readers > 1 else { return nil }
        let counted = try session.connection.rows(
            try count.sql(dialect), parameters: count.parameters, doing: "counting the rows of \(plan.display)")
        guard let rows = counted.first?[0].flatMap({ Int($0) }), rows > Self.smallSlice else { return nil }
        // The slice's share of the table.
        var table = target.table
        table?.bytes = bytes.map { Int(Double($0) * min(1, Double(rows) / Double(max(rows, whole)))) }
        table?.rows = rows
        var own = plan
        own.notes = []
        guard
            let units = try divide(&part, target.columns, table, &own)
                ?? pieces(part, target.columns, table, target.listing, &own)
        else { return nil }
        plan.readsAhead = plan.readsAhead || own.readsAhead
        plan.notes += own.notes.filter { !plan.notes.contains($0) }
        (plan.readers, plan.isOneMoment, plan.sharing) = (
            max(plan.readers, own.readers), own.isOneMoment, own.sharing ?? plan.sharing
        )
        return units
    }

    private static let smallSlice = 50_000
}
