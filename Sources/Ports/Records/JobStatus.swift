/// How a job, or one attempt at it, ended.
package enum JobStatus: String, CaseIterable, Sendable {
    /// Also of a window in which there was nothing to load.
    case success = "SUCCESS"
    case failed = "FAILED"
    /// An attempt that failed and was followed by another.
    case retried = "RETRIED"
    /// Not begun: a job that it depends on failed, or the run ended before its turn. The error says which.
    case skipped = "SKIPPED"
    /// Another run works on its table.
    case locked = "LOCKED"
    /// Its row was refused.
    case invalid = "INVALID"
    case cancelled = "CANCELLED"

    /// Whether the job is over with it; RETRIED is not.
    package var isFinal: Bool { self != .retried }

    /// Whether the job is in order; nil for what says nothing of it: it was not begun, or stopped, or another run had it.
    package var isWell: Bool? {
        switch self {
        case .success: true
        case .failed, .invalid: false
        case .retried, .skipped, .locked, .cancelled: nil
        }
    }
}
