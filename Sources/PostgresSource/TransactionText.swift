/// The statements that begin a reading transaction. Everything is set locally: behind a pooler that hands out a server
/// per transaction, nothing may stay behind in a session that is not ours.
enum TransactionText {
    private static func settings(lockTimeout: Int, withoutEncoding: Bool) -> String {
        // A database without an encoding (SQL_ASCII) refuses to send as UTF-8 what is not, and names no column. As it
        // stands it is sent under its own name, and the decoder checks it.
        let encoding = withoutEncoding ? "SET LOCAL client_encoding = 'SQL_ASCII'; " : ""
        return encoding + """
            SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; \
            SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL array_nulls = on; \
            SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '\(lockTimeout)s'; \
            \(TransactionList.Mark.statement)
            """
    }

    /// The session that fixes the moment. READ COMMITTED on purpose: it first takes its locks, then describes, and only
    /// then exports the snapshot of a last statement, which so is younger than the locks.
    static func exporter(lockTimeout: Int, on connection: Connection) -> String {
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; "
            + settings(lockTimeout: lockTimeout, withoutEncoding: connection.hasNoEncoding)
    }

    /// A session that reads as of that moment. Its locks wait briefly only: the exporter holds the same lock, so who is
    /// in the way waits for the exporter, and we would wait for each other.
    static func reader(snapshot: String, on connection: Connection) -> String {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
            + "SET TRANSACTION SNAPSHOT " + SQLText.literal(snapshot) + "; "
            + settings(lockTimeout: 10, withoutEncoding: connection.hasNoEncoding)
    }

    /// A session that reads all by itself, and so needs to export nothing. LOCK TABLE takes no snapshot: the first statement
    /// behind it does.
    static func alone(lock: String?, lockTimeout: Int, on connection: Connection) -> String {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '\(lockTimeout)s'; "
            + (lock.map { $0 + "; " } ?? "")
            + settings(lockTimeout: lockTimeout, withoutEncoding: connection.hasNoEncoding)
    }

    /// A session that asks how things stand now, again and again.
    static func looking(lockTimeout: Int, on connection: Connection) -> String {
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; "
            + settings(lockTimeout: lockTimeout, withoutEncoding: connection.hasNoEncoding)
    }

    /// A session that looks around: what it locks for a moment it waits for briefly.
    static func catalog(on connection: Connection) -> String {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
            + settings(lockTimeout: 10, withoutEncoding: connection.hasNoEncoding)
    }
}
