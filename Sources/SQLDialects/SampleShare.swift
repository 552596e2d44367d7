/// What share of a table a sample is, as SQL wants it: digits with a point, never an exponent.
enum SampleShare {
    /// 0.0001...100.
    static func percent(_ rows: Int, of total: Int) -> String { text(millionths(rows, of: total), decimals: 4) }

    /// 0.000001...1.
    static func fraction(_ rows: Int, of total: Int) -> String { text(millionths(rows, of: total), decimals: 6) }

    /// One row in how many.
    static func oneIn(_ rows: Int, of total: Int) -> Int { max(1, total / max(1, rows)) }

    /// 1...1,000,000.
    private static func millionths(_ rows: Int, of total: Int) -> Int {
        let share = Double(max(1, rows)) / Double(max(1, total))
        return max(1, Int((min(1, share) * 1_000_000).rounded()))
    }

    /// `steps` of the last decimal place.
    private static func text(_ steps: Int, decimals: Int) -> String {
        let digits = String(steps)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
