import Ports

/// The one error of this target: a request that got no answer, an answer that is an error, a mail that was not taken.
package struct HTTPFault: Fault, Equatable {
    package enum Reason: Equatable, Sendable {
        /// No address that a request could go to, or a header that cannot be sent.
        case request
        /// The name has no address.
        case name
        /// Nobody answers there, or the connection was cut.
        case connection
        /// No common way to protect the connection, or none at all is offered.
        case protection
        /// The server's certificate is not that of a server that can be trusted.
        case certificate
        /// The time for the whole request was over.
        case deadline
        /// Nothing came or went for too long.
        case stall
        case stopped
        /// User, password or token are refused.
        case credentials
        /// An HTTP status from 300 on.
        case status(Int)
        /// An answer of an SMTP server from 400 on.
        case reply(Int)
        /// More than the caller wants to hold.
        case size
        case redirect
        /// What came is not what the protocol has.
        case garbled
        /// This machine: no memory, a file of certificates that cannot be read.
        case system
    }

    package var kind: FaultKind
    package var reason: Reason
    package var message: String
    package var remedy: String?
    /// What the server asked to wait for.
    package var retryAfterSeconds: Double?
    /// The beginning of the answer, for those who know its form. It may hold what the request held: mask it.
    package var excerpt: String?

    package init(_ kind: FaultKind, _ reason: Reason, _ message: String, remedy: String? = nil) {
        self.kind = kind
        self.reason = reason
        self.message = message
        self.remedy = remedy
    }
}
