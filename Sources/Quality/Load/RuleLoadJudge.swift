import Columnar
import Ports
import Synchronization

/// Judges one load by its quality rules. Threads judge batches by themselves; what they found is added up, and the rules
/// about the whole load are judged at the end.
package final class RuleLoadJudge: LoadJudge {
    package struct Terms: Sendable {
        /// What all rules together may hold in memory.
        package var memoryBytes: Int
        /// On local disk, for keys that do not fit into memory.
        package var spillFolder: String
        package var spillLimit: Int
        /// Of the load's rows; more set aside is told by the run's exit code.
        package var mostQuarantinedPercent: Double

        package init(
            memoryBytes: Int, spillFolder: String, spillLimit: Int = 20 << 30, mostQuarantinedPercent: Double = 5
        ) {
            self.memoryBytes = memoryBytes
            self.spillFolder = spillFolder
            self.spillLimit = spillLimit
            self.mostQuarantinedPercent = mostQuarantinedPercent
        }
    }

    let rules: [BoundRule]
    let samples: RowSamples
    /// Of unique rules.
    let keys: [Int: Keys]
    private let terms: Terms
    private let outside: any OutsideFacts
    private let state: Mutex<State>

    enum Keys {
        case store(KeyStore)
        /// Rows are set aside the moment their key comes again.
        case seen(SeenKeys)
    }

    private struct State {
        var tallies: [RuleTally]
        var rows = 0
        var aside = 0
    }

    /// - Parameter concealed: columns that nothing may show a value of.
    package init(
        _ rules: [BoundRule], fields: [Field], primaryKey: [String], concealed: Set<String>, terms: Terms,
        outside: any OutsideFacts
    ) {
        self.rules = rules
        self.terms = terms
        self.outside = outside
        samples = RowSamples(
            fields: fields,
            key: primaryKey.compactMap { name in
                NameMatch(name, among: fields.map(\.name)).found.flatMap { found in
                    fields.firstIndex { $0.name == found }
                }
            }, concealedColumns: concealed)
        let unique = rules.indices.filter { if case .unique = rules[$0].check { true } else { false } }
        let share = terms.memoryBytes / max(1, unique.count)
        var keys: [Int: Keys] = [:]
        for index in unique {
            let areWords = Self.areWords(rules[index], fields)
            // Three eighths are for the search at the end.
            keys[index] =
                rules[index].rule.severity == .quarantine
                ? .seen(SeenKeys(areWords: areWords, memoryBytes: share))
                : .store(
                    KeyStore(
                        areWords: areWords, memoryBytes: share / 8 * 5, folder: terms.spillFolder,
                        spillLimit: terms.spillLimit))
        }
        self.keys = keys
        state = Mutex(State(tallies: [RuleTally](repeating: RuleTally(), count: rules.count)))
    }

    private static func areWords(_ rule: BoundRule, _ fields: [Field]) -> Bool {
        rule.columns.count == 1 && KeyPart(fields[rule.columns[0]].type)?.isWord == true
    }

    func keyColumns(_ rule: BoundRule) -> KeyColumns {
        KeyColumns(columns: rule.columns, parts: rule.columns.compactMap { KeyPart(samples.fields[$0].type) })
    }

    package var memoryBytes: Int { keys.isEmpty ? 0 : terms.memoryBytes }

    package func makeJudge(slice: Int) throws -> any BatchJudge { try RuleBatchJudge(self) }

    func keep(_ tallies: [RuleTally], rows: Int, aside: Int) {
        state.withLock { state in
            state.rows += rows
            state.aside += aside
            for index in tallies.indices { state.tallies[index].add(tallies[index]) }
        }
    }

    package func verdict() throws -> LoadVerdict {
        let (tallies, rows, aside) = state.withLock { ($0.tallies, $0.rows, $0.aside) }
        var verdict = LoadVerdict()
        for (index, rule) in rules.enumerated() {
            let judgement = try judgement(rule, index, tallies[index], rows: rows)
            judgement.add(to: &verdict, rule, rows: rows)
        }
        if Double(aside) * 100 > terms.mostQuarantinedPercent * Double(rows) {
            verdict.exceedsQuarantineLimit = true
            verdict.warnings.append(
                "\(NumberWords.count(aside)) of \(NumberWords.rows(rows)) were set aside, more than "
                    + "\(NumberWords.percent(terms.mostQuarantinedPercent)) (quality.max_quarantined_pct)")
        }
        return verdict
    }

    private func judgement(
        _ rule: BoundRule, _ index: Int, _ tally: RuleTally, rows: Int
    ) throws -> RuleJudgement {
        switch rule.check {
        case .notNull, .range, .accepted, .length, .order: return .rows(rule, tally, of: rows)
        case .pattern: return tally.gaveUp ? .gaveUp(rule, tally) : .rows(rule, tally, of: rows)
        case .nullPercent(let percent): return .nulls(rule, tally.failing, of: rows, most: percent)
        case .unique: return try repeated(rule, index, tally, rows: rows)
        case .freshness(let seconds):
            return .freshness(
                rule, newest: tally.newest.microseconds, clock: outside.clock,
                type: samples.fields[rule.columns[0]].type, most: seconds, isWindow: outside.isWindow,
                isConcealed: samples.concealedColumns.contains(rule.names[0]))
        case .rowCount(let low, let high): return .rowCount(rule, rows, low, high)
        case .anomaly(let loads): return .anomaly(rule, rows, after: try outside.earlierRowCounts(loads))
        case .condition(let text):
            return .condition(rule, failing: try outside.countRows(failing: text), of: rows)
        }
    }

    private func repeated(
        _ rule: BoundRule, _ index: Int, _ tally: RuleTally, rows: Int
    ) throws(QualityFault) -> RuleJudgement {
        guard case .store(let store) = keys[index] else { return .rows(rule, tally, of: rows) }
        let share = terms.memoryBytes / keys.count / 8 * 3
        var search = DuplicateSearch(store, memoryBytes: share, isStopped: { [outside] in outside.isStopped })
        let found = try search.run()
        var tally = tally
        tally.failing = found.repeats
        tally.samples = found.samples.map {
            samples.sample(key: $0, columns: rule.columns, areWords: store.areWords)
        }
        return .repeated(rule, tally, of: rows)
    }
}

/// What rules ask of others than the rows.
package protocol OutsideFacts: Sendable {
    /// The moment that the load's rows are as of.
    var clock: LoadClock { get }
    /// The load reads the rows of a window, not all that there are.
    var isWindow: Bool { get }
    /// Nobody waits for the load any more.
    var isStopped: Bool { get }
    /// Of this job's last loads, at most so many.
    func earlierRowCounts(_ count: Int) throws -> [Int]
    /// For which the condition is false, by the source, of the same moment; nil where it cannot be asked.
    func countRows(failing condition: String) throws -> Int?
}

package struct LoadClock: Sendable {
    /// Since 1970, UTC.
    package var microseconds: Int
    /// Whether it is the database's clock rather than ours.
    package var isSource: Bool
    /// Of columns without a zone.
    package var zone: ZoneRules

    package init(microseconds: Int, isSource: Bool, zone: ZoneRules = .utc) {
        self.microseconds = microseconds
        self.isSource = isSource
        self.zone = zone
    }
}
