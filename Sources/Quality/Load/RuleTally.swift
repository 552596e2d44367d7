import Ports

/// What one rule found in the rows of one encoder, or of all together.
struct RuleTally: Sendable {
    var failing = 0
    var samples: [RuleResult.Sample] = []
    var newest = NewestValue()
    /// Values that a regular expression gave up on.
    var undecided = 0

    /// A regular expression that gives up more often is not tried on.
    static let mostUndecided = 200
    var gaveUp: Bool { undecided >= Self.mostUndecided }

    mutating func add(_ other: RuleTally) {
        failing += other.failing
        samples += other.samples.prefix(RowSamples.most - samples.count)
        newest.add(other.newest)
        undecided += other.undecided
    }
}
