/// A transaction that could still write below a window's end.
struct OpenTransaction: Equatable, Sendable {
    /// Never given to another one while the server runs. Nil: a statement that is about to begin its transaction.
    var id: String?
    var pid: String?
    var user: String
    var application: String
    /// When it began, as text in UTC; nil where we may not see it.
    var start: String?
    /// No time below this is written by it: a second before its start, as it may cut times to seconds.
    var writesFrom: String?
    var isPrepared = false

    var display: String {
        if isPrepared { return "prepared transaction '\(application)' of \(user)" }
        return "process \(pid ?? "?") of \(user)" + (application.isEmpty ? "" : " (\(application))")
    }
}

/// The lists of open transactions that a server keeps.
struct TransactionList {
    let connection: Connection

    /// What marks our own reading transactions, which can't write: nothing waits for them. A lock that nobody waits for
    /// either; its number is ours alone.
    enum Mark {
        // "inge", "st" and a version.
        static let classID = 1_768_843_109
        static let objectID = 1_936_982_017

        static let statement = "SELECT pg_catalog.pg_try_advisory_xact_lock_shared(\(classID), \(objectID))"
    }

    private static let doing = "listing the open transactions"

    /// Those of this database that are not prepared. Every transaction holds a lock on its own virtual number, which all
    /// users see.
    func running() throws(PostgresFault) -> [OpenTransaction] {
        // Within a transaction the view shows what it showed first.
        _ = try connection.execute("SELECT pg_catalog.pg_stat_clear_snapshot()", doing: Self.doing)
        return try connection.execute(
            """
            SELECT l.virtualxid, a.pid, a.usename, a.application_name, s.start, \
            s.start - '\(DatabaseMoment.marginSeconds) s'::pg_catalog.interval \
            FROM pg_catalog.pg_stat_activity a \
            LEFT JOIN (SELECT pid, virtualxid FROM pg_catalog.pg_locks WHERE locktype = 'virtualxid' AND granted \
            AND mode = 'ExclusiveLock') l ON l.pid = a.pid \
            CROSS JOIN LATERAL \
            (SELECT CASE WHEN l.virtualxid IS NULL THEN a.query_start ELSE a.xact_start END AS start) s \
            WHERE a.datid = (SELECT d.oid FROM pg_catalog.pg_database d \
            WHERE d.datname = pg_catalog.current_database()) \
            AND a.usesysid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() \
            AND a.backend_type IS DISTINCT FROM 'parallel worker' \
            AND (l.virtualxid IS NOT NULL OR a.state = 'active' AND a.xact_start IS NULL \
            AND a.query_start > pg_catalog.clock_timestamp() - '10 s'::pg_catalog.interval) \
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_replication r WHERE r.pid = a.pid) \
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks m WHERE m.pid = a.pid AND m.locktype = 'advisory' \
            AND m.classid = '\(Mark.classID)'::pg_catalog.oid AND m.objid = '\(Mark.objectID)'::pg_catalog.oid \
            AND m.objsubid = '2'::pg_catalog.int2) ORDER BY 5, 2
            """, doing: Self.doing
        ).table.map {
            OpenTransaction(
                id: $0[0], pid: $0[1], user: $0[2] ?? "", application: $0[3] ?? "", start: $0[4],
                writesFrom: $0[5])
        }
    }

    func prepared() throws(PostgresFault) -> [OpenTransaction] {
        try connection.execute(
            """
            SELECT transaction, gid, owner, prepared FROM pg_catalog.pg_prepared_xacts \
            WHERE database = pg_catalog.current_database() ORDER BY prepared
            """, doing: Self.doing
        ).table.map {
            OpenTransaction(
                id: "prepared \($0[0] ?? "") \($0[1] ?? "") \($0[3] ?? "")", user: $0[2] ?? "",
                application: $0[1] ?? "", isPrepared: true)
        }
    }

    /// Which of these are open now, marked ones left out.
    func stillOpen(_ transactions: [OpenTransaction]) throws(PostgresFault) -> [OpenTransaction] {
        guard !transactions.isEmpty else { return [] }
        var open: Set<String> = []
        if transactions.contains(where: { !$0.isPrepared }) {
            open.formUnion(try running().compactMap { $0.id })
        }
        if transactions.contains(where: \.isPrepared) { open.formUnion(try prepared().compactMap { $0.id }) }
        return transactions.filter { $0.id.map(open.contains) ?? false }
    }
}
