import Columnar
import Engine
import Masks
import Ports
import Quality
import Workbook

/// What a source shows of one row of SourceConfig, cell by cell.
struct JobSurvey {
    let row: Int
    var job: Job
    /// Its query compares the watermark itself.
    var placesWatermark = false
    let qualityRules: [(row: Int, rule: QualityRule)]
    let columnRules: [(row: Int, rule: ColumnRule)]
    /// Of quality rules `sql`, those that the source does not understand.
    var refusedConditions: [(row: Int, text: String, fault: CatalogFault)] = []

    func remarks(_ answer: Result<ObjectDescription, CatalogFault>) -> [SourceRemark] {
        switch answer {
        case .failure(let fault): return [remark(of: fault)]
        case .success(let description):
            // A column that is renamed may be called either.
            var survey = self
            survey.job = job.spelledBySource(among: description.columns.map(\.name))
            return survey.remarks(description)
        }
    }

    private func remarks(_ description: ObjectDescription) -> [SourceRemark] {
        var remarks = Remarks(row: row, object: displayName(description), columns: description.columns)
        name(description, &remarks)
        permission(description, &remarks)
        if let fault = description.filterFault {
            remarks.add(.error, .queryFilter, value: job.object.filter, text(of: fault))
        }
        selection(&remarks)
        for name in job.primaryKey { remarks.find(name, .primaryKey) }
        watermark(description, &remarks)
        if let column = job.partitioning.column { remarks.find(column, .partitionColumn) }
        for (row, text, fault) in refusedConditions {
            remarks.all.append(
                SourceRemark(
                    .error, .qualityRule(row: row, .argument), value: text,
                    "\(remarks.object) of '\(job.id)': \(self.text(of: fault))"))
        }
        rules(&remarks)
        lossyColumns(&remarks)
        return remarks.all
    }

    private var isQuery: Bool { job.object.query != nil }

    private func displayName(_ description: ObjectDescription) -> String {
        description.table.map { $0.name.description } ?? "the query"
    }

    // MARK: - The object

    private func remark(of fault: CatalogFault) -> SourceRemark {
        let table = job.object.table
        func near(_ column: String) -> String {
            guard !fault.near.isEmpty else { return "" }
            let names = fault.near.map { VisibleText.quoted($0) }.joined(separator: ", ")
            return fault.reason == .ambiguousName ? " Write one of \(names)." : " Did you mean \(names)?"
        }
        let (column, value): (JobColumn, String?) =
            switch fault.reason {
            case .unknownSchema: (.schemaName, job.object.schema)
            case .unknownTable, .ambiguousName: (.tableName, table)
            case .noPermission, .unreachable, .cancelled, .other: (isQuery ? .query : .tableName, nil)
            case .refusedStatement: (isQuery ? .query : .tableName, nil)
            }
        return SourceRemark(
            .error, .job(row: row, column), value: value, text(of: fault) + near(column.name))
    }

    /// The fault's sentences, ended as sentences.
    private func text(of fault: any Fault) -> String {
        [fault.message, fault.remedy].compactMap(\.self).map {
            $0.last.map { ".?!;…".contains($0) } ?? true ? $0 : $0 + "."
        }
        .joined(separator: " ")
    }

    private func name(_ description: ObjectDescription, _ remarks: inout Remarks) {
        for note in description.notes { remarks.add(.note, isQuery ? .query : .tableName, note + ".") }
    }

    /// Of the columns that the job reads.
    private func permission(_ description: ObjectDescription, _ remarks: inout Remarks) {
        guard let table = description.table else { return }
        let wanted = job.object.columns.isEmpty ? nil : Set(job.object.columns.compactMap { remarks.column($0)?.name })
        // What ColumnRules leaves out is not read.
        let choices = (try? ColumnRulebook(job).choices.resolved(among: description.columns.map(\.name))) ?? [:]
        let closed = description.columns.filter {
            $0.maySelect == false && wanted?.contains($0.name) != false && choices[$0.name]?.isLeftOut != true
        }
        guard !closed.isEmpty else { return }
        let remedy = table.missingGrant.map { " Its owner can allow it: \($0)" } ?? ""
        if closed.count == description.columns.count {
            remarks.add(.error, .tableName, value: job.object.table, "\(remarks.object) may not be read.\(remedy)")
            return
        }
        let names = closed.prefix(10).map { VisibleText.quoted($0.name) }.joined(separator: ", ")
        let more = closed.count > 10 ? " and \(closed.count - 10) more" : ""
        let other = wanted == nil ? " Or list the columns to read in the column columns." : ""
        remarks.add(
            .error, wanted == nil ? .tableName : .columns,
            "\(closed.count == 1 ? "The column" : "The columns") \(names)\(more) of \(remarks.object) may not be read."
                + remedy + other)
    }

    private func selection(_ remarks: inout Remarks) {
        for name in job.object.columns { remarks.find(name, .columns) }
    }

    // MARK: - Watermark

    private func watermark(_ description: ObjectDescription, _ remarks: inout Remarks) {
        guard let watermark = job.watermark else { return }
        var found: [CatalogColumn] = []
        for name in watermark.columns {
            if placesWatermark, remarks.isUnknown(name) {
                remarks.add(
                    .warning, .watermarkColumn, value: name,
                    "\(VisibleText.quoted(name)) is not a column of the query, which compares it itself: whether it is fit to be "
                        + "a watermark cannot be seen. Add it to the query's columns.")
                continue
            }
            guard let column = remarks.find(name, .watermarkColumn) else { continue }
            found.append(column)
        }
        // Rows whose first column is NULL are taken by a later one that never is.
        let isCovered = watermark.onNull != .skip || found.contains { $0.isNullable == false }
        for column in found {
            let fit = WatermarkFit(column: column)
            for remark in fit.remarks(hasZone: watermark.timezone != nil, isAlone: found.count == 1 && !isCovered) {
                remarks.add(
                    remark.severity, .watermarkColumn, value: column.name,
                    "\(VisibleText.quoted(column.name)) (\(column.sourceType)) \(remark.message)")
            }
        }
        guard found.count > 1, let first = found.first else { return }
        for other in found.dropFirst() where WatermarkFit(column: other).family != WatermarkFit(column: first).family {
            remarks.add(
                .error, .watermarkColumn, value: watermark.columns.joined(separator: ", "),
                "\(VisibleText.quoted(other.name)) is \(WatermarkFit(column: other).family) (\(other.sourceType)), but "
                    + "\(VisibleText.quoted(first.name)) is \(WatermarkFit(column: first).family) (\(first.sourceType)): "
                    + "columns that stand in for each other are of one type.")
        }
        if watermark.timezone != nil,
            !found.isEmpty,
            !found.contains(where: { if case .localTime = $0.nature { true } else { false } })
        {
            remarks.add(
                .note, .watermarkTimezone, value: watermark.timezone,
                "The watermark is no time without a zone; watermark_timezone has no effect.")
        }
        if found.count > 1, !isCovered, found.allSatisfy({ $0.isNullable == true }) {
            remarks.add(
                .note, .watermarkColumn, value: watermark.columns.joined(separator: ", "),
                "All of these may be NULL; rows where all are NULL are not loaded (on_null_watermark).")
        }
    }

    // MARK: - Rules and types

    private func rules(_ remarks: inout Remarks) {
        qualityRules(&remarks)
        for (row, rule) in columnRules {
            if rule.job == job.id {
                remarks.find(rule.column, .columnRule(row: row, .column))
            } else if rule.job != nil {
                continue
            }
            var own = job
            own.columnRules = [rule]
            // The workbook alone says so of a row for one job only.
            if rule.job == nil, rule.rename != nil, let exposed = own.exposedColumn {
                remarks.all.append(
                    SourceRemark(
                        .error, .columnRule(row: row, .mask), value: rule.column,
                        "\(VisibleText.quoted(rule.column)) \(exposed.reason)."))
            }
            let names = ColumnChoices.columns(rule.column, among: remarks.columns.map(\.name))
            for column in remarks.columns where names.contains(column.name) {
                remarks.all += Self.remarks(on: rule, row, column)
            }
        }
    }

    /// As a load would bind them, before it reads a row. A rule for every job is for those that have its column.
    private func qualityRules(_ remarks: inout Remarks) {
        let fields = remarks.columns.map { column in
            let wanted = columnRules.last {
                $0.rule.type != nil && ($0.rule.job == nil || $0.rule.job == job.id)
                    && ColumnChoices.columns($0.rule.column, among: [column.name]) == [column.name]
            }
            return Field(column.name, wanted?.rule.type.map(\.columnType) ?? column.type)
        }
        for (row, written) in qualityRules where written.job == nil || written.job == job.id {
            var own = job
            own.qualityRules = [written]
            let rule = own.spelledBySource(among: fields.map(\.name)).qualityRules[0]
            do { _ = try RuleBinding.bind(rule, to: fields, primaryKey: job.primaryKey) } catch {
                guard rule.job != nil || !error.isUnknownColumn else { continue }
                if error.isUnknownColumn {
                    // Said with the source's own type of what may have been meant.
                    for name in rule.columns { remarks.find(name, .qualityRule(row: row, .column)) }
                    continue
                }
                let cell: QualityRuleColumn =
                    switch error.cell {
                    case .column: .column
                    case .rule: .rule
                    case .argument: .argument
                    }
                remarks.all.append(
                    SourceRemark(.error, .qualityRule(row: row, cell), value: error.value, error.message))
            }
        }
    }

    /// Whether the column can be read and masked as its rule says.
    private static func remarks(on rule: ColumnRule, _ row: Int, _ column: CatalogColumn) -> [SourceRemark] {
        var remarks: [SourceRemark] = []
        var type = column.type
        if let wanted = rule.type {
            if column.canBeRead(as: wanted) {
                type = wanted.columnType
            } else {
                let refusal = TypeRefusal(wanted, column: column.name, sourceType: column.sourceType) {
                    column.canBeRead(as: $0)
                }
                remarks.append(
                    SourceRemark(
                        .error, .columnRule(row: row, .type), value: "\(wanted)",
                        "\(refusal.message). \(refusal.remedy)"))
            }
        }
        if let mask = rule.mask, let problem = ColumnMasks.problem(with: mask, of: type) {
            remarks.append(
                SourceRemark(
                    .error, .columnRule(row: row, .mask), value: column.name,
                    "\(VisibleText.quoted(column.name)): \(problem)."))
        }
        return remarks
    }

    /// Columns for which a person has to choose, and has not.
    private func lossyColumns(_ remarks: inout Remarks) {
        let wanted = job.object.columns.isEmpty ? nil : Set(job.object.columns.compactMap { remarks.column($0)?.name })
        let decided = Set(
            columnRules.filter { $0.rule.job == job.id || $0.rule.job == nil }
                .filter { $0.rule.type != nil || $0.rule.isDropped }.compactMap { remarks.column($0.rule.column)?.name }
        )
        for column in remarks.columns where column.verdict.kind == .decision && !decided.contains(column.name) {
            guard wanted?.contains(column.name) != false else { continue }
            remarks.add(
                .warning, wanted != nil ? .columns : isQuery ? .query : .tableName, value: column.name,
                "\(VisibleText.quoted(column.name)) (\(column.sourceType)) of \(remarks.object) needs a decision: "
                    + "\(column.verdict.reason), in a row of ColumnRules.")
        }
    }
}

/// What is said of one row's cells, with the object's columns at hand.
private struct Remarks {
    let row: Int
    let object: String
    let columns: [CatalogColumn]
    var all: [SourceRemark] = []

    init(row: Int, object: String, columns: [CatalogColumn]) {
        self.row = row
        self.object = object
        self.columns = columns
    }

    mutating func add(_ severity: Finding.Severity, _ column: JobColumn, value: String? = nil, _ message: String) {
        all.append(SourceRemark(severity, .job(row: row, column), value: value, message))
    }

    func isUnknown(_ name: String) -> Bool {
        if case .none = NameMatch(name, among: columns.map(\.name)) { true } else { false }
    }

    /// Without a remark.
    func column(_ name: String) -> CatalogColumn? {
        let found = NameMatch(name, among: columns.map(\.name)).found
        return columns.first { $0.name == found }
    }

    @discardableResult
    mutating func find(_ name: String, _ cell: JobColumn) -> CatalogColumn? { find(name, .job(row: row, cell)) }

    /// Says so where there is no such column.
    @discardableResult
    mutating func find(_ name: String, _ place: SourceRemark.Place) -> CatalogColumn? {
        let match = NameMatch(name, among: columns.map(\.name))
        switch match {
        case .exact: break
        case .otherCase(let found):
            all.append(
                SourceRemark(
                    .note, place, value: name,
                    "\(VisibleText.quoted(name)) is found as \(VisibleText.quoted(found))."))
        case .ambiguous(let several):
            all.append(
                SourceRemark(
                    .error, place, value: name,
                    "No column of \(object) is named exactly \(VisibleText.quoted(name)), and several differ from it in case "
                        + "alone. Write one of \(several.map { VisibleText.quoted($0) }.joined(separator: ", "))."))
        case .none(let near):
            all.append(
                SourceRemark(
                    .error, place, value: name,
                    "\(VisibleText.quoted(name)) is not a column of \(object)." + advice(near)))
        }
        return columns.first { $0.name == match.found }
    }

    private func advice(_ near: [String]) -> String {
        if let first = near.first, let column = columns.first(where: { $0.name == first }) {
            return " Did you mean \(VisibleText.quoted(first)) (\(column.sourceType))?"
        }
        let names = columns.prefix(12).map { VisibleText.shown($0.name) }.joined(separator: ", ")
        return " Its columns are \(names)\(columns.count > 12 ? ", …" : "")."
    }
}
