/// What is said to a new connection, and how a read of one moment begins and ends.
package struct SessionStatements: Equatable, Sendable {
    /// Said to each new connection: zone, date format, read only. Each is executed by itself, in autocommit mode.
    package var opening: [String]
    package var consistent: ConsistentRead?

    package init(opening: [String], consistent: ConsistentRead?) {
        self.opening = opening
        self.consistent = consistent
    }
}

/// A transaction all of whose statements see one moment.
package struct ConsistentRead: Equatable, Sendable {
    /// Where the database has to allow it first: a query with one row and column that is 1 where it does.
    package var allowed: String?
    package var begin: [String]
    package var end: [String]
    /// The driver's own transactions are used: autocommit has to be off before `begin`.
    package var isManualCommit: Bool
    /// Where several connections can share a moment: a query for its name, for `SQLDialect.asOf(moment:)`.
    package var moment: String?
    /// Where it can be proved that transactions of several connections show one moment.
    package var proof: MomentProof?
    /// What to tell the person where `allowed` says no, or another permission is missing.
    package var otherwise: String

    package init(
        allowed: String? = nil, begin: [String], end: [String], isManualCommit: Bool = false, moment: String? = nil,
        proof: MomentProof? = nil, otherwise: String
    ) {
        self.allowed = allowed
        self.begin = begin
        self.end = end
        self.isManualCommit = isManualCommit
        self.moment = moment
        self.proof = proof
        self.otherwise = otherwise
    }
}

/// What is asked to know whether several connections show one moment (`InnoDBMonitor`).
package struct MomentProof: Equatable, Sendable {
    /// One row, whose last column is the report.
    package var report: String
    /// The name of a connection in it.
    package var connection: String
    /// What the user must be granted to see it.
    package var privilege: String

    package init(report: String, connection: String, privilege: String) {
        self.report = report
        self.connection = connection
        self.privilege = privilege
    }
}

/// Expressions for the database's clock.
package struct DatabaseClock: Equatable, Sendable {
    /// The wall clock of the server or session, as a time without zone.
    package var local: String
    package var utc: String
    /// With its offset; nil where there is no such type.
    package var instant: String?

    package init(local: String, utc: String, instant: String?) {
        self.local = local
        self.utc = utc
        self.instant = instant
    }
}

/// What could still write rows below a watermark that is frozen now.
package struct OpenTransactions: Equatable, Sendable {
    /// One row per transaction: id, start (UTC, as text), user, application or host, statement or state. All text.
    package var list: String
    /// What the user must be granted to see those of others.
    package var privilege: String
    /// The rowversion below which nothing can appear any more; nil where there is no such thing.
    package var lowestRowVersion: String?
    /// Where the database may show a list that it made earlier; nil where each is a new one.
    package var freshness: ListFreshness?

    package init(
        list: String, privilege: String, lowestRowVersion: String? = nil, freshness: ListFreshness? = nil
    ) {
        self.list = list
        self.privilege = privilege
        self.freshness = freshness
        self.lowestRowVersion = lowestRowVersion
    }
}

/// How it is known that a list of transactions was made after a moment: one of our own, begun then, is in it.
package struct ListFreshness: Equatable, Sendable {
    package var begin: String
    /// A query with one row and column: 0 as long as the list is an older one.
    package var probe: String
    package var end: String

    package init(begin: String, probe: String, end: String) {
        self.begin = begin
        self.probe = probe
        self.end = end
    }
}
