import Columnar

/// Judges the rows of one load by its quality rules while they pass, before anything happens to them: it sees what the
/// source sent, under the source's names. What it says of a value reaches logs, mails and files: it shows none of a
/// concealed column.
package protocol LoadJudge: Sendable {
    /// One per encoder. Rows of one slice, in no order.
    func makeJudge(slice: Int) throws -> any BatchJudge
    /// Once, after every row of the load was judged and before the read is confirmed and closed: rules may still ask the source.
    func verdict() throws -> LoadVerdict
    /// What it keeps in memory at most, for all threads together.
    var memoryBytes: Int { get }
}

extension LoadJudge {
    package var memoryBytes: Int { 0 }
}

/// Used by one thread at a time. What it has seen counts from `finish` on.
package protocol BatchJudge: AnyObject {
    /// The rows that must not go into the table, by ascending row number, each at most once. Empty: all may.
    func judge(_ batch: Batch) throws -> [QuarantinedRow]
    /// Its rows stand.
    func finish() throws
    /// Its rows are taken back, and will be read and judged again by another.
    func discard()
}

package struct QuarantinedRow: Equatable, Sendable {
    /// Of the batch.
    package var row: Int
    /// `not_null(email)`; several with a semicolon between them.
    package var rule: String
    package var reason: String

    package init(row: Int, rule: String, reason: String) {
        self.row = row
        self.rule = rule
        self.reason = reason
    }
}

/// Whether a load may be committed, by its quality rules.
package struct LoadVerdict: Equatable, Sendable {
    /// Why not, a sentence each; empty: it may.
    package var refusals: [String]
    package var warnings: [String]
    /// Of every rule, in the order of the sheet.
    package var results: [RuleResult]
    /// The load may be committed, but so many rows were kept out that somebody has to look: the run's exit code says so.
    package var exceedsQuarantineLimit: Bool

    package init(
        refusals: [String] = [], warnings: [String] = [], results: [RuleResult] = [],
        exceedsQuarantineLimit: Bool = false
    ) {
        self.refusals = refusals
        self.warnings = warnings
        self.results = results
        self.exceedsQuarantineLimit = exceedsQuarantineLimit
    }
}
