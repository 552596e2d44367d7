import Ports

extension ODBCConnectionPlan {
    /// `mssql://user:password@host:port/database?encrypt=yes&Keyword=value`, and `odbc:DSN=…;Keyword=…` in ODBC's own words.
    /// Everything but the latter is percent-decoded. Errors show no part that could be a password.
    package init(url: String) throws(ODBCFault) {
        guard let colon = url.firstIndex(of: ":") else { throw Self.malformed("has no scheme") }
        let scheme = url[..<colon].lowercased()
        guard let type = SourceType(name: scheme), type.isDatabase else {
            throw Self.malformed("has the unknown scheme \(VisibleText.quoted(scheme, limit: 20))")
        }
        var rest = String(url[url.index(after: colon)...])
        if type == .odbc {
            if rest.hasPrefix("//") { rest.removeFirst(2) }
            let words = try ConnectionKeywords(parsing: rest)
            try self.init(type: .odbc, values: [:], keywords: words.pairs, .url)
            return
        }
        guard rest.hasPrefix("//") else { throw Self.malformed("lacks // behind its scheme") }
        rest.removeFirst(2)
        if rest.contains("#") { throw Self.malformed("holds a # that is not encoded (as %23)") }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var values = try Self.address(String(parts[0]), type: type)
        var keywords: [(key: String, value: String)] = []
        if parts.count > 1 { try Self.parameters(parts[1], into: &values, &keywords) }
        try self.init(type: type, values: values, keywords: keywords, .url)
    }

    private static func address(_ text: String, type: SourceType) throws(ODBCFault) -> [String: String] {
        let slash = text.firstIndex(of: "/")
        let authority = text[..<(slash ?? text.endIndex)]
        let path = slash.map { text[text.index(after: $0)...] } ?? ""
        // A password with / or @ in it ends the address early, and its rest would be taken for a host or a database.
        guard !path.contains("@"), authority.count(where: { $0 == "@" }) <= 1 else {
            throw malformed("holds an @ or / in its user or password that is not encoded (as %40 or %2F)")
        }
        var values: [String: String] = [:]
        var server = authority
        if let at = authority.firstIndex(of: "@") {
            let user = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            values["username"] = try decoded(user[0])
            if user.count > 1 { values["password"] = try decoded(user[1]) }
            server = authority[authority.index(after: at)...]
        }
        if server.first == "[", let end = server.firstIndex(of: "]") {
            values["host"] = String(server[server.index(after: server.startIndex)..<end])
            let behind = server[server.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else {
                throw malformed("has something behind its address in brackets")
            }
            if behind.count > 1 { values["port"] = String(behind.dropFirst()) }
        } else {
            let pieces = server.split(separator: ":", omittingEmptySubsequences: false)
            guard pieces.count <= 2 else {
                throw malformed("has more than one colon in its address; put an IPv6 address in brackets")
            }
            if let host = pieces.first, !host.isEmpty { values["host"] = try decoded(host) }
            if pieces.count > 1, !pieces[1].isEmpty { values["port"] = String(pieces[1]) }
        }
        var database = path
        while database.last == "/" { database = database.dropLast() }
        guard !database.contains("/") else { throw malformed("has more than one name behind its address") }
        if !database.isEmpty { values[type == .oracle ? "service_name" : "database"] = try decoded(database) }
        if type == .oracle, values["host"] == nil, let name = values.removeValue(forKey: "service_name") {
            values["database"] = name
        }
        return values
    }

    /// Our own keys in any spelling (`TrustServerCertificate`, `trust_server_certificate`); others are the driver's.
    private static func parameters(
        _ text: Substring, into values: inout [String: String], _ keywords: inout [(key: String, value: String)]
    ) throws(ODBCFault) {
        func plain(_ key: String) -> String { key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " } }
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw malformed("has a parameter without a value") }
            let key = try decoded(pair[0])
            let value = try decoded(pair[1])
            let own =
                Self.keys.first { plain($0) == plain(key) } ?? ["user": "username", "uid": "username"][plain(key)]
            if let own {
                values[own] = value
            } else {
                keywords.append((key, value))
            }
        }
    }

    private static func decoded(_ text: Substring) throws(ODBCFault) -> String {
        guard let decoded = PercentEncoding.decoded(String(text)) else {
            throw malformed("holds a % that does not begin an encoded character (% itself is %25)")
        }
        return decoded
    }

    private static func malformed(_ what: String) -> ODBCFault {
        ODBCFault(
            .configuration, "The URL of the source \(what)",
            remedy:
                "Write scheme://user:password@host:port/database, with special characters of user and password encoded, "
                + "or odbc:DRIVER={…};SERVER=…;UID=…;PWD={…}.")
    }
}
