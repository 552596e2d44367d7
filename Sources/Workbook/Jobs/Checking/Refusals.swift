import Ports

/// Which rows are refused, and in which sentence: the one of `validate`, also for the cell `last_message`.
struct Refusals {
    private var firstErrors: [Int: Finding] = [:]
    private var counts: [Int: Int] = [:]
    private var sheetError: Finding?

    init(
        _ findings: some Sequence<(position: FindingCollector.Position, finding: Finding)>, drafts: [CheckedJob],
        ids: [String: Int],
        ruleRows: [(sheet: Int, row: Int, target: RuleJobs.Target)]
    ) {
        var draftOfRow: [Int: Int] = [:]
        for index in drafts.indices { draftOfRow[drafts[index].row] = index }
        var rules: [[Int: RuleJobs.Target]] = [[:], [:], [:]]
        for rule in ruleRows { rules[rule.sheet][rule.row] = rule.target }
        var everyJob: [Finding] = []
        for (position, finding) in findings where finding.severity == .error {
            if position.sheet == 0, let index = draftOfRow[position.row] {
                note(finding, index)
            } else if position.sheet == 0, position.row == 0 {
                // A needed column is missing: no row can be understood.
                sheetError = sheetError ?? finding
            } else if let target = rules[position.sheet][position.row] {
                switch target {
                case .every: everyJob.append(finding)
                case .job(let name): if let index = ids[name] { note(finding, index) }
                case .unknown: break
                }
            }
        }
        guard let first = everyJob.first else { return }
        for index in drafts.indices {
            firstErrors[index] = firstErrors[index] ?? first
            counts[index, default: 0] += everyJob.count
        }
    }

    private mutating func note(_ finding: Finding, _ index: Int) {
        firstErrors[index] = firstErrors[index] ?? finding
        counts[index, default: 0] += 1
    }

    func sentence(of index: Int) -> String? {
        guard let finding = sheetError ?? firstErrors[index] else { return nil }
        let others = (counts[index] ?? 0) - (sheetError == nil ? 1 : 0)
        let more = others <= 0 ? "" : " (And \(others) more: see ingest validate.)"
        return finding.sentence + more
    }
}

extension Finding {
    /// The finding in one line: `SourceConfig!J4 watermark_column: "x" is …`.
    package var sentence: String { place + (column.map { " " + $0 } ?? "") + ": " + message }
}
