import Ports

/// What the server says of itself and its clock when windows are frozen.
struct DatabaseMoment {
    /// All instants as text in UTC.
    var clock: String
    /// What a window may end at where nothing is open: a second ago, as a clock that is cut to seconds shows the
    /// present second until it is over.
    var settled: String
    var isStandby: Bool
    var serverStart: String
    /// The zone that the server gives a session that asks for none.
    var zone: String

    /// How far behind the clock a window ends at least.
    static let marginSeconds = 1

    /// The same moment, earlier by so much.
    func earlier(by seconds: Double, on connection: Connection) throws(PostgresFault) -> String {
        try connection.execute(
            "SELECT \(Self.constant(clock)) - '\(seconds) s'::pg_catalog.interval", doing: "computing a moment")[0, 0]
            ?? clock
    }

    static func constant(_ instant: String) -> String { SQLText.literal(instant) + "::pg_catalog.timestamptz" }

    private static let scale = KeyScale(.time(digits: 6, zone: true))

    static func isEarlier(_ instant: String, than other: String) -> Bool {
        guard let scale, let one = scale.position(instant), let two = scale.position(other) else { return false }
        return one < two
    }

    static func seconds(from instant: String, to other: String) -> Double {
        guard let scale, let one = scale.position(instant), let two = scale.position(other) else { return 0 }
        return Double(two - one) / 1e6
    }
}

extension DatabaseMoment {
    init(on connection: Connection, terms: WindowTerms) throws(PostgresFault) {
        let row = try connection.execute(
            """
            SELECT c, c - '\(Self.marginSeconds) s'::pg_catalog.interval, pg_catalog.pg_is_in_recovery(), \
            pg_catalog.pg_postmaster_start_time(), \
            (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'TimeZone') \
            FROM pg_catalog.clock_timestamp() AS c
            """, doing: "asking for the server's clock"
        )
        clock = row[0, 0] ?? ""
        settled = row[0, 1] ?? ""
        isStandby = row[0, 2] == "t"
        serverStart = row[0, 3] ?? ""
        zone = row[0, 4] ?? "UTC"
        guard isStandby else { return }
        // What is open on the primary is not seen here.
        let replayed = try connection.execute(
            "SELECT pg_catalog.pg_last_xact_replay_timestamp() - '\(terms.settleSeconds) s'::pg_catalog.interval",
            doing: "asking how far the standby is")[0, 0]
        guard let replayed else {
            throw PostgresFault(
                .server, kind: .transient, "The standby \(connection.place) has not replayed a transaction yet",
                remedy: "Try again when it has, or read from the primary.")
        }
        settled = replayed
    }
}
