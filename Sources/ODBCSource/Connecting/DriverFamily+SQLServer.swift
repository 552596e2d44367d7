import Ports

extension DriverFamily {
    private static let authentications = [
        "ActiveDirectoryMsi", "ActiveDirectoryServicePrincipal", "ActiveDirectoryPassword", "ActiveDirectoryIntegrated",
        "ActiveDirectoryServicePrincipalCertificate", "SqlPassword",
    ]

    func describeForMicrosoft(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords, notes: inout [String]
    ) throws(ODBCFault) {
        if let host = plan["host"] {
            // tcp: keeps it from looking for a named instance where a port says it all.
            let isPrefixed = ["tcp:", "np:", "lpc:", "admin:"].contains { host.lowercased().hasPrefix($0) }
            let name = isPrefixed ? host : plan["port"] != nil ? "tcp:" + host : host
            words.setDefault("SERVER", name + (plan["port"].map { "," + $0 } ?? ""), unless: ["ADDRESS", "ADDR"])
        }
        words.setDefault("DATABASE", plan["database"])
        words.setDefault("APP", plan["application_name"] ?? "ingest")
        if let written = plan["authentication"] {
            guard let mode = Self.authentications.first(where: { $0.lowercased() == written.lowercased() }) else {
                throw ODBCFault(
                    .configuration,
                    "Authentication \(VisibleText.quoted(written, limit: 40)) cannot be used by a batch program",
                    remedy: "Allowed are \(Self.authentications.joined(separator: ", ")).")
            }
            words.set("Authentication", mode)
        }
        if let encrypt = plan["encrypt"] {
            words.set("Encrypt", try Self.encryption(encrypt))
        } else if plan.origin == .settings {
            // Azure SQL is never on this machine.
            words.set("Encrypt", plan.isLocal && plan.type != .azureSQL ? "no" : "yes")
        } else if plan.type == .azureSQL {
            words.set("Encrypt", "yes")
        }
        if let trust = plan.flag("trust_server_certificate") {
            words.set("TrustServerCertificate", trust ? "yes" : "no")
        } else if plan.origin == .settings {
            words.set("TrustServerCertificate", plan.isLocal && plan.type != .azureSQL ? "yes" : "no")
        }
        notes += weakness(plan)
    }

    private static func encryption(_ text: String) throws(ODBCFault) -> String {
        switch text.lowercased() {
        case "yes", "true", "1", "on", "mandatory": return "yes"
        case "no", "false", "0", "off", "optional": return "no"
        case "strict": return "strict"
        default:
            throw ODBCFault(
                .configuration, "encrypt is \(VisibleText.quoted(text, limit: 20))",
                remedy: "Allowed are yes, no and strict.")
        }
    }

    private func weakness(_ plan: ODBCConnectionPlan) -> [String] {
        guard !plan.isLocal, plan.origin != .url else { return [] }
        let encrypts = plan["encrypt"].flatMap { try? Self.encryption($0) }
        if encrypts == "no" {
            return ["encrypt = no: passwords are protected, rows are not, and the server need not prove who it is"]
        }
        if plan.flag("trust_server_certificate") == true {
            return ["trust_server_certificate: the connection does not check that the server is the one that is meant"]
        }
        if plan.origin == .earlier, encrypts == nil {
            return ["has no encrypt and keeps what the driver does by itself; set encrypt = \"yes\""]
        }
        return []
    }

    func describeForFreeTDS(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords, notes: inout [String]
    ) throws(ODBCFault) {
        words.setDefault("SERVER", plan["host"], unless: ["SERVERNAME"])
        // A named instance is asked for its port.
        let isNamed = plan["host"]?.contains("\\") != false
        words.setDefault("PORT", plan["port"] ?? (isNamed ? nil : "1433"))
        words.setDefault("DATABASE", plan["database"])
        words.setDefault("APP", plan["application_name"] ?? "ingest")
        words.setDefault("TDS_Version", "7.4")
        words.setDefault("ClientCharset", "UTF-8")
        let encrypt = try plan["encrypt"].map { (text) throws(ODBCFault) in try Self.encryption(text) }
        if encrypt == "strict" {
            throw ODBCFault(
                .configuration, "encrypt = strict is not known to FreeTDS",
                remedy: "It needs Microsoft's ODBC driver (package msodbcsql18).")
        }
        let isTrusted = plan.flag("trust_server_certificate")
        // Which authorities it trusts, only its own file freetds.conf can tell it; told none, it checks nothing.
        let mustProve = isTrusted == false || (isTrusted == nil && encrypt != "no" && plan.demandsProof)
        if mustProve, words["SERVERNAME"] == nil {
            throw ODBCFault(
                .configuration, "FreeTDS cannot be told to check that \(plan.place) is the server that is meant",
                remedy: "Use Microsoft's ODBC driver (package msodbcsql18), or go on without that check: "
                    + "trust_server_certificate = \"yes\".")
        }
        switch encrypt {
        case "yes": words.setDefault("Encryption", "require")
        case "no": words.setDefault("Encryption", "off")
        default: words.setDefault("Encryption", plan.demandsProof || plan.type == .azureSQL ? "require" : "request")
        }
        notes += weakness(plan)
        if plan.origin == .earlier, !plan.isLocal, notes.isEmpty {
            notes.append("is read through FreeTDS, which does not check that the server is the one that is meant")
        }
    }
}
