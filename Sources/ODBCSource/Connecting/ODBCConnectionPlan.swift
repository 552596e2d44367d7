import Ports

/// A connection as settings or a URL describe it, before it is put into the words of any driver.
///
///     let plan = try ODBCConnectionPlan(type: .mssql, values: ["host": "erp", "username": "reader", …], extra: […])
///     let plan = try ODBCConnectionPlan(url: "mssql://reader:…@erp/sales?encrypt=yes")
///     let made = try plan.resolved(among: .current())      // made.target for ODBCSource, made.notes for people
///
/// Values are secrets or may hold some: nothing here prints one but host, port, database and names.
package struct ODBCConnectionPlan: Sendable {
    /// Who wrote it decides how much protection is demanded (docs/settings.md).
    package enum Origin: Equatable, Sendable {
        /// `[sources.NAME]`: the server has to prove who it is, unless it is on this machine or the settings say otherwise.
        case settings
        /// `.dlt`: as it was, with a warning.
        case earlier
        /// The command line: what the driver itself does by default.
        case url
    }

    package var type: SourceType
    package var origin: Origin
    /// By the keys of the settings: host, port, database, sid, service_name, username, password, driver, dsn, encrypt,
    /// trust_server_certificate, authentication, application_name, sslmode, sslrootcert, sslcert, sslkey.
    package private(set) var values: [String: String]
    /// For the driver, as they are.
    package private(set) var extra: [(key: String, value: String)]
    /// What is ours as well, by our keys, as it is for a driver that we know nothing of.
    fileprivate var spelled: [String: (key: String, value: String)] = [:]

    package static let keys: Set = [
        "host", "port", "database", "sid", "service_name", "username", "password", "driver", "dsn", "encrypt",
        "trust_server_certificate", "authentication", "application_name", "sslmode", "sslrootcert", "sslcert", "sslkey",
    ]

    package init(
        type: SourceType, values: [String: String], extra: [String: String] = [:], origin: Origin = .settings
    ) throws(ODBCFault) {
        try self.init(
            type: type, values: values, keywords: extra.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, origin)
    }

    init(
        type: SourceType, values: [String: String], keywords: [(key: String, value: String)], _ origin: Origin
    ) throws(ODBCFault) {
        if let unknown = values.keys.filter({ !Self.keys.contains($0) }).min() {
            preconditionFailure("'\(unknown)' is no key that ODBC connections know")
        }
        self.type = type
        self.origin = origin
        self.values = values.filter { !$0.value.isEmpty }
        extra = []
        // Some of a driver's keywords are ours as well, and are heeded as if they were written so.
        let own = [
            "driver": "driver", "dsn": "dsn", "uid": "username", "pwd": "password", "encrypt": "encrypt",
            "trustservercertificate": "trust_server_certificate", "authentication": "authentication",
        ]
        for (key, value) in keywords {
            if let name = own[key.lowercased()] {
                if self.values[name] == nil || name != "driver" { self.values[name] = value }
                spelled[name] = (key, value)
            } else {
                extra.append((key, value))
            }
        }
        if let port = self.values["port"] {
            guard let number = Int(port), (1...65_535).contains(number) else {
                // Not shown: where a URL was misread it is a part of the password.
                throw ODBCFault(
                    .configuration, "The port is not a number from 1 to 65535", remedy: "Write for instance 1433.")
            }
        }
        if let host = self.values["host"], host.utf8.contains(where: { $0 <= 0x20 || "{};=".utf8.contains($0) }) {
            throw ODBCFault(
                .configuration, "The host's name holds a blank or one of { } ; =",
                remedy: "Write the server's name or address.")
        }
    }

    subscript(_ key: String) -> String? { values[key] }

    /// yes, true, 1, on; nil where it is not set or none of both.
    func flag(_ key: String) -> Bool? {
        switch values[key]?.lowercased() {
        case "yes", "true", "1", "on", "mandatory", "strict": true
        case "no", "false", "0", "off", "optional": false
        default: nil
        }
    }

    /// On this machine there is nobody to listen in.
    var isLocal: Bool {
        guard var host = (values["host"] ?? extraHost)?.lowercased(), !host.isEmpty else { return true }
        // `tcp:erp\instance,1433`
        for prefix in ["tcp:", "np:", "lpc:", "admin:"] where host.hasPrefix(prefix) {
            host = String(host.dropFirst(prefix.count))
        }
        if let end = host.firstIndex(where: { ",\\".contains($0) }), end > host.startIndex {
            host = String(host[..<end])
        }
        if host.hasPrefix("/") || ["localhost", "::1", "[::1]", ".", "(local)"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }

    /// Whether the server has to prove who it is although nobody said so.
    var demandsProof: Bool { origin == .settings && !isLocal }

    /// "sales on erp.example:1433", for messages.
    var place: String {
        if let dsn = values["dsn"] { return "the data source '\(dsn)'" }
        let database = values["database"] ?? values["service_name"] ?? values["sid"]
        let host = values["host"].map { $0 + (values["port"].map { ":" + $0 } ?? "") }
        switch (database, host) {
        case (let database?, let host?): return "\(database) on \(host)"
        case (nil, let host?): return host
        case (let database?, nil): return database
        default: return extraPlace ?? "the ODBC source"
        }
    }

    /// Of texts that are written in a driver's own words.
    private var extraPlace: String? {
        let host = (extraHost ?? extra(["dbq"])).map { $0 + (extra(["port"]).map { ":" + $0 } ?? "") }
        let database = extra(["database", "dbname"])
        return host.map { host in database.map { "\($0) on \(host)" } ?? host } ?? database
    }
}

extension ODBCConnectionPlan {
    fileprivate func extra(_ keys: [String]) -> String? {
        extra.first { keys.contains($0.key.lowercased()) }?.value
    }

    fileprivate var extraHost: String? { extra(["server", "servername", "address", "addr", "host", "hostname"]) }

    /// One of our keys in the user's own word for it, where there is one; else in `word`.
    func asSpelled(_ key: String, else word: String) -> (key: String, value: String)? {
        spelled[key] ?? values[key].map { (word, $0) }
    }
}

/// A connection in the words of one driver.
package struct ResolvedConnection: Sendable {
    package var target: ODBCTarget
    package var family: DriverFamily
    /// Things a person should know: a certificate that nobody checks.
    package var notes: [String]
}

extension ODBCConnectionPlan {
    package func resolved(among drivers: InstalledDrivers) throws(ODBCFault) -> ResolvedConnection {
        var words = ConnectionKeywords()
        var family = DriverFamily.other
        if let dsn = self["dsn"], self["driver"] == nil {
            words.set("DSN", dsn)
        } else {
            guard type != .odbc || self["driver"] != nil else {
                throw ODBCFault(
                    .configuration, "A source of type odbc names neither a driver nor a data source",
                    remedy: "Set driver = \"…\" to one of `odbcinst -q -d`, or DSN to one of `odbcinst -q -s`.")
            }
            let driver = try drivers.driver(named: self["driver"], for: type)
            family = driver.family
            words.set("DRIVER", driver.name)
        }
        for (key, value) in extra { words.set(key, value) }
        var notes: [String] = []
        try family.describe(self, in: &words, notes: &notes)
        var redactor = Redactor()
        for key in ["password"] { self[key].map { redactor.add(secret: $0) } }
        for (key, value) in extra where Self.isSecret(key) { redactor.add(secret: value) }
        return ResolvedConnection(
            target: ODBCTarget(connectionString: try words.text(for: family), place: place, redactor: redactor),
            family: family, notes: notes)
    }

    /// Values of other keywords that are secrets whatever driver they are for.
    static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["pwd", "pass", "secret", "token", "key"].contains { key.contains($0) }
    }
}
