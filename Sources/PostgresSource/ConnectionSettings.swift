import CLibpq
import Ports

/// Where and as whom to connect: what the user wrote, taken apart by libpq itself, so that every way of psql works
/// (URLs, `key=value` text, service files, PG* variables, .pgpass, sslmode, certificates).
///
/// Secrets are held but never printed: `description` masks what libpq marks as a password.
package struct ConnectionSettings: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package struct Option: Sendable, Equatable {
        var keyword: String
        var value: String
        var isSecret: Bool
    }

    /// What was set explicitly, in libpq's order.
    private(set) var options: [Option]
    /// Seconds for one attempt where neither the text nor PGCONNECT_TIMEOUT says it.
    package var defaultConnectTimeout = 15
    /// Seconds without a byte from the server after which a connection counts as dead.
    package var stallTimeout = 300.0
    /// Seconds to wait for a lock that somebody else holds.
    package var lockTimeout = 300

    /// The same, but so that the server's refusal comes before we take the silence for a stall.
    var lockSeconds: Int { max(1, min(lockTimeout, Int(stallTimeout * 0.9))) }

    /// `text` may be empty: then PG* variables and libpq's defaults say everything.
    package init(_ text: String, overrides: [String: String] = [:]) throws(PostgresFault) {
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
                remedy: "Write postgresql://user@host:port/database or host=… dbname=…; in a URL, encode special "
                    + "characters of the password (@ is %40, / is %2F), or keep it in ~/.pgpass.")
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

    /// libpq's complaints about settings quote pieces of them, which may be a password in the wrong place. Names of
    /// unknown options are worth showing.
    static func withoutQuotations(_ text: String) -> String {
        let text = text.trimmingSpaces()
        if text.hasPrefix("invalid connection option") || text.hasPrefix("invalid URI query parameter") { return text }
        var out = ""
        var inside = false
        for c in text {
            if c == "\"" {
                out += inside ? "…\"" : "\""
                inside.toggle()
            } else if !inside {
                out.append(c)
            }
        }
        return out
    }

    private static func quotedValue(_ value: String) -> String {
        "'" + value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] } + "'"
    }
}
