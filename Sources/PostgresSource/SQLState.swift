import Ports

/// What an SQLSTATE means for us. The codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
package enum SQLState {
    /// The one place that decides whether trying again may help. `weCancelled` tells a cancellation of ours from one by
    /// an administrator or a timeout. No SQLSTATE at all means that libpq lost or never had the server.
    package static func kind(_ sqlstate: String?, weCancelled: Bool = false) -> FaultKind {
        guard let sqlstate, sqlstate.utf8.count == 5 else { return weCancelled ? .cancelled : .transient }
        if sqlstate == "57014", weCancelled { return .cancelled }
        return single[sqlstate] ?? classes[String(sqlstate.prefix(2))] ?? .permanent
    }

    /// Those that differ from their class.
    private static let single: [String: FaultKind] = [
        "25P03": .transient, "25P04": .transient,  // idle in transaction, transaction timeout: the session was ended
        "40002": .permanent,  // a constraint
        "42501": .permanent,  // no permission
        "53400": .permanent,  // a limit of the configuration, such as temp_file_limit
        "55006": .transient, "55P03": .transient,  // object in use, lock not available
        "57014": .permanent,  // statement_timeout, or an administrator
        "57P04": .configuration,  // the database was dropped
        "58P01": .permanent, "58P02": .permanent,  // a file of the server's is missing, or there twice
        "72000": .transient,  // snapshot too old
        "HV00N": .transient,  // the server behind a foreign table
    ]

    private static let classes: [String: FaultKind] = [
        "08": .transient,  // connection exceptions
        "40": .transient,  // serialization failure (also on standbys), deadlock
        "53": .transient,  // too many connections, no memory or disk
        "57": .transient,  // shutdown, crash, starting up, idle session
        "58": .transient,  // errors of the system below the server
        "0A": .configuration, "26": .configuration, "28": .configuration, "34": .configuration, "3D": .configuration,
        "3F": .configuration, "42": .configuration,
    ]
}
