import Columnar
import Engine
import Ports
import Quality
import Records
import Settings

/// Makes the judge of a load from its job's rows of QualityRules, and what the project's settings say of it.
struct JobRuleJudge {
    let settings: EffectiveSettings
    let environment: [String: String]
    let records: ProjectRecords
    let rowCounts: RowCountHistory

    /// Nil where the job has no rules. Throws with every cell that does not fit what is read.
    func judge(_ order: JudgeOrder) throws -> RuleLoadJudge? {
        guard !order.job.qualityRules.isEmpty else { return nil }
        let fields = order.read.schema.fields
        let names = fields.map(\.name)
        let job = order.job.spelledBySource(among: names)
        var rules: [BoundRule] = []
        var misfits: [String] = []
        for rule in job.qualityRules {
            do { rules.append(try RuleBinding.bind(rule, to: fields, primaryKey: job.primaryKey)) } catch {
                // A rule for every job is for those that have its column.
                if rule.job == nil, error.isUnknownColumn { continue }
                misfits.append(error.sentence(of: rule))
            }
        }
        guard misfits.isEmpty else {
            throw EngineFault(
                .configuration, misfits.joined(separator: "\n"),
                remedy: "Nothing was read. Correct the row of QualityRules.")
        }
        guard !rules.isEmpty else { return nil }
        let concealed = try ColumnRulebook(job).choices.resolved(among: names).filter(\.value.isConcealed)
        return RuleLoadJudge(
            rules, fields: fields, primaryKey: job.primaryKey, concealed: Set(concealed.keys), terms: terms,
            outside: try LoadFacts(order, records, rowCounts, hidesValues: !concealed.isEmpty))
    }

    private var terms: RuleLoadJudge.Terms {
        var budget = 512 << 20
        if case .size(let size)? = settings["run", "memory_budget"] { budget = size }
        var terms = RuleLoadJudge.Terms(
            // The rest is for what reads and writes; more keys than this go to the disk.
            memoryBytes: max(8 << 20, budget / 8), spillFolder: environment["TMPDIR"] ?? "/var/tmp")
        if case .size(let size)? = settings["quality", "spill_limit"] { terms.spillLimit = size }
        if case .number(let percent)? = settings["quality", "max_quarantined_pct"] {
            terms.mostQuarantinedPercent = percent
        }
        return terms
    }
}

extension RuleMisfit {
    /// With the cell it is about, as `validate` says it.
    func sentence(of rule: QualityRule) -> String {
        guard let cells = rule.cells else { return "\(rule.kind.rawValue): \(message)" }
        return switch cell {
        case .column: "\(cells.column) column: \(message)"
        case .rule: "\(cells.rule) rule: \(message)"
        case .argument: "\(cells.argument) argument: \(message)"
        }
    }
}

/// What rules ask of others than the rows.
private struct LoadFacts: OutsideFacts {
    let clock: LoadClock
    let isWindow: Bool
    private let read: any OpenRead
    private let job: String
    private let stop: StopSignal
    private let rowCounts: RowCountHistory
    private let hidesValues: Bool

    init(
        _ order: JudgeOrder, _ records: ProjectRecords, _ rowCounts: RowCountHistory, hidesValues: Bool
    ) throws {
        let job = order.job
        var zone = records.zone
        if let own = job.watermark?.timezone, job.qualityRules.contains(where: { $0.kind == .freshness }) {
            zone = try ZoneRules.load(own)
        }
        let source = order.sourceClock.flatMap { CivilTime(iso: $0) }?.unixMicroseconds
        clock = LoadClock(
            microseconds: source ?? SystemWallClock().unixMicroseconds, isSource: source != nil, zone: zone)
        isWindow = job.loadType == .incremental
        read = order.read
        self.job = job.id
        stop = order.stop
        self.rowCounts = rowCounts
        self.hidesValues = hidesValues
    }

    var isStopped: Bool { stop.isRaised }

    func earlierRowCounts(_ count: Int) throws -> [Int] { try rowCounts.counts(of: job, last: count) }

    func countRows(failing condition: String) throws -> Int? {
        do { return try read.countRows(failing: condition) } catch let fault as any Fault where hidesValues {
            // Databases quote values in what they say of a cast that failed.
            throw EngineFault(
                fault.kind, "The source could not count rows by the condition \(VisibleText.quoted(condition))",
                remedy: "What it said is not shown, as the job has masked columns. Try the condition there.")
        }
    }
}

extension RowCountHistory {
    /// Of the jobs that have a rule which compares.
    convenience init(_ history: AuditHistory, comparedBy jobs: [Job]) {
        self.init(
            history,
            of: jobs.compactMap { job in
                let loads = job.qualityRules.compactMap { rule -> Int? in
                    if case .count(let loads) = rule.argument, rule.kind == .anomaly { loads } else { nil }
                }
                let label = JobLabel(id: job.id, source: job.source.name, table: job.object.table)
                return loads.max().map { Subject(label, job.loadType, loads: $0) }
            })
    }
}
