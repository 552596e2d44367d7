import Glibc

/// What a column's earlier chunks taught: whether a dictionary pays, which encoding and which compression level. Trials
/// cost time, so a verdict holds for the next row groups and is taken anew every eighth.
struct ColumnStrategy {
    enum Verdict: Equatable {
        case untried, accepted, refused
    }

    var dictionary = Verdict.untried
    var direct: DirectEncoding?
    /// Of data pages without a dictionary; pages of indices are compressed at the fast level.
    var level: Int?
    private var groups = 0

    static let groupsPerTrial = 8
    /// An encoding that is not PLAIN must bring a page down to this share to be worth it.
    static let worthwhile = 0.99

    mutating func beginGroup() {
        if groups == Self.groupsPerTrial {
            self = ColumnStrategy()
        }
        groups += 1
    }
}

/// How many distinct values a longer stretch of a column will have, judged by a sample.
struct DistinctEstimate {
    /// Values drawn evenly from K alternatives show D = K (1 − e^(−n/K)) distinct ones among n. Solves for K and applies it
    /// to `total`. Skewed columns have fewer, so this errs towards refusing a dictionary.
    static func distinct(seen: Int, among sample: Int, total: Int) -> Int {
        guard seen > 0, total > sample else { return seen }
        let (d, n, goal) = (Double(seen), Double(sample), Double(total))
        if d > 0.995 * n { return Int(d / n * goal) }
        // D grows with K; d <= K, and 0.995 n is reached near K = 100 n: 40 halvings are exact enough.
        var (low, high) = (d, 128 * n)
        for _ in 0..<40 {
            let k = (low + high) / 2
            if k * (1 - exp(-n / k)) < d { low = k } else { high = k }
        }
        return Int(low * (1 - exp(-goal / low)))
    }
}
