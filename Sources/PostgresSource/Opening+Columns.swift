import Ports

extension Opening {
    /// Describes the object and decides, for each column that is wanted, what becomes of it.
    func planColumns(
        of object: ReadObject
    ) throws(PostgresFault) -> (plans: [ColumnPlan], leftOut: [String]) {
        let described = try describe(object)
        guard !described.isEmpty else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "\(object.display) has no columns, so there is nothing to read",
                remedy: "Name a table with columns, or a SELECT statement.")
        }
        try refuseRepeatedNames(described, object)
        let choices = try choices(among: described.map(\.name), of: object)
        var (wanted, leftOut) = try choose(described, of: object)
        wanted.removeAll { choices[$0.name]?.isLeftOut == true }
        leftOut.removeAll { choices[$0]?.isLeftOut == true }
        guard !wanted.isEmpty else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "Every column of \(object.display) is left out by ColumnRules",
                remedy: "Keep at least one.")
        }
        let catalog = try TypeCatalog(of: wanted, on: exporter)
        let mapping = TypeMapping(
            choices: request.typeChoices, catalog: catalog,
            checksText: exporter.hasNoEncoding)
        var plans = [ColumnPlan]()
        for (i, column) in wanted.enumerated() { plans.append(try mapping.plan(column, at: i, choices[column.name])) }
        return (plans, leftOut)
    }

    private func choices(
        among names: [String], of object: ReadObject
    ) throws(PostgresFault) -> [String: ColumnChoices.Choice] {
        // Where some columns are granted and others are not, only those that are named were described.
        let isWhole = request.columns == nil || object.relation?.maySelect != false
        do throws(UnknownChoice) {
            return try request.columnChoices.resolved(among: names, isWhole: isWhole)
        } catch {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "\(object.display): \(error.message)", remedy: error.remedy,
                column: error.column)
        }
    }

    private func describe(_ object: ReadObject) throws(PostgresFault) -> [QueryResult.ColumnDescription] {
        let statement: String
        if let query = object.query {
            statement = query
        } else if let relation = object.relation, !relation.maySelect, let names = request.columns {
            // Some columns may be granted; then `*` is refused and these are not.
            statement =
                "SELECT " + names.map { SQLText.identifier($0) }.joined(separator: ", ") + " FROM " + object.from
        } else {
            statement = "SELECT * FROM " + object.from
        }
        do throws(PostgresFault) {
            let result = try exporter.prepare(statement, doing: "describing \(object.display)")
            guard result.parameterCount == 0 else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "The query has a parameter ($1), for which there is no value",
                    remedy: "Write the value into the query.")
            }
            return result.columns
        } catch {
            throw Permission.explained(error, on: object.relation?.objectName, user: exporter.user)
        }
    }

    private func refuseRepeatedNames(
        _ described: [QueryResult.ColumnDescription], _ object: ReadObject
    ) throws(PostgresFault) {
        var places = [String: Int]()
        for (i, column) in described.enumerated() {
            guard let first = places.updateValue(i, forKey: column.name) else { continue }
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "Columns \(first + 1) and \(i + 1) of \(object.display) are both named '\(column.name)'",
                remedy: "Give one of them another name: … AS another_name.", column: column.name)
        }
    }

    /// The wanted columns in the wanted order. A name means the column of just that name, else of its lower-case form.
    private func choose(
        _ described: [QueryResult.ColumnDescription], of object: ReadObject
    ) throws(PostgresFault) -> (wanted: [QueryResult.ColumnDescription], leftOut: [String]) {
        guard let wanted = request.columns else { return try known(described, of: object) }
        guard !wanted.isEmpty else {
            throw PostgresFault(.invalidUse, kind: .configuration, "The list of columns is empty")
        }
        var chosen = [QueryResult.ColumnDescription]()
        for written in wanted {
            let name = Self.unquoted(written.trimmingSpaces())
            guard
                let column = described.first(where: { $0.name == name })
                    ?? described.first(where: { $0.name == name.lowercased() })
            else { throw unknownColumn(name, described.map(\.name), object) }
            guard !chosen.contains(where: { $0.name == column.name }) else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "Column '\(column.name)' is listed twice", column: column.name)
            }
            chosen.append(column)
        }
        return (chosen, [])
    }

    private func known(
        _ described: [QueryResult.ColumnDescription], of object: ReadObject
    ) throws(PostgresFault) -> (wanted: [QueryResult.ColumnDescription], leftOut: [String]) {
        guard let known = request.known else { return (described, []) }
        let names = described.map(\.name)
        let (kept, others) = known.divide(names)
        guard !kept.isEmpty else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "\(object.display) has none of the columns that the table has",
                remedy: "Look whether it is still the same; schema_policy evolve takes its new columns.")
        }
        return (kept.map { described[$0] }, others.map { names[$0] })
    }

    /// By bytes, as SQLText quotes.
    private static func unquoted(_ name: String) -> String {
        let quote = UInt8(ascii: "\"")
        let bytes = Array(name.utf8)
        guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return name }
        var out = [UInt8]()
        var isSecond = false
        for byte in bytes[1..<(bytes.count - 1)] {
            isSecond = byte == quote && !isSecond
            if !(byte == quote && !isSecond) { out.append(byte) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    func unknownColumn(_ name: String, _ names: [String], _ object: ReadObject) -> PostgresFault {
        let near = NearestName.closest(to: name, among: names)
        return PostgresFault(
            .invalidUse, kind: .configuration, "\(object.display) has no column '\(name)'",
            remedy: near.isEmpty
                ? "Its columns are " + names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", …" : "") + "."
                : "Did you mean \(near.joined(separator: ", "))?", sqlstate: "42703", column: name)
    }
}
