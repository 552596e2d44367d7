import Ports
import SQLDialects

/// What the units of a read need to be read by several connections that show one moment.
package struct MomentSharing: Equatable, Sendable {
    package var connections: Int
    /// The columns, and no rows: it holds the table as it is until the transaction ends.
    package var probe: String
    /// What to tell the person where the moments cannot be proved equal.
    package var otherwise: String?
}

/// Makes several connections show one moment where nothing names it: their transactions are begun one after the other, and
/// the server's report proves that nothing was committed between any two (`InnoDBMonitor`). If something was, all begin
/// anew. Nobody waits for a lock of ours.
enum SharedMoment {
    /// How often somebody may write in between. A round takes a millisecond or two.
    static let rounds = 30

    /// Opens the further connections, and begins the moment of all of them, of the first one anew. Empty where it could not be
    /// done: then the first one stands in a moment of its own as before, and the plan says what comes of that.
    static func join(
        _ first: ODBCSession, _ plan: inout ReadPlan, open: () throws(ODBCFault) -> ODBCSession
    ) throws(ODBCFault) -> [ODBCSession] {
        guard let sharing = plan.sharing, let read = first.dialect.session.consistent, let proof = read.proof else {
            return []
        }
        func alone(_ why: String) -> [ODBCSession] {
            if let otherwise = sharing.otherwise { plan.notes.append("\(otherwise) (\(why))") }
            return []
        }
        guard try report(proof, of: first) != nil else {
            return alone("several could show one moment if the user were granted \(proof.privilege)")
        }
        var others: [ODBCSession] = []
        do throws(ODBCFault) {
            while others.count + 1 < sharing.connections { others.append(try open()) }
            if try fix([first] + others, read, proof, sharing, plan.display) {
                plan.readers = sharing.connections
                plan.isOneMoment = true
                return others
            }
        } catch {
            for other in others { other.connection.close() }
            throw error
        }
        for other in others { other.connection.close() }
        return alone("others write too often for several to show one moment")
    }

    private static func fix(
        _ sessions: [ODBCSession], _ read: ConsistentRead, _ proof: MomentProof, _ sharing: MomentSharing,
        _ display: String
    ) throws(ODBCFault) -> Bool {
        let doing = "beginning to read \(display) with \(sessions.count) connections"
        let columns = try sessions[0].connection.describe(sharing.probe, doing: doing)
        try sessions[0].endMoment()
        var names: [String] = []
        for session in sessions {
            for statement in read.begin.dropLast() { try session.connection.run(statement, doing: doing) }
            guard let row = try session.connection.rows(proof.connection, doing: doing).first,
                let name = row.first ?? nil
            else { throw ODBCFault(.permanent, "The server does not say which connection this is while \(doing)") }
            names.append(name)
        }
        for _ in 0..<rounds {
            let before = try report(proof, of: sessions[0])
            for session in sessions {
                for statement in read.begin.suffix(1) { try session.connection.run(statement, doing: doing) }
            }
            if let before, let after = try report(proof, of: sessions[0]),
                after.provesOneMoment(of: names, since: before)
            {
                try hold(sessions[0], columns, sharing, display)
                return true
            }
            for session in sessions { try session.endMoment() }
        }
        _ = try sessions[0].beginMoment()
        try hold(sessions[0], columns, sharing, display)
        return false
    }

    /// The moment is another one than when the columns were looked at.
    private static func hold(
        _ first: ODBCSession, _ columns: [DescribedColumn], _ sharing: MomentSharing, _ display: String
    ) throws(ODBCFault) {
        let doing = "beginning to read \(display)"
        try first.connection.run(sharing.probe, doing: doing)
        guard try first.connection.describe(sharing.probe, doing: doing) == columns else {
            throw ODBCFault(
                .transient, "\(display) was changed while it was looked at", remedy: "Read it again.")
        }
    }

    /// Nil: the user may not see it, or it says too little.
    private static func report(_ proof: MomentProof, of session: ODBCSession) throws(ODBCFault) -> InnoDBMonitor? {
        do throws(ODBCFault) {
            let rows = try session.connection.rows(proof.report, doing: "looking at the server's transactions")
            return (rows.first?.last ?? nil).flatMap { InnoDBMonitor($0) }
        } catch {
            guard error.kind == .configuration || error.kind == .permanent else { throw error }
            return nil
        }
    }
}
