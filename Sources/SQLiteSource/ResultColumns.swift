import Ports
import SQLDialects

/// Describes what an object's rows look like and decides, for each column that is wanted, what becomes of it.
struct ResultColumns {
    let request: ReadRequest
    let object: FoundObject

    func plan(on database: Database) throws -> (columns: [ColumnPlan], leftOut: [String]) {
        let described = try describe(on: database)
        try refuseRepeatedNames(described.map(\.name))
        let choices: [String: ColumnChoices.Choice]
        do throws(UnknownChoice) {
            choices = try request.columnChoices.resolved(among: described.map(\.name))
        } catch {
            throw SQLiteFault(.configuration, "\(object.display): \(error.message)", remedy: error.remedy)
        }
        let all = try described.map {
            try ColumnPlan(name: $0.name, declared: $0.declared, choices: request.typeChoices, choices[$0.name])
        }
        if let column = request.splitColumn { _ = try find(column, in: all) }
        var (chosen, leftOut) = try chosen(from: all)
        chosen.removeAll { choices[$0.name]?.isLeftOut == true }
        leftOut.removeAll { choices[$0]?.isLeftOut == true }
        guard !chosen.isEmpty || all.isEmpty else {
            throw SQLiteFault(
                .configuration, "Every column of \(object.display) is left out by ColumnRules",
                remedy: "Keep at least one.")
        }
        return (chosen, leftOut)
    }

    private func describe(on database: Database) throws(SQLiteFault) -> [(name: String, declared: String?)] {
        let sql: String
        if case .query(let query) = object.sort { sql = query } else { sql = "SELECT * FROM " + object.from }
        let statement = try Statement(sql, on: database, doing: "describing \(object.display)")
        var declared = (0..<statement.columnCount).map(statement.declaredType)
        switch object.sort {
        case .view, .query:
            guard declared.contains(nil) else { break }
            let expressions = ExpressionTypes.declared(of: sql, on: database)
            for i in declared.indices where declared[i] == nil && expressions.indices.contains(i) {
                declared[i] = expressions[i]
            }
        case .table, .virtual: break
        }
        return declared.enumerated().map { (statement.name($0), $1) }
    }

    private func refuseRepeatedNames(_ names: [String]) throws(SQLiteFault) {
        var places: [String: Int] = [:]
        for (i, name) in names.enumerated() {
            guard let first = places.updateValue(i, forKey: name) else { continue }
            throw SQLiteFault(
                .configuration, "Columns \(first + 1) and \(i + 1) of \(object.display) are both named '\(name)'",
                remedy: "Give one of them another name: … AS another_name.")
        }
    }

    /// In the wanted order. A name means the column of just that name, else the only one that differs in case alone.
    private func chosen(from all: [ColumnPlan]) throws -> (columns: [ColumnPlan], leftOut: [String]) {
        guard let wanted = request.columns else { return try known(all) }
        guard !wanted.isEmpty else { throw SQLiteFault(.configuration, "The list of columns is empty") }
        var chosen: [ColumnPlan] = []
        for written in wanted {
            let column = try find(written, in: all)
            guard !chosen.contains(where: { $0.name == column.name }) else {
                throw SQLiteFault(.configuration, "Column '\(column.name)' is listed twice")
            }
            chosen.append(column)
        }
        return (chosen, [])
    }

    private func known(_ all: [ColumnPlan]) throws(SQLiteFault) -> (columns: [ColumnPlan], leftOut: [String]) {
        guard let known = request.known else { return (all, []) }
        let (kept, others) = known.divide(all.map(\.name))
        guard !kept.isEmpty else {
            throw SQLiteFault(
                .configuration, "\(object.display) has none of the columns that the table has",
                remedy: "Look whether it is still the same; schema_policy evolve takes its new columns.")
        }
        return (kept.map { all[$0] }, others.map { all[$0].name })
    }

    func find(_ written: String, in all: [ColumnPlan]) throws -> ColumnPlan {
        let parts = try WrittenName(written, dialect: SQLiteSource.dialect).parts
        let name = parts.count == 1 ? parts[0].text : written
        switch NameMatch(name, among: all.map(\.name)) {
        case .exact(let found), .otherCase(let found):
            if let column = all.first(where: { $0.name == found }) { return column }
        case .ambiguous(let names):
            throw SQLiteFault(
                .configuration, "\(object.display) has several columns '\(name)': \(names.joined(separator: ", "))",
                remedy: "Write the one that is meant exactly so.")
        case .none: break
        }
        let names = all.map(\.name)
        let near = NearestName.closest(to: name, among: names)
        throw SQLiteFault(
            .configuration, "\(object.display) has no column '\(name)'",
            remedy: near.isEmpty
                ? "Its columns are " + names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", …" : "") + "."
                : "Did you mean \(near.joined(separator: ", "))?")
    }
}
