/// A place on the scale of a watermark, and the two ends of it.
enum WindowPlace: Comparable {
    case start
    case at(Int128)
    case end

    var position: Int128? { if case .at(let position) = self { position } else { nil } }
}

/// What lies between two places. Which end belongs to it is the column's matter (`WindowEnds`), the same for all.
struct WindowInterval: Equatable {
    var low: WindowPlace
    var high: WindowPlace

    init(_ low: WindowPlace, _ high: WindowPlace) {
        self.low = low
        self.high = high
    }

    var isEmpty: Bool { low >= high }
    func overlaps(_ other: WindowInterval) -> Bool { low < other.high && other.low < high }
    func union(_ other: WindowInterval) -> WindowInterval {
        WindowInterval(min(low, other.low), max(high, other.high))
    }
}
