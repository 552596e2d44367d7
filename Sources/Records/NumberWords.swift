/// Numbers of records, for programs: always with a point, no unit, no grouping. What a person reads on the terminal is
/// IngestCLI's `NumberText`.
enum NumberWords {
    /// Up to three digits behind the point: 12.4, 0.018, 3.
    static func seconds(_ value: Double) -> String {
        guard value.isFinite, value > 0, value < 9e15 else { return "0" }
        let thousandths = Int((value * 1000).rounded())
        let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return String(whole) }
        var digits = String(rest)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
