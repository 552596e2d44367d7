/// Which server a connection really reached. Behind poolers and lists of hosts two connections may end at two servers;
/// what they read together would be of no moment at all.
struct ServerIdentity: Equatable, Sendable {
    var values: [String?]

    init(on connection: Connection) throws(PostgresFault) {
        let mayAsk = "pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')"
        let allowed = try connection.execute("SELECT \(mayAsk)", doing: "identifying the server")[0, 0] == "t"
        let system = allowed ? "(SELECT system_identifier FROM pg_catalog.pg_control_system())" : "NULL"
        values =
            try connection.execute(
                """
                SELECT \(system), pg_catalog.pg_postmaster_start_time(), pg_catalog.pg_is_in_recovery(), \
                pg_catalog.current_database()
                """, doing: "identifying the server"
            ).table.first ?? []
    }
}
