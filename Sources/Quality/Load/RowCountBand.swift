/// How many rows are to be expected after earlier loads: around their median, as far as they usually lie from it.
struct RowCountBand: Equatable {
    static let fewestLoads = 5

    let median: Double
    let low: Int
    let high: Int

    /// Nil with fewer than five loads. What is usual is the median absolute deviation, in which single outliers hardly
    /// count; 3.5 of its normal equivalents are the customary limit (Iglewicz and Hoaglin). Where loads hardly differ, one
    /// per cent of the median does for it, so that the next row more is no alarm.
    init?(_ earlier: [Int]) {
        guard earlier.count >= Self.fewestLoads else { return nil }
        let values = earlier.map { Double($0) }
        median = Self.median(values)
        let middle = median
        let deviation = Self.median(values.map { ($0 - middle).magnitude })
        let usual = max(1.4826 * deviation, middle / 100, 1)
        low = max(0, Int((middle - 3.5 * usual).rounded(.up)))
        high = Int((middle + 3.5 * usual).rounded(.down))
    }

    func contains(_ rows: Int) -> Bool { low <= rows && rows <= high }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
