import Ports

extension DriverFamily {
    /// Says a plan in this driver's words. What stands in `words` already is the user's own and stays.
    func describe(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords, notes: inout [String]
    ) throws(ODBCFault) {
        if let authentication = plan["authentication"], self != .microsoft, self != .other {
            throw ODBCFault(
                .configuration,
                "Authentication \(VisibleText.quoted(authentication, limit: 40)) is not known to \(title)",
                remedy: "It needs Microsoft's ODBC driver (package msodbcsql18).")
        }
        switch self {
        case .microsoft: try describeForMicrosoft(plan, in: &words, notes: &notes)
        case .freeTDS: try describeForFreeTDS(plan, in: &words, notes: &notes)
        case .mariaDB: try describeForMariaDB(plan, in: &words, notes: &notes)
        case .mySQL: describeForMySQL(plan, in: &words)
        case .postgreSQL: describeForPostgreSQL(plan, in: &words)
        case .oracle: try describeForOracle(plan, in: &words, notes: &notes)
        case .sqlite:
            words.setDefault("Database", plan["database"])
            // Else names of columns lack what stands before their dot.
            words.setDefault("LongNames", "0")
        case .other: try describeForOther(plan, in: &words)
        }
        words.setDefault("UID", plan["username"], unless: ["USER", "USERNAME"])
        words.setDefault("PWD", plan["password"], unless: ["PASSWORD"])
    }

    /// Of a data source of odbc.ini, too, nobody here knows the driver. What is to protect the connection must reach it, or the
    /// connection would be without.
    private func describeForOther(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords
    ) throws(ODBCFault) {
        words.setDefault("SERVER", plan["host"])
        words.setDefault("PORT", plan["port"])
        words.setDefault("DATABASE", plan["database"])
        let protections = [
            ("encrypt", "Encrypt"), ("trust_server_certificate", "TrustServerCertificate"),
            ("authentication", "Authentication"),
        ]
        for (key, word) in protections {
            if let (key, value) = plan.asSpelled(key, else: word) { words.setDefault(key, value) }
        }
        guard let key = ["sslmode", "sslrootcert", "sslcert", "sslkey"].first(where: { plan[$0] != nil }) else {
            return
        }
        throw ODBCFault(
            .configuration, "\(key) cannot be told to \(plan.place), whose driver is not known here",
            remedy: "Write the driver's own keywords in odbc = {…}, or name the driver by `driver` instead of a data "
                + "source.")
    }

    private func describeForMySQL(_ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords) {
        words.setDefault("SERVER", plan["host"])
        words.setDefault("PORT", plan["port"])
        words.setDefault("DATABASE", plan["database"], unless: ["DB"])
        words.setDefault("CHARSET", "utf8mb4")
        // Rows as they come, not the whole result first.
        words.setDefault("NO_CACHE", "1")
        words.setDefault("FORWARD_CURSOR", "1")
        let modes = [
            "disable": "DISABLED", "allow": "PREFERRED", "prefer": "PREFERRED", "require": "REQUIRED",
            "verify-ca": "VERIFY_CA", "verify-full": "VERIFY_IDENTITY",
        ]
        let mode = plan["sslmode"] ?? (plan.demandsProof ? "verify-full" : nil)
        words.setDefault("SSLMODE", mode.flatMap { modes[$0] }, unless: ["SSL-MODE"])
        words.setDefault("SSLCA", plan["sslrootcert"] ?? (mode?.hasPrefix("verify") == true ? Self.systemRoots : nil))
    }

    private func describeForPostgreSQL(_ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords) {
        words.setDefault("SERVERNAME", plan["host"], unless: ["SERVER"])
        words.setDefault("PORT", plan["port"])
        words.setDefault("DATABASE", plan["database"])
        words.setDefault("SSLMODE", plan["sslmode"] ?? (plan.demandsProof ? "verify-full" : nil))
        // Through libpq's own words; their values are quoted as libpq reads them.
        let options = [("sslrootcert", plan["sslrootcert"]), ("sslcert", plan["sslcert"]), ("sslkey", plan["sslkey"])]
            .compactMap { name, value in value.map { "\(name)=\(Self.conninfo($0))" } }
        words.setDefault("pqopt", options.isEmpty ? nil : options.joined(separator: " "))
        // Booleans as bits, and rows as they come: else the driver first takes the whole result into memory.
        words.setDefault("BoolsAsChar", "0")
        words.setDefault("UseDeclareFetch", "1")
        // At least; it asks for as many as a rowset has. More would be in memory, however long they are.
        words.setDefault("Fetch", "1")
    }

    /// `'it\'s'`: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
    private static func conninfo(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// Debian's bundle of authorities.
    static let systemRoots = "/etc/ssl/certs/ca-certificates.crt"
}
