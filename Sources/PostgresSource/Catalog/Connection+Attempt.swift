extension Connection {
    /// Runs statements that may be refused, and goes back to where the transaction stood: locks and settings of the attempt
    /// are given up, also where it succeeds. Thrown is what ends the session.
    func attempt<T>(
        _ body: () throws(PostgresFault) -> T
    ) throws(PostgresFault) -> Result<T, PostgresFault> {
        let doing = "setting up the session"
        _ = try execute("SAVEPOINT attempt", doing: doing)
        let outcome: Result<T, PostgresFault>
        do throws(PostgresFault) {
            outcome = .success(try body())
        } catch {
            guard error.reason == .server || error.reason == .invalidUse else { throw error }
            try settle(doing: doing)
            outcome = .failure(error)
        }
        _ = try execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt", doing: doing)
        return outcome
    }
}
