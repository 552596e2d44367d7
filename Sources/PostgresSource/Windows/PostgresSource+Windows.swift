import Ports

extension PostgresSource: WindowSource {
    package func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>] {
        let connection = try Connection.connect(settings, stop: stop)
        defer { connection.close() }
        return try WindowFreeze(connection: connection, terms: terms, stop: stop, memory: memory).answers(
            to: questions, lockSeconds: settings.lockSeconds)
    }
}
