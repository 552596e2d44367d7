import Ports

extension ODBCSource: WindowSource {
    /// One list of open transactions and one wait for all questions.
    package func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>] {
        guard let lease = slots.take(upTo: 1, stop: stop) else {
            throw ODBCFault.cancelled("waiting for a connection to \(target.place)")
        }
        defer { lease.keep(0) }
        let session = try ODBCSession.open(target, type: type, options: options, stop: stop)
        defer { session.connection.close() }
        return try WindowFreeze(session: session, terms: terms, stop: stop).answers(to: questions)
    }
}
