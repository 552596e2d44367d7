import Ports

/// From sheets to jobs: the one way, for workbooks and CSV files, for `validate`, `diff` and a run.
package enum WorkbookReading {
    /// The sheets that are read; the others are left alone.
    package static let sheets = [JobColumn.sheet, QualityRuleColumn.sheet, ColumnRuleColumn.sheet]

    /// The sheet of ours that a tab's name means.
    package static func sheet(named name: String) -> String? {
        let plain = HeaderName.plain(name)
        return sheets.first { HeaderName.plain($0) == plain }
    }

    /// `sources` nil: the settings are not known, so names are not checked against them. `lookingAround` is given what could
    /// be understood, and says what the sources themselves show of it.
    package static func check(
        tables: [SheetTable], sources: [KnownSource]?, options: CheckOptions = CheckOptions(),
        lookingAround: ((CheckedRows) -> [SourceRemark])? = nil
    ) -> CheckedWorkbook {
        let findings = FindingCollector()
        let suggestions = NameSuggestion()
        var checker = Checker(findings: findings, suggestions: suggestions)
        var byName: [String: SheetTable] = [:]
        for table in tables {
            if let name = sheet(named: tableName(table)), byName[name] == nil { byName[name] = table }
        }
        guard let jobs = byName[JobColumn.sheet] else {
            let names = tables.map { VisibleText.quoted($0.name) }.joined(separator: ", ")
            let found = tables.isEmpty ? "" : " There are: \(names)."
            return CheckedWorkbook(findings: [
                Finding(
                    .error, place: JobColumn.sheet, message: "The workbook has no sheet \(JobColumn.sheet).\(found)")
            ])
        }
        checker.readJobs(jobs, check: JobRowCheck(sources: sources.map { SourceLookup($0) }, options: options))
        if let table = byName[QualityRuleColumn.sheet] { checker.readQualityRules(table) }
        if let table = byName[ColumnRuleColumn.sheet] { checker.readColumnRules(table, options) }
        guard let lookingAround else { return checker.result() }
        checker.add(lookingAround(checker.rows()))
        return checker.result()
    }

    private static func tableName(_ table: SheetTable) -> String {
        guard case .csv = table.source else { return table.name }
        // Any CSV that is given as the workbook is its SourceConfig; the others go by their names.
        return sheet(named: table.name) ?? JobColumn.sheet
    }
}

/// The state of one check.
private struct Checker {
    let findings: FindingCollector
    let suggestions: NameSuggestion
    private var drafts: [CheckedJob] = []
    private var rowsOfIDs: [String: Int] = [:]
    /// Which jobs a bad row of a rules sheet stops, by the place of its findings.
    private var ruleRows: [(sheet: Int, row: Int, target: RuleJobs.Target)] = []
    private var qualityRules: [QualityRule] = []
    private var columnRules: [ColumnRule] = []
    /// The sheets' rows of the rules above.
    private var qualityRows: [Int] = []
    private var columnRows: [Int] = []
    private var jobScope: SheetScope<JobColumn>?
    private var qualityScope: SheetScope<QualityRuleColumn>?
    private var columnScope: SheetScope<ColumnRuleColumn>?

    init(findings: FindingCollector, suggestions: NameSuggestion) {
        self.findings = findings
        self.suggestions = suggestions
    }

    private func scope<Column: SheetColumn>(_ table: SheetTable, order: Int, _: Column.Type) -> SheetScope<Column>? {
        let names = SheetHeader.names(of: Column.self)
        guard let header = SheetHeader.find(in: table, for: Column.self, names: names) else {
            findings.add(
                Finding(
                    order == 0 ? .error : .note, place: table.name,
                    message:
                        "The sheet is empty: it has not even headers. `ingest template` makes a workbook to start with."
                ),
                at: .init(sheet: order, row: 0, column: 0))
            return nil
        }
        let scope = SheetScope<Column>(
            table: table, order: order, header: header, names: names, findings: findings, suggestions: suggestions)
        SheetRemarks(scope: scope).report()
        return scope
    }

    mutating func readJobs(_ table: SheetTable, check: JobRowCheck) {
        guard let scope = scope(table, order: 0, JobColumn.self) else { return }
        jobScope = scope
        drafts.reserveCapacity(table.rows.count)
        for row in scope.rows { drafts.append(check.draft(row, in: scope)) }
        let cross = CrossRowCheck(drafts, in: scope)
        cross.run()
        rowsOfIDs = cross.byID
        if drafts.isEmpty { scope.report(.warning, "The sheet has headers, but no rows.") }
    }

    mutating func readQualityRules(_ table: SheetTable) {
        guard let scope = scope(table, order: 1, QualityRuleColumn.self) else { return }
        qualityScope = scope
        for row in scope.rows {
            let (rule, target) = QualityRuleCheck(reader: RowReader(row, in: scope), jobs: rowsOfIDs).rule()
            ruleRows.append((1, row.number, target))
            guard let rule else { continue }
            qualityRules.append(rule)
            qualityRows.append(row.number)
        }
    }

    mutating func readColumnRules(_ table: SheetTable, _ options: CheckOptions) {
        guard let scope = scope(table, order: 2, ColumnRuleColumn.self) else { return }
        columnScope = scope
        var seen: [String: Int] = [:]
        for row in scope.rows {
            let reader = RowReader(row, in: scope)
            let (rule, target) = ColumnRuleCheck(
                reader: reader, jobs: rowsOfIDs, missingKeys: options.missingKeys
            ).rule()
            ruleRows.append((2, row.number, target))
            guard let rule else { continue }
            columnRules.append(rule)
            columnRows.append(row.number)
            let key = (rule.job ?? "") + "\u{0}" + rule.column.lowercased()
            if let first = seen.updateValue(row.number, forKey: key) {
                reader.report(
                    .error, .column, value: rule.column,
                    "Row \(first) has a rule for \(VisibleText.quoted(rule.column)) of the same job already. Put both into one row."
                )
                seen[key] = first
            }
            refuseExposed(rule, reader)
        }
    }

    /// A mask on a column whose values are written elsewhere would hide nothing; nor would leaving it out.
    private func refuseExposed(_ rule: ColumnRule, _ reader: RowReader<ColumnRuleColumn>) {
        guard rule.mask != nil || rule.isDropped else { return }
        for draft in drafts where rule.job == nil || draft.id == rule.job {
            guard var job = draft.job else { continue }
            job.columnRules = [rule]
            guard let exposed = job.spelledBySource().exposedColumn else { continue }
            reader.report(
                .error, .mask,
                "\(VisibleText.quoted(rule.column)) \(exposed.reason). Choose another column for that, or leave the cell mask empty."
            )
            return
        }
    }

    /// Rows that are refused for another reason have more to be said of them all the same: everything is told at once.
    func rows() -> CheckedRows {
        var copy = self
        return CheckedRows(
            jobs: copy.result(keepingRefused: true).jobs, qualityRules: Array(zip(qualityRows, qualityRules)),
            columnRules: Array(zip(columnRows, columnRules)))
    }

    func add(_ remarks: [SourceRemark]) {
        for remark in remarks {
            switch remark.place {
            case .job(let row, let column):
                jobScope?.report(remark.severity, row: row, column, value: remark.value, remark.message)
            case .qualityRule(let row, let column):
                qualityScope?.report(remark.severity, row: row, column, value: remark.value, remark.message)
            case .columnRule(let row, let column):
                columnScope?.report(remark.severity, row: row, column, value: remark.value, remark.message)
            }
        }
    }

    mutating func result(keepingRefused: Bool = false) -> CheckedWorkbook {
        let entries = findings.entries
        let order = findings.order()
        let refusals = Refusals(order.lazy.map { entries[$0] }, drafts: drafts, ids: rowsOfIDs, ruleRows: ruleRows)
        let everywhere = (qualityRules.filter { $0.job == nil }, columnRules.filter { $0.job == nil })
        let quality = Dictionary(grouping: qualityRules.filter { $0.job != nil }) { $0.job ?? "" }
        let columns = Dictionary(grouping: columnRules.filter { $0.job != nil }) { $0.job ?? "" }
        let hasRules = !qualityRules.isEmpty || !columnRules.isEmpty
        // Moved: copying 10,000 of them is a tenth of all checking.
        var jobs = drafts
        drafts = []
        for index in jobs.indices {
            if let sentence = refusals.sentence(of: index) { jobs[index].refuse(sentence, keepingJob: keepingRefused) }
            if hasRules {
                let id = jobs[index].id
                jobs[index].job?.qualityRules = everywhere.0 + (quality[id] ?? [])
                jobs[index].job?.columnRules = everywhere.1 + (columns[id] ?? [])
                jobs[index].job = jobs[index].job?.spelledBySource()
            }
        }
        return CheckedWorkbook(jobs: jobs, findings: order.map { entries[$0].finding })
    }
}
