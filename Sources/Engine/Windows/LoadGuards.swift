import Ports

/// Whether what was read may become visible. Counts only: rows against the rows that they replace, and against what the
/// server says it has.
package struct LoadGuards: Sendable {
    /// What a guard says of a load.
    package struct Verdict: Equatable, Sendable {
        /// Why the load is refused, with both numbers; empty: it may be committed.
        package var refusals: [String] = []
        /// What would let it through.
        package var remedies: [String] = []
        package var warnings: [String] = []
        /// Whether trying again may help.
        package var kind = FaultKind.permanent

        package var isRefused: Bool { !refusals.isEmpty }

        package func fault(_ job: String) -> EngineFault? {
            guard isRefused else { return nil }
            return EngineFault(
                kind, refusals.map { "\(job): \($0)" }.joined(separator: "\n"),
                remedy: remedies.isEmpty ? nil : "Nothing was changed. " + remedies.joined(separator: " "))
        }

        mutating func refuse(_ why: String, _ remedy: String) {
            refusals.append(why)
            if !remedies.contains(remedy) { remedies.append(remedy) }
        }
    }

    /// Fewer replaced rows than this may shrink without a question, but not to nothing.
    static let fewRows = 1000

    package var job: Job
    /// A person has said that fewer rows are right.
    package var acceptsShrink: Bool

    package init(job: Job, acceptsShrink: Bool = false) {
        self.job = job
        self.acceptsShrink = acceptsShrink
    }

    private var guards: JobGuards { job.guards }

    // MARK: - Against what was there

    /// `rows`: of each of the plan's slices.
    package func check(_ plan: LoadPlan, rows: [Int]) -> Verdict {
        precondition(rows.count == plan.slices.count, "a count for each slice")
        var verdict = Verdict()
        let total = rows.reduce(0, +)
        if let least = guards.minRows, total < least {
            verdict.refuse(
                "\(Self.rows(total)) were read, and min_rows asks for \(least)",
                "Look at the source, or lower min_rows.")
        }
        for replacement in plan.replacements {
            let new = replacement.slices.reduce(0) { $0 + rows[$1] }
            check(replacement.range, replacement.cause, old: replacement.oldRows, new: new, &verdict)
        }
        if plan.replacements.isEmpty, let lastRows = plan.lastRows {
            check("the day's rows", .whole, old: lastRows, new: total, &verdict)
        }
        return verdict
    }

    private func check(
        _ range: String, _ cause: LoadPlan.Replacement.Cause, old: Int, new: Int, _ verdict: inout Verdict
    ) {
        guard old > 0 else { return }
        let numbers = "\(range): \(Self.rows(old)) would become \(new)"
        let accept = "If the source is right: `ingest run --jobs \(job.id) --accept-shrink`."
        if new == 0 {
            if !acceptsShrink, !guards.allowEmpty {
                verdict.refuse(numbers, accept + " Where it happens often: allow_empty, set to Y.")
            }
            return
        }
        let change = Double(abs(new - old)) * 100 / Double(old)
        if let most = guards.maxChangePercent {
            // What is due always grows by what is new.
            guard change > most, !(new > old && cause == .regular), !(new < old && acceptsShrink) else { return }
            verdict.refuse(
                "\(numbers), which is \(Self.percent(change)) % \(new < old ? "less" : "more"); max_change_pct allows "
                    + "\(Self.percent(most)) %",
                new < old ? accept : "If the source is right: raise max_change_pct.")
        } else if old >= Self.fewRows, new < old - new, !acceptsShrink {
            verdict.refuse(
                "\(numbers), less than half", accept + " Where it happens often: max_change_pct.")
        }
    }

    // MARK: - Against the server

    /// `expected`: by the server, never by a counter of ours; nil where it was not asked or can't say. `asked`: in which way.
    package func compare(
        read: Int, expected: Int?, by asked: JobGuards.RowCountCheck, isSnapshot: Bool
    ) -> Verdict {
        var verdict = Verdict()
        guard let expected, asked != .off else { return verdict }
        // A stream is counted to its end: there is nothing to tolerate.
        let tolerance =
            asked == .stream ? 0 : guards.rowCountTolerancePercent ?? (isSnapshot ? 0 : 1)
        let difference = abs(read - expected)
        guard difference > 0 else { return verdict }
        let numbers =
            "\(Self.rows(read)) were read, and the server "
            + (asked == .stream ? "says that it sent \(expected)" : "counts \(expected)")
        if Double(difference) * 100 > tolerance * Double(expected) {
            let remedy =
                asked == .stream
                ? "The next run reads it again."
                : "Try again; where rows change while they are read, row_count_tolerance_pct says by how much."
            verdict.kind = .transient
            verdict.refuse(
                numbers + (tolerance > 0 ? "; \(Self.percent(tolerance)) % are allowed" : ""), remedy)
        } else {
            verdict.warnings.append(numbers + ": \(Self.percent(tolerance)) % are allowed")
        }
        return verdict
    }

    // MARK: - Words

    static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

    /// At most one digit behind the point.
    private static func percent(_ value: Double) -> String {
        let tenths = (min(value, 1e12) * 10).rounded()
        return tenths.truncatingRemainder(dividingBy: 10) == 0 ? String(Int(tenths / 10)) : String(tenths / 10)
    }
}
