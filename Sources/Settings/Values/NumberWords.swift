/// Writes numbers as people do.
enum NumberWords {
    /// `2` for 2.0, `1.5` for 1.5.
    static func short(_ number: Double) -> String {
        guard number.magnitude < 1e15, number == number.rounded() else { return String(number) }
        return String(Int(number))
    }
}
