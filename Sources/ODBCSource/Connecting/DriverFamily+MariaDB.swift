import Ports

extension DriverFamily {
    func describeForMariaDB(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords, notes: inout [String]
    ) throws(ODBCFault) {
        let isSocket = plan["host"]?.hasPrefix("/") == true
        words.setDefault(isSocket ? "SOCKET" : "SERVER", plan["host"], unless: ["SERVERNAME", "SOCKET"])
        words.setDefault("PORT", isSocket ? nil : plan["port"])
        words.setDefault("DATABASE", plan["database"], unless: ["DB"])
        words.setDefault("CHARSET", "utf8mb4")
        // Rows as they come: else the driver first takes the whole result into memory. 1 << 20 is NO_CACHE.
        words.setDefault("FORWARDONLY", "1")
        words.setDefault("OPTION", String(1 << 20), unless: ["OPTIONS"])
        // It protects all the way or not at all: it has no "if the server can".
        let mode = plan["sslmode"] ?? (plan.demandsProof ? "verify-full" : "disable")
        switch mode {
        case "require":
            words.setDefault("FORCETLS", "1")
            words.setDefault("SSLVERIFY", "0")
        case "verify-ca", "verify-full":
            words.setDefault("FORCETLS", "1")
            words.setDefault("SSLVERIFY", "1")
            words.setDefault("SSLCA", plan["sslrootcert"] ?? Self.systemRoots)
            if mode == "verify-ca" {
                notes.append("sslmode = verify-ca is taken as verify-full: MariaDB's driver checks both or nothing")
            }
        default: break
        }
        words.setDefault("SSLCERT", plan["sslcert"])
        words.setDefault("SSLKEY", plan["sslkey"])
        guard !plan.isLocal, plan.origin != .url else { return }
        switch (mode, plan.origin) {
        case ("verify-full", _), ("verify-ca", _): break
        case ("disable", .earlier) where plan["sslmode"] == nil:
            notes.append("has no sslmode and stays without protection; set sslmode = \"verify-full\"")
        case ("require", _):
            notes.append("sslmode = require does not check that the server is the one that is meant; verify-full does")
        default: notes.append("sslmode = \(mode): MariaDB's driver then protects nothing; set verify-full")
        }
    }
}
