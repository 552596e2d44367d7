import Columnar
import Ports

/// Judges the batches of one encoder: rule by rule, whole columns at a time.
final class RuleBatchJudge: BatchJudge {
    private let load: RuleLoadJudge
    private let rules: [BoundRule]
    private var tallies: [RuleTally]
    private var rows = 0
    private var quarantined = 0
    private var means: [Means]
    /// Rows that fail the rule at hand.
    private var failing: [Int32] = []
    private var aside: [(row: Int32, rule: Int)] = []

    /// What a rule needs of its own in each thread.
    private enum Means {
        case nothing
        case pattern(PatternCheck)
        case order(OrderCheck)
        case keys(KeyColumns, KeyFeed)
        case seen(KeyColumns, SeenKeys, owner: Int32)
    }

    init(_ load: RuleLoadJudge) throws(QualityFault) {
        self.load = load
        rules = load.rules
        tallies = [RuleTally](repeating: RuleTally(), count: rules.count)
        means = []
        for (index, rule) in rules.enumerated() {
            switch rule.check {
            case .pattern(let pattern): means.append(.pattern(try PatternCheck(pattern)))
            case .order: means.append(.order(OrderCheck(columns: rule.columns)))
            case .unique:
                switch load.keys[index] {
                case .store(let store): means.append(.keys(load.keyColumns(rule), KeyFeed(store)))
                case .seen(let seen): means.append(.seen(load.keyColumns(rule), seen, owner: seen.newOwner()))
                case nil: means.append(.nothing)
                }
            default: means.append(.nothing)
            }
        }
    }

    func judge(_ batch: Batch) throws -> [QuarantinedRow] {
        guard !batch.isEmpty else { return [] }
        rows += batch.rowCount
        for index in rules.indices {
            failing.removeAll(keepingCapacity: true)
            try find(index, in: batch)
            guard !failing.isEmpty else { continue }
            let rule = rules[index]
            tallies[index].failing += failing.count
            for row in failing.prefix(RowSamples.most - tallies[index].samples.count) {
                tallies[index].samples.append(load.samples.sample(batch, row: Int(row), columns: rule.columns))
            }
            guard rule.rule.severity == .quarantine else { continue }
            for row in failing { aside.append((row, index)) }
        }
        return aside.isEmpty ? [] : rowsAside()
    }

    /// Puts the rows that fail a rule into `failing`, ascending.
    private func find(_ index: Int, in batch: Batch) throws(QualityFault) {
        let rule = rules[index]
        /// Of checks of single values.
        func values(_ check: (Column) -> Void) {
            let column = batch.columns[rule.columns[0]]
            check(column)
            SlotLookup.slots(of: &failing, in: column)
        }
        switch rule.check {
        case .notNull: SlotLookup.nulls(of: batch.columns[rule.columns[0]], into: &failing)
        case .nullPercent:
            let nulls = batch.columns[rule.columns[0]].nullCount
            // Only counted: which of the NULLs are too many can't be said.
            tallies[index].failing += nulls
        case .range(let check): values { check.failing(in: $0, into: &failing) }
        case .accepted(let check): values { check.failing(in: $0, into: &failing) }
        case .length(let check): values { check.failing(in: $0, into: &failing) }
        case .pattern:
            guard case .pattern(let check) = means[index], !tallies[index].gaveUp else { return }
            values { check.failing(in: $0, most: RuleTally.mostUndecided, into: &failing) }
            tallies[index].undecided = check.undecided
        case .order:
            guard case .order(let check) = means[index] else { return }
            check.failing(in: batch, into: &failing)
        case .unique: try findRepeated(index, in: batch)
        case .freshness: tallies[index].newest.see(batch.columns[rule.columns[0]])
        case .rowCount, .anomaly, .condition: break
        }
    }

    private func findRepeated(_ index: Int, in batch: Batch) throws(QualityFault) {
        switch means[index] {
        case .keys(let keys, let feed):
            keys.read(batch)
            try feed.add(keys)
        case .seen(let keys, let seen, let owner):
            keys.read(batch)
            let repeated = try seen.add(keys, owner: owner)
            failing = keys.rows.map { rows in repeated.map { rows[Int($0)] } } ?? repeated
        default: break
        }
    }

    /// A row that fails several rules goes once, with all of them.
    private func rowsAside() -> [QuarantinedRow] {
        aside.sort { ($0.row, $0.rule) < ($1.row, $1.rule) }
        var rows: [QuarantinedRow] = []
        for (row, index) in aside {
            let rule = rules[index]
            if let last = rows.indices.last, rows[last].row == Int(row) {
                rows[last].rule += "; " + rule.label
                rows[last].reason += "; " + rule.reason
            } else {
                rows.append(QuarantinedRow(row: Int(row), rule: rule.label, reason: rule.reason))
            }
        }
        aside.removeAll(keepingCapacity: true)
        quarantined += rows.count
        return rows
    }

    func finish() throws {
        for case .keys(_, let feed) in means { try feed.finish() }
        load.keep(tallies, rows: rows, aside: quarantined)
    }

    func discard() {
        for means in means {
            switch means {
            case .keys(_, let feed): feed.drop()
            case .seen(_, let seen, let owner): seen.forget(owner: owner)
            default: break
            }
        }
    }
}
