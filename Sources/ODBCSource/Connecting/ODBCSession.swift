import Ports
import SQLDialects

/// A connection that is set up for reading: its dialect is known, its session only reads, says times in UTC and numbers with a
/// point.
package struct ODBCSession {
    package enum Moment: Equatable, Sendable {
        /// All statements of this connection show one moment, until `endMoment`.
        case one
        /// Each statement shows its own; why, and what would change it.
        case none(String)
    }

    package let connection: ODBCConnection
    package let dialect: any SQLDialect

    package static func open(
        _ target: ODBCTarget, type: SourceType, options: ODBCOptions = ODBCOptions(), stop: StopSignal
    ) throws(ODBCFault) -> ODBCSession {
        let connection: ODBCConnection
        do throws(ODBCFault) {
            connection = try ODBCConnection.connect(target, options: options, stop: stop)
        } catch {
            throw advised(error)
        }
        do throws(ODBCFault) {
            let dialect = DialectChoice.dialect(
                type: type, identity: connection.identity, product: connection.quirks.product)
            for statement in dialect.session.opening {
                try connection.run(statement, doing: "setting up the session with \(connection.place)")
            }
            if connection.quirks.cancelsUnsafely, connection.quirks.product == .mysql,
                let id = try connection.rows("SELECT CONNECTION_ID()", doing: "setting up the session").first?.first
                    ?? nil
            {
                connection.setKill(StatementKill(target: target, options: options, sql: "KILL QUERY \(id)"))
            }
            return ODBCSession(connection: connection, dialect: dialect)
        } catch {
            connection.close()
            throw error
        }
    }

    /// What only words tell. No driver has a code of its own for a certificate that it does not trust, and psqlODBC has one code
    /// for whatever fails at a login; what a server says in another language than English stays as it is.
    private static func advised(_ fault: ODBCFault) -> ODBCFault {
        var fault = fault
        if fault.message.lowercased().contains("certificate") {
            fault.remedy =
                "The server could not prove that it is the one that is meant. Add its authority to the system's certificates "
                + "(update-ca-certificates) or name it (sslrootcert); trust_server_certificate = \"yes\" (SQL Server) or "
                + "sslmode = \"require\" goes on without the proof."
        } else if fault.sqlstate == "08001", refusals.contains(where: fault.message.contains) {
            fault.kind = .configuration
            fault.remedy = "Check user, password and database."
        }
        return fault
    }

    /// Of PostgreSQL.
    private static let refusals = [
        "FATAL: password authentication failed for user", "\" does not exist", "is not permitted to log in",
    ]

    /// Fixes what the following statements show, where the database can.
    package func beginMoment() throws(ODBCFault) -> Moment {
        guard let read = dialect.session.consistent else {
            return .none("\(dialect.title) is not known to show one moment")
        }
        let doing = "beginning to read \(connection.place)"
        if let allowed = read.allowed {
            let answer = try? connection.rows(allowed, doing: doing).first?.first
            guard answer == "1" else {
                return .none("\(connection.place) does not allow reads of one moment. \(read.otherwise)")
            }
        }
        if read.isManualCommit { try connection.setAutocommit(false) }
        for statement in read.begin { try connection.run(statement, doing: doing) }
        return .one
    }

    package func endMoment() throws(ODBCFault) {
        guard let read = dialect.session.consistent else { return }
        for statement in read.end { try connection.run(statement, doing: "ending to read \(connection.place)") }
        if read.isManualCommit { try connection.setAutocommit(true) }
    }

    /// The name of the present moment, for further connections (`SelectStatement.moment`); nil where there is none to share,
    /// or the user may not ask.
    package func sharedMoment() -> String? {
        guard let query = dialect.session.consistent?.moment,
            let row = try? connection.rows(query, doing: "asking for the moment of \(connection.place)").first,
            let moment = row.first.flatMap({ $0 }), dialect.asOf(moment: moment) != nil
        else { return nil }
        return moment
    }
}
