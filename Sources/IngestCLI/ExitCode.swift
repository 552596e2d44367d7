import Ports

/// What the shell is told.
package enum ExitCode {
    package static let done: Int32 = 0
    package static let failed: Int32 = 1
    package static let usage: Int32 = 2
    /// `run`: nothing failed, but other runs work on some of its tables.
    package static let locked: Int32 = 3
    package static let interrupted: Int32 = 130
    package static let terminated: Int32 = 143

    package static func of(_ fault: any Fault, stop: StopSignal.Reason) -> Int32 {
        switch fault.kind {
        case .configuration: usage
        case .transient, .permanent: failed
        case .cancelled: stop == .terminate ? terminated : interrupted
        }
    }
}
