import Ports
import Synchronization

/// Hands out each unit once; what could not be kept comes back.
final class UnitQueue: Sendable {
    private let waiting: Mutex<[ReadUnit]>

    /// In order.
    init(_ units: [ReadUnit]) { waiting = Mutex(units.reversed()) }

    func next() -> ReadUnit? { waiting.withLock { $0.popLast() } }
    func giveBack(_ units: [ReadUnit]) { waiting.withLock { $0 += units.reversed() } }
    var isEmpty: Bool { waiting.withLock { $0.isEmpty } }
}
