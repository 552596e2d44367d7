import Ports

extension LoadPlan {
    /// From where to where its windows reach, for records.
    func range(_ moment: WindowMoment?) -> (low: WatermarkText?, high: WatermarkText?) {
        guard let windows, let type = (watermark ?? moment?.high)?.type else { return (nil, nil) }
        let ends = windows.slices.compactMap { slice -> (String?, String?)? in
            if case .window(let low, let high) = slice { (low, high) } else { nil }
        }
        func text(_ value: String?) -> WatermarkText? { value.map { WatermarkText(value: $0, type: type) } }
        return (text(ends.first?.0), text(ends.last?.1))
    }
}
