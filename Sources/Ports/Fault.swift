/// What every error that leaves a layer can say of itself. Each layer has one concrete struct that conforms.
package protocol Fault: Error, CustomStringConvertible {
    var kind: FaultKind { get }
    /// Name of the place (object, column, row, file), what was found, what is allowed.
    var message: String { get }
    /// What to do about it, as a sentence of its own.
    var remedy: String? { get }
}

/// Decides exit codes and retries. It comes from a typed fact (SQLSTATE, errno, HTTP status), never from matching text.
package enum FaultKind: Equatable, Sendable {
    /// What the user asked for cannot be: a wrong name, option or setting. Exit code 2.
    case configuration
    /// Trying again may help: a cut connection, a stall, a server that is starting up.
    case transient
    /// Trying again will not help: no permission, a value that cannot be represented, a full disk.
    case permanent
    /// The user or the system asked to stop. Exit code 130 (or 143).
    case cancelled
}

extension Fault {
    package var remedy: String? { nil }
    package var description: String { remedy.map { message + "\n" + $0 } ?? message }
}
