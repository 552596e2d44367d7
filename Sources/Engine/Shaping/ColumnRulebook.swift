import Columnar
import Ports

/// What a job's rows of the sheet ColumnRules come to. A rule for every job gives way to the job's own, cell by cell: type,
/// mask (or drop), rename.
package struct ColumnRulebook: Sendable {
    private let rules: [ColumnRule]
    private let job: Job
    private var id: String { job.id }
    /// By which quality rules judge: read even where they don't go into the table. Under whatever names are possible.
    private let judged: Set<String>

    package init(_ job: Job) {
        rules = job.columnRules.filter { $0.job == nil } + job.columnRules.filter { $0.job != nil }
        self.job = job
        var judged = job.qualityRules.flatMap(\.columns)
        if job.qualityRules.contains(where: { $0.kind == .unique && $0.columns.isEmpty }) { judged += job.primaryKey }
        let names = Set(judged.map { $0.lowercased() })
        let renamed = rules.filter { $0.rename.map { names.contains($0.lowercased()) } == true }
        self.judged = names.union(renamed.map { $0.column.lowercased() })
    }

    package var hasMasks: Bool { rules.contains { $0.mask != nil } }

    /// What the source is asked of the columns.
    package var choices: ColumnChoices {
        ColumnChoices(
            rules.map { rule in
                let own = rules.filter { $0.column.lowercased() == rule.column.lowercased() }
                let last = own.last { $0.isDropped || $0.mask != nil }
                var choice = ColumnChoices.Choice(rule.column)
                choice.type = rule.type
                choice.isLeftOut = last?.isDropped == true && !judged.contains(rule.column.lowercased())
                choice.isConcealed = last != nil
                choice.isRequired = rule.job != nil
                return choice
            })
    }

    package static let leftOut = "left out"

    /// What the rules do, for people: a line for each column that they name.
    package var summary: [(column: String, does: String)] {
        var columns: [String] = []
        for rule in rules where !columns.contains(where: { $0.lowercased() == rule.column.lowercased() }) {
            columns.append(rule.column)
        }
        return columns.compactMap { column in
            let own = rules.filter { $0.column.lowercased() == column.lowercased() }
            let last = own.last { $0.isDropped || $0.mask != nil }
            if last?.isDropped == true { return (column, Self.leftOut) }
            let parts = [
                own.last { $0.type != nil }?.type.map { "as \($0)" }, last?.mask.map { "masked by \($0)" },
                own.last { $0.rename != nil }?.rename.map { "called \($0)" },
            ].compactMap(\.self)
            return parts.isEmpty ? nil : (column, parts.joined(separator: ", "))
        }
    }

    /// What the source may call a column of the table: a row for every job renames it only where the source has its column.
    func sourceNames(of column: String) -> [String] {
        [column] + rules.filter { $0.rename == column }.map(\.column)
    }

    /// What the table calls a column that a cell of the job's row names.
    package func tableName(of column: String) -> String {
        rules.last { $0.column.lowercased() == column.lowercased() && $0.rename != nil }?.rename ?? column
    }

    /// What becomes of the columns that a source reads. Throws where a rule does not fit.
    package func ruling(of schema: Schema, masks: (any MaskMaker)?) throws -> ColumnRuling {
        guard !rules.isEmpty else { return ColumnRuling(schema) }
        let names = schema.fields.map(\.name)
        if let exposed = job.spelledBySource(among: names).exposedColumn {
            throw EngineFault(
                .configuration,
                "\(id): ColumnRules \(exposed.rule.isDropped ? "drops" : "masks") '\(exposed.rule.column)', which \(exposed.reason)",
                remedy: "Nothing was loaded. Choose another column for that, or take the rule away.")
        }
        let left = choices
        for choice in left.all where choice.isRequired && !choice.isLeftOut && job.object.columns.isEmpty {
            guard ColumnChoices.columns(choice.column, among: names).isEmpty else { continue }
            let fault = UnknownChoice(
                column: choice.column, near: NearestName.closest(to: choice.column, among: names))
            throw EngineFault(.configuration, "\(id): \(fault.message)", remedy: fault.remedy)
        }
        var columns: [ColumnRuling.Column] = []
        for (index, field) in schema.fields.enumerated() {
            let own = rules.filter { ColumnChoices.columns($0.column, among: names).contains(field.name) }
            let last = own.last { $0.isDropped || $0.mask != nil }
            if last?.isDropped == true { continue }
            // A source that knows nothing of wishes reads the column as ever.
            if let wanted = own.last(where: { $0.type != nil })?.type, wanted.columnType != field.type {
                throw EngineFault(
                    .configuration,
                    "\(id): ColumnRules asks for the type \(wanted) for '\(field.name)', which this source reads as \(field.type)",
                    remedy: "Leave the cell type empty.")
            }
            let name = own.last { $0.rename != nil }?.rename ?? field.name
            guard let rule = last?.mask else {
                columns.append(.init(field: Field(name, field.type), origin: index))
                continue
            }
            guard let masks else {
                throw EngineFault(
                    .configuration, "\(id): ColumnRules asks for a mask on '\(field.name)', and there are no masks here"
                )
            }
            let mask = try masks.mask(rule, of: field)
            columns.append(.init(field: Field(name, mask.type), origin: index, mask: mask))
        }
        do { return try ColumnRuling(columns, of: schema) } catch {
            throw EngineFault(
                .configuration, "\(id): with ColumnRules applied: \(error.description)",
                remedy: "Change the rename or drop cells of ColumnRules.")
        }
    }
}
