import Ports

extension DriverFamily {
    /// As a descriptor: EZConnect strings have no way to say a SID.
    func describeForOracle(
        _ plan: ODBCConnectionPlan, in words: inout ConnectionKeywords, notes: inout [String]
    ) throws(ODBCFault) {
        defer {
            // Bytes that one answer of the server brings; the default of 64,000 makes many small ones.
            words.setDefault("FBS", "1048576")
            words.setDefault("LOB", "T")
        }
        guard words["DBQ"] == nil, words["DSN"] == nil else { return }
        guard let host = plan["host"] else {
            // A name of tnsnames.ora.
            words.setDefault("DBQ", plan["service_name"] ?? plan["database"])
            return
        }
        guard let name = plan["sid"] ?? plan["service_name"] ?? plan["database"] else {
            throw ODBCFault(
                .configuration, "The Oracle source at \(host) names no database",
                remedy: "Set service_name (or sid for a database that has no services).")
        }
        try Self.check(host, "host")
        try Self.check(name, plan["sid"] == nil ? "service_name" : "sid")
        let isProtected = plan.flag("encrypt") ?? false
        let address =
            "(PROTOCOL=\(isProtected ? "TCPS" : "TCP"))(HOST=\(host))(PORT=\(plan["port"] ?? (isProtected ? "2484" : "1521")))"
        let database = plan["sid"] == nil ? "SERVICE_NAME" : "SID"
        let proof =
            isProtected && plan.flag("trust_server_certificate") != true ? "(SECURITY=(SSL_SERVER_DN_MATCH=YES))" : ""
        words.set("DBQ", "(DESCRIPTION=(ADDRESS=\(address))(CONNECT_DATA=(\(database)=\(name)))\(proof))")
        if !isProtected, !plan.isLocal, plan.origin != .url {
            notes.append(
                "the connection is protected only as far as sqlnet.ora says; encrypt = \"yes\" uses TLS and checks the server"
            )
        }
    }

    /// A parenthesis would end its place in the descriptor.
    private static func check(_ value: String, _ key: String) throws(ODBCFault) {
        let isPlain = value.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || ".-_$#:[]".utf8.contains($0)
        }
        guard isPlain else {
            throw ODBCFault(
                .configuration,
                "\(key) is \(VisibleText.quoted(value, limit: 60)), which an Oracle address cannot hold",
                remedy: "Letters, digits and . - _ $ # are allowed; anything else goes into tnsnames.ora.")
        }
    }
}
