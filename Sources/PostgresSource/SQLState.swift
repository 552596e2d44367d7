import Ports

/// What an SQLSTATE means for us. The codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
package enum SQLState {
    /// The one place that decides whether trying again may help. `weCancelled` tells a cancellation of ours from one by
    /// an administrator or a timeout. No SQLSTATE at all means that libpq lost or never had the server.
    package static func kind(_ sqlstate: String?, weCancelled: Bool = false) -> FaultKind {
        guard let sqlstate, sqlstate.utf8.count == 5 else { return weCancelled ? .cancelled : .transient }
        switch sqlstate {
        case "57014": return weCancelled ? .cancelled : .permanent  // query_canceled, statement_timeout
        case "57P01", "57P02", "57P03", "57P05": return .transient  // shutdown, crash, starting up, idle session
        case "57P04": return .configuration  // database dropped
        case "40001", "40P01": return .transient  // serialization failure (also on standbys), deadlock
        case "55P03", "55006": return .transient  // lock not available, object in use
        case "25P03", "25P04": return .transient  // idle in transaction, transaction timeout
        case "72000": return .transient  // snapshot too old
        case "42501": return .permanent  // no permission
        default: break
        }
        switch sqlstate.prefix(2) {
        case "08", "53": return .transient  // connection exceptions, insufficient resources
        case "58": return .transient  // system errors outside of PostgreSQL
        case "28", "3D", "3F", "42", "0A", "26", "34": return .configuration
        case "22": return .permanent  // data exceptions
        case "XX": return .permanent  // internal error, corruption
        default: return .permanent
        }
    }
}
