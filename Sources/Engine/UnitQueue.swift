import Ports
import Synchronization

/// Hands out each unit once, in order.
final class UnitQueue: Sendable {
    private let units: [ReadUnit]
    private let position = Atomic<Int>(0)

    init(_ units: [ReadUnit]) { self.units = units }

    func next() -> ReadUnit? {
        let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < units.count ? units[index] : nil
    }
}
