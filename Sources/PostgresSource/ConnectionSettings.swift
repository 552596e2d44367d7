import CLibpq
import Ports

/// Where and as whom to connect: what the user wrote, taken apart by libpq itself, so that every way of psql works
/// (URLs, `key=value` text, service files, PG* variables, .pgpass, sslmode, certificates).
///
/// Secrets are never printed, and are text only while a connection is made: `description` masks what libpq marks as a
/// password.
package struct ConnectionSettings: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package struct Option: Sendable {
        var keyword: String
        private let plain: String
        private let secret: HeldSecret?

        init(keyword: String, value: String, isSecret: Bool) {
            self.keyword = keyword
            plain = isSecret ? "" : value
            secret = isSecret ? HeldSecret(Secret(value)) : nil
        }

        var isSecret: Bool { secret != nil }
        /// Of a secret: a copy, made now. Pass it on at once.
        var value: String { secret?.reveal() ?? plain }
    }

    /// A secret that copies of the settings share: its bytes are overwritten when the last of them goes.
    private final class HeldSecret: Sendable {
        private let secret: Secret
        init(_ secret: consuming Secret) { self.secret = secret }
        func reveal() -> String { secret.reveal() }
    }

    /// What was set explicitly, in libpq's order.
    private(set) var options: [Option]
    /// Seconds for one attempt where neither the text nor PGCONNECT_TIMEOUT says it.
    package var defaultConnectTimeout = 15
    /// Seconds without a byte from the server after which a connection counts as dead.
    package var stallTimeout = 300.0
    /// Seconds to wait for a lock that somebody else holds.
    package var lockTimeout = 300

    /// The version to take the server for instead of what it says: for tests of how older ones are read.
    var assumedServerVersion: Int?

    /// The same, but so that the server's refusal comes before we take the silence for a stall.
    var lockSeconds: Int { max(1, min(lockTimeout, Int(stallTimeout * 0.9))) }

    /// `text` may be empty: then PG* variables and libpq's defaults say everything.
    package init(_ text: String, overrides: [String: String] = [:]) throws(PostgresFault) {
        try Self.refuseMisreadPassword(text)
        var complaint: UnsafeMutablePointer<CChar>?
        let isBareName = !text.contains("=") && !text.hasPrefix("postgres://") && !text.hasPrefix("postgresql://")
        // psql takes a bare word as the name of a database.
        let conninfo = isBareName && !text.isEmpty ? "dbname=" + Self.quotedValue(text) : text
        guard let parsed = PQconninfoParse(conninfo, &complaint) else {
            let said = complaint.map { String(cString: $0) } ?? "out of memory"
            PQfreemem(complaint)
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "The connection settings cannot be read: " + Self.withoutQuotations(said),
                remedy: Self.forms)
        }
        defer { PQconninfoFree(parsed) }
        var overrides = overrides
        var options = [Option]()
        var i = 0
        while let keyword = parsed[i].keyword {
            let name = String(cString: keyword)
            let value = overrides.removeValue(forKey: name) ?? parsed[i].val.map { String(cString: $0) }
            if let value {
                let isSecret = parsed[i].dispchar.map { $0[0] == CChar(UInt8(ascii: "*")) } ?? false
                options.append(Option(keyword: name, value: value, isSecret: isSecret))
            }
            i += 1
        }
        self.options = options
        if let unknown = overrides.keys.min() {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "'\(unknown)' is not a connection setting of PostgreSQL")
        }
    }

    /// With other values for some keywords that libpq knows and that are no secrets.
    func overriding(_ values: [String: String]) -> ConnectionSettings {
        var copy = self
        copy.options.removeAll { values[$0.keyword] != nil }
        copy.options += values.sorted { $0.key < $1.key }.map {
            Option(keyword: $0.key, value: $0.value, isSecret: false)
        }
        return copy
    }

    package subscript(_ keyword: String) -> String? { options.first { $0.keyword == keyword }?.value }

    package var description: String {
        options.map { "\($0.keyword)=" + ($0.isSecret ? "***" : $0.value) }.joined(separator: " ")
    }

    package var debugDescription: String { description }

    /// Keywords and values for PQconnectStartParams: what was set, and what we set where nothing else does.
    var parameters: [(keyword: String, value: String)] {
        var all = options.filter { $0.keyword != "client_encoding" && $0.keyword != "replication" }
            .map { ($0.keyword, $0.value) }
        // PGAPPNAME and application_name win over the fallback.
        if self["fallback_application_name"] == nil { all.append(("fallback_application_name", "ingest")) }
        // Not a choice: columns of text are UTF-8.
        all.append(("client_encoding", "UTF8"))
        return all
    }

    /// What libpq or the server said, without our secrets: they may quote what they were given.
    func redacted(_ text: String) -> String {
        var text = text
        for option in options where option.isSecret && option.value.utf8.count >= 3 {
            text = text.replacing(option.value, with: "***")
        }
        return text
    }

    private static let forms =
        "Write postgresql://user@host:port/database or host=… dbname=…; in a URL, encode special "
        + "characters of the password (@ is %40, / is %2F), or keep it in ~/.pgpass."

    /// libpq takes a URL's password to end at the first @ or /. What then counts as host, port or database, and stands in
    /// messages, is the rest of the password.
    private static func refuseMisreadPassword(_ text: String) throws(PostgresFault) {
        let bytes = Array(text.utf8)
        guard bytes.contains(0) == false else {
            throw PostgresFault(.invalidUse, kind: .configuration, "The connection settings hold a NUL character")
        }
        guard let scheme = ["postgresql://", "postgres://"].first(where: { text.hasPrefix($0) }) else { return }
        let address = bytes[scheme.utf8.count...].prefix { $0 != UInt8(ascii: "?") }
        let authority = address.prefix { $0 != UInt8(ascii: "/") }
        let marks = authority.count { $0 == UInt8(ascii: "@") }
        let port = authority.lastIndex(of: UInt8(ascii: ":")).map { authority[($0 + 1)...] } ?? []
        let isPort = port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let isCut = marks == 0 && !isPort && address.contains(UInt8(ascii: "@"))
        guard marks > 1 || isCut else { return }
        throw PostgresFault(
            .invalidUse, kind: .configuration,
            "The connection URL cannot be read: its password seems to hold an @ or a / that is not encoded",
            remedy: forms)
    }

    /// libpq's complaints about settings quote pieces of them, which may be a password in the wrong place. A word that is
    /// like the name of an option is worth showing.
    static func withoutQuotations(_ text: String) -> String {
        let quote = UInt8(ascii: "\"")
        let bytes = Array(text.trimmingSpaces().utf8)
        guard let first = bytes.firstIndex(of: quote), let last = bytes.lastIndex(of: quote), first < last else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let quoted = String(decoding: bytes[(first + 1)..<last], as: UTF8.self)
        let isOption = text.hasPrefix("invalid connection option") || text.hasPrefix("invalid URI query parameter")
        let shown = isOption && !NearestName.closest(to: quoted, among: optionNames).isEmpty ? quoted : "…"
        return String(decoding: bytes[...first], as: UTF8.self) + shown
            + String(decoding: bytes[last...], as: UTF8.self)
    }

    private static var optionNames: [String] {
        guard let defaults = PQconndefaults() else { return [] }
        defer { PQconninfoFree(defaults) }
        var names = [String]()
        while let keyword = defaults[names.count].keyword { names.append(String(cString: keyword)) }
        return names
    }

    private static func quotedValue(_ value: String) -> String {
        "'" + value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] } + "'"
    }
}
