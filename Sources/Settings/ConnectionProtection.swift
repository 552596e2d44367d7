import Ports

/// How a connection to PostgreSQL is protected where `sslmode` does not say it.
///
/// A source of our own is checked in full (`verify-full`), except on this machine, where there is nothing to listen in
/// on. A source of the earlier framework keeps what it had (libpq's `prefer`, which also goes on without protection).
package struct ConnectionProtection: Equatable, Sendable {
    package var mode: String
    /// What to tell the person, if anything.
    package var advice: String?

    /// Nil where the host is not known before a reference is resolved.
    package init?(_ source: SourceSettings) {
        guard let host = source.value("host") else {
            self.init(host: nil, source: source)
            return
        }
        guard case .text(let text) = host else { return nil }
        self.init(host: text, source: source)
    }

    package init(host: String?, source: SourceSettings) {
        if case .text(let mode)? = source.value("sslmode") {
            self.mode = mode
            let weak = ["disable", "allow", "prefer", "require"].contains(mode)
            if weak, !Self.isLocal(host), !source.isEarlier {
                advice =
                    "sslmode = \"\(mode)\" does not check that the server is the one that is meant; verify-full does"
            }
            return
        }
        if Self.isLocal(host) {
            mode = "prefer"
        } else if source.isEarlier {
            mode = "prefer"
            advice =
                "has no sslmode and keeps the earlier framework's 'prefer', which also goes on without protection; "
                + "set sslmode = \"verify-full\""
        } else {
            mode = "verify-full"
        }
    }

    /// Whether certificates are checked.
    package var needsRoots: Bool { mode == "verify-full" || mode == "verify-ca" }

    /// This machine: no host, the folder of a socket, or a loopback address. Several hosts: all of them.
    static func isLocal(_ host: String?) -> Bool {
        guard let host, !host.isEmpty else { return true }
        return host.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let name = part.lowercased()
            if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") { return true }
            if ["localhost", "::1", "[::1]"].contains(name) { return true }
            let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
            return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
        }
    }
}
