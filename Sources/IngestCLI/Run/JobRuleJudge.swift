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

    /// Nil where the job has no rules. Throws with every cell that does not fit what is read.
    func judge(_ order: JudgeOrder) throws -> RuleLoadJudge? {
        let job = order.job
        guard !job.qualityRules.isEmpty else { return nil }
        let fields = order.read.schema.fields
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
        let names = fields.map(\.name)
        let concealed = try ColumnRulebook(job).choices.resolved(among: names).filter(\.value.isConcealed)
        return RuleLoadJudge(
            rules, fields: fields, primaryKey: job.primaryKey, concealed: Set(concealed.keys), terms: terms,
            outside: try LoadFacts(order, settings: settings, hidesValues: !concealed.isEmpty))
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
    private let label: JobLabel
    private let loadType: LoadType
    private let history: AuditHistory
    private let hidesValues: Bool

    init(_ order: JudgeOrder, settings: EffectiveSettings, hidesValues: Bool) throws {
        let job = order.job
        let records = try ProjectRecords(settings)
        let zone = try job.watermark?.timezone.map { try ZoneRules.load($0) } ?? records.zone
        let source = order.sourceClock.flatMap { CivilTime(iso: $0) }?.unixMicroseconds
        clock = LoadClock(
            microseconds: source ?? SystemWallClock().unixMicroseconds, isSource: source != nil, zone: zone)
        isWindow = job.loadType == .incremental
        read = order.read
        label = JobLabel(id: job.id, source: job.source.name, table: job.object.table)
        loadType = job.loadType
        history = records.history
        self.hidesValues = hidesValues
    }

    /// By the source's count where there is one: rows that were set aside belong to it.
    func earlierRowCounts(_ count: Int) throws -> [Int] {
        try history.read(limit: count) { entry in
            entry.isAbout(id: label.id, name: label.name) && entry.status == .success && !entry[.loadID].isEmpty
                && entry[.loadType] == loadType.rawValue
        }.entries.compactMap { $0.count(.sourceRows) ?? $0.count(.rows) }
    }

    func countRows(failing condition: String) throws -> Int? {
        do { return try read.countRows(failing: condition) } catch let fault as any Fault where hidesValues {
            // Databases quote values in what they say of a cast that failed.
            throw EngineFault(
                fault.kind, "The source could not count rows by the condition \(VisibleText.quoted(condition))",
                remedy: "What it said is not shown, as the job has masked columns. Try the condition there.")
        }
    }
}
