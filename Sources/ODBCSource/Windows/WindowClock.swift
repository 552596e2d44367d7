import Ports
import SQLDialects

/// What the database's clock said. Moments and readings are microseconds since 1970, readings as if they were of UTC.
struct WindowClock: Equatable {
    var utc: Int
    /// What the wall clock of server or session shows, ahead of UTC.
    var localOffset: Int

    static let second = 1_000_000
    static let day = 86_400 * second

    /// How far behind the clock a window ends at least: times that are cut to seconds show the present one until it is over.
    static let margin = second

    static func read(_ session: ODBCSession) throws -> WindowClock {
        guard let clock = session.dialect.clock, let key = momentKey(session.dialect) else {
            throw ODBCFault(.configuration, "\(session.dialect.title) has no clock that is known how to ask")
        }
        let sql =
            "SELECT " + [clock.local, clock.utc].map { key.text(of: $0) }.joined(separator: ", ")
            + session.dialect.fromNothing
        let row =
            try session.connection.rows(sql, doing: "asking for the clock of \(session.connection.place)").first ?? []
        guard row.count == 2, let utc = row[1].flatMap(microseconds) else {
            throw ODBCFault(.permanent, "\(session.connection.place) told no time")
        }
        // The two were not read at one instant, and zones go by minutes. A zone that the database does not know gives NULL.
        let local = row[0].flatMap(microseconds) ?? utc
        let minute = 60 * second
        let minutes = Int((Double(local - utc) / Double(minute)).rounded())
        return WindowClock(utc: utc, localOffset: minutes * minute)
    }

    /// Of the clock's expressions.
    static func momentKey(_ dialect: any SQLDialect) -> KeyType? {
        for name in ["datetime2(7)", "datetime(6)", "timestamp(6)"] {
            if let key = dialect.key(of: DatabaseType(name)), key.sort != .binary { return key }
        }
        return nil
    }

    private static let scale = KeyScale(.time(digits: 6, zone: false))

    static func microseconds(_ text: String) -> Int? { scale?.position(text).map { Int($0) } }

    static func text(_ moment: Int) -> String {
        (KeyScale(.time(digits: 3, zone: true))?.text(Int128(floor(moment, to: 1000) / 1000))) ?? ""
    }

    static func floor(_ value: Int, to unit: Int) -> Int {
        let rest = value % unit
        return value - (rest < 0 ? rest + unit : rest)
    }

    /// The lowest and the highest reading that clocks can show from a moment on, of those by which the times may be written.
    func readings(of moment: Int, zone: ZoneRules?) -> ClosedRange<Int> {
        guard let zone else { return moment + min(0, localOffset)...moment + max(0, localOffset) }
        let low = zone.lowestReading(from: moment)
        return low...max(low, moment + zone.offset(atUnixSeconds: moment / Self.second) * Self.second)
    }

    /// A reading as text of a column, cut to what it can show.
    static func text(reading: Int, of key: KeyType) -> String {
        let digits: Int = if case .time(let digits, _) = key.sort { digits } else { 0 }
        // A datetime counts in 1/300 s, a smalldatetime in minutes: these are among them, and nothing is rounded up.
        let unit =
            switch key.tag {
            case "datetime": 10_000
            case "smalldatetime": 60 * second
            default: (0..<max(0, 6 - digits)).reduce(1) { value, _ in value * 10 }
            }
        var position = Int128(floor(reading, to: unit))
        for _ in 0..<max(0, 6 - digits) { position /= 10 }
        for _ in 0..<max(0, digits - 6) { position *= 10 }
        return KeyScale(key.sort)?.text(position) ?? ""
    }

    static func date(_ reading: Int) -> String {
        KeyScale(.date)?.text(Int128(floor(reading, to: day) / day)) ?? ""
    }
}
