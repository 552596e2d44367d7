import Ports
import Synchronization

/// The bytes that all reading hands of a run share. Whoever reads reserves first what it will need, and gives it back when
/// it is done; nobody waits here: a job that finds too little waits for its turn, holding nothing.
///
/// So no two can wait for each other: memory is taken before a connection is, and who has a connection and finds that it
/// needs more memory than it reserved leaves again (`MemoryShortage`) where that is not free at once. What is larger than
/// the whole budget gets it alone.
final class MemoryBudget: Sendable {
    /// What a job reserves that has never said what it needs: more than most tables take.
    static let usualBytes = 64 << 20

    let bytes: Int
    private let state = Mutex(State())
    private let onRelease: @Sendable () -> Void

    private struct State {
        var reserved = 0
        var isWanted = false
    }

    /// - Parameter onRelease: memory has become free for those who wait.
    init(bytes: Int, onRelease: @escaping @Sendable () -> Void = {}) {
        self.bytes = max(0, bytes)
        self.onRelease = onRelease
    }

    var reserved: Int { state.withLock { $0.reserved } }

    /// Whether a job waits for memory: helping hands let go of theirs at the next opportunity.
    var isWanted: Bool { state.withLock { $0.isWanted } }

    func setWanted(_ isWanted: Bool) { state.withLock { $0.isWanted = isWanted } }

    /// Nil: not now.
    func reserve(_ wanted: Int) -> MemoryShare? { change(0, to: wanted) ? MemoryShare(self, wanted) : nil }

    fileprivate func change(_ held: Int, to wanted: Int) -> Bool {
        let isThere = state.withLock { state in
            // Nobody else has any: then it may be more than the whole.
            guard wanted <= held || state.reserved == held || wanted - held <= bytes - state.reserved else {
                return false
            }
            state.reserved += wanted - held
            return true
        }
        if wanted < held { onRelease() }
        return isThere
    }
}

/// Memory that is reserved until it is given back.
final class MemoryShare: Sendable {
    private let budget: MemoryBudget
    private let held: Mutex<Int>

    fileprivate init(_ budget: MemoryBudget, _ bytes: Int) {
        self.budget = budget
        held = Mutex(bytes)
    }

    deinit { giveBack() }

    var bytes: Int { held.withLock { $0 } }

    /// False, and nothing is changed, where so much more is not free now.
    func set(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard budget.change(held, to: bytes) else { return false }
            held = bytes
            return true
        }
    }

    func giveBack() { _ = set(0) }
}

/// A load needs more memory than its job has reserved, and it is not free: the job begins again when it is.
struct MemoryShortage: Error {
    var bytes: Int
}
