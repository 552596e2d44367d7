import Ports

extension PostgresSource: WindowSource {
    package func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>] {
        let connection = try shelf.take(stop: stop)
        defer { connection.giveBack() }
        // One table that somebody holds exclusively must not keep the other jobs waiting for long.
        return try WindowFreeze(connection: connection, terms: terms, stop: stop, memory: memory).answers(
            to: questions, lockSeconds: min(10, settings.lockSeconds))
    }

    /// What this source knows of transactions that stay open, for the next run: see `recall`. It holds no row but greatest
    /// values of numbers and texts.
    package var openTransactionMemory: String { memory.text }

    /// Takes over what another run knew. Without it, a transaction whose start may not be seen and which was there before the
    /// first look holds windows back altogether.
    package func recall(openTransactions text: String) { memory.recall(text) }
}
