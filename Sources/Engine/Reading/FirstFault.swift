import Ports
import Synchronization

/// Decides which of several failures a load reports: the one that came first. What its stop provokes in the siblings
/// ("cancelled") never masks it, and a person's interrupt is told apart from a sibling's failure by the signal's reason.
final class FirstFault: Sendable {
    private let first = Mutex<(any Error)?>(nil)
    private let stop: StopSignal

    init(stopping stop: StopSignal) { self.stop = stop }

    func record(_ error: any Error) {
        first.withLock { fault in
            // Raised already: this error is the echo of another failure or of an interrupt.
            guard fault == nil, !stop.isRaised else { return }
            fault = error
        }
        stop.raise(.failure)
    }

    /// The error to throw, or nil when all went well and nobody asked to stop.
    var outcome: (any Error)? {
        switch stop.reason {
        case .none: return nil
        case .interrupt, .terminate: return EngineFault.interrupted
        case .failure:
            // Without a failure of our own, whoever gave us the signal failed elsewhere.
            let fault = first.withLock { $0 }
            return fault ?? EngineFault.interrupted
        }
    }
}
