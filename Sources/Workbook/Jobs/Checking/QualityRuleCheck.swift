import Ports

/// Reads one row of the sheet QualityRules.
struct QualityRuleCheck {
    let reader: RowReader<QualityRuleColumn>
    let jobs: [String: Int]

    /// Nil where it cannot be read (reported).
    func rule() -> (rule: QualityRule?, target: RuleJobs.Target) {
        reader.checkRepeatedColumns()
        let target = RuleJobs.target(.jobID, reader, jobs: jobs)
        let columns = reader.list(.column)
        let severity = reader.choice(.severity).flatMap { QualityRule.Severity(rawValue: $0.name) } ?? .error
        let argument = argumentText()
        if !reader.isFilled(.rule) {
            reader.report(.error, .rule, "The cell is empty: \(QualityRuleColumn.rule.spec.kind.words).")
        }
        guard let kind = reader.choice(.rule).flatMap({ QualityRule.Kind(rawValue: $0.name) }),
            hasColumns(columns, for: kind), let argument = self.argument(argument, for: kind)
        else { return (nil, target) }
        if severity == .quarantine, [.rowCount, .anomaly, .freshness, .maxNullPercent, .sql].contains(kind) {
            reader.report(
                .error, .severity, value: "quarantine",
                kind == .sql
                    ? "sql is counted by the source, which does not say which rows they are. Choose error or warn."
                    : "\(kind.rawValue) is about the whole load: there is no row to set aside. Choose error or warn.")
            return (nil, target)
        }
        var job: String?
        if case .job(let name) = target { job = name }
        return (
            QualityRule(
                job: job, columns: columns, kind: kind, argument: argument, severity: severity,
                cells: .init(column: place(.column), rule: place(.rule), argument: place(.argument))), target
        )
    }

    private func place(_ column: QualityRuleColumn) -> String { reader.scope.place(row: reader.row.number, column) }

    /// As a person sees the cell: 10 % where it is formatted so.
    private func argumentText() -> String? {
        guard let cell = reader.cell(.argument), case .number(let number, _) = cell.value,
            cell.traits.contains(.percent)
        else { return reader.prose(.argument) }
        return "\((number * 1e8).rounded() / 1e6)%"
    }

    private func hasColumns(_ columns: [String], for kind: QualityRule.Kind) -> Bool {
        let needed =
            switch kind {
            case .notNull, .maxNullPercent, .range, .regex, .acceptedValues, .length, .freshness: 1
            case .dateOrder: 2
            case .unique, .rowCount, .sql, .anomaly: 0
            }
        guard columns.count < needed else { return true }
        guard !reader.isFilled(.column) || !columns.isEmpty else { return false }
        reader.report(
            .error, .column,
            needed == 1
                ? "The cell is empty, but \(kind.rawValue) needs a column."
                : "\(kind.rawValue) needs two columns or more, the earliest first: created_at, shipped_at.")
        return false
    }

    private func argument(_ text: String?, for kind: QualityRule.Kind) -> QualityRule.Argument? {
        func fail(_ wanted: String) -> QualityRule.Argument? {
            let found =
                text.map { "\(VisibleText.quoted($0)) is not what \(kind.rawValue) needs" } ?? "The cell is empty"
            reader.report(.error, .argument, value: text, "\(found): write \(wanted).")
            return nil
        }
        switch kind {
        case .notNull, .unique, .dateOrder:
            if let text {
                reader.report(
                    .note, .argument, value: text, "\(kind.rawValue) takes no argument; the cell has no effect.")
            }
            return QualityRule.Argument.none
        case .maxNullPercent:
            let digits = text.map { $0.hasSuffix("%") ? CellText.cleaned(String($0.dropLast())).text : $0 }
            guard let percent = digits.flatMap({ Double($0) }), (0...100).contains(percent) else {
                return fail("a number from 0 to 100, such as 5 %")
            }
            return .percent(percent)
        case .range:
            guard let range = text.flatMap({ RangeText($0) }), range.isInOrder else {
                return fail("0..1000, 0.. or ..1000")
            }
            return .range(low: range.low, high: range.high)
        case .length, .rowCount:
            guard let range = text.flatMap({ RangeText($0) }), range.isInOrder, range.isWhole else {
                return fail("whole numbers, 1..1000, 1.. or ..1000")
            }
            return .range(low: range.low, high: range.high)
        case .acceptedValues:
            let values = text.map { ListText.items(of: $0) } ?? []
            return values.isEmpty ? fail("the values, separated by comma") : .values(values)
        case .regex: return text.map { .text($0) } ?? fail("a regular expression")
        case .sql: return text.map { .text($0) } ?? fail("a condition of SQL that holds for good rows")
        case .freshness:
            guard case .seconds(let seconds)? = text.flatMap({ DurationText($0) }) else {
                return fail("how old the newest row may be, such as 2h or 3d")
            }
            return .seconds(seconds)
        case .anomaly:
            guard let text else { return .count(10) }
            guard let count = Int(text), (5...1000).contains(count) else {
                return fail("how many loads to compare with, 5 to 1000, or nothing for 10")
            }
            return .count(count)
        }
    }
}
