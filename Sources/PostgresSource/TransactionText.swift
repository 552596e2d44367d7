/// The statements that begin a reading transaction. Everything is set locally: behind a pooler that hands out a server
/// per transaction, nothing may stay behind in a session that is not ours.
enum TransactionText {
    private static func settings(lockTimeout: Int) -> String {
        """
        SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; \
        SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; \
        SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '\(lockTimeout)s';
        """
    }

    /// The session that fixes the moment. READ COMMITTED on purpose: it first takes its locks, then describes, and only
    /// then exports the snapshot of a last statement, which so is younger than the locks.
    static func exporter(lockTimeout: Int) -> String {
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; " + settings(lockTimeout: lockTimeout)
    }

    /// A session that reads as of that moment. Its locks wait briefly only: the exporter holds the same lock, so who is
    /// in the way waits for the exporter, and we would wait for each other.
    static func reader(snapshot: String?) -> String {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
            + (snapshot.map { "SET TRANSACTION SNAPSHOT " + SQLText.literal($0) + "; " } ?? "")
            + settings(lockTimeout: 10)
    }
}
