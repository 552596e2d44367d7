import Ports

extension LoadPlan {
    /// Where its windows begin, for records; nil: with the first row.
    func low(_ moment: WindowMoment?) -> WatermarkText? {
        guard let type = (watermark ?? moment?.high)?.type else { return nil }
        for case .window(let low, _) in windows?.slices ?? [] {
            return low.map { WatermarkText(value: $0, type: type) }
        }
        return nil
    }
}
