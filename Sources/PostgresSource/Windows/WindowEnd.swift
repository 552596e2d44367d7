import Ports

/// What a moment is in the type of a watermark: the readings that its column holds from then on, and none before.
struct WindowEnd {
    let connection: Connection
    let moment: DatabaseMoment
    let type: WatermarkType
    /// Of the question.
    let timezone: String?
    let openDays: Int

    struct Readings: Equatable {
        var high: String?
        var finalBelow: String?
    }

    /// - Parameter instant: nothing that is open now writes below it.
    func readings(of instant: String) throws(PostgresFault) -> Readings {
        let statement: String
        switch type.family {
        case .time(zone: true): statement = "SELECT \(DatabaseMoment.constant(instant))::\(type.sqlName), NULL"
        case .time(zone: false): statement = localTime(instant)
        case .date: statement = date(instant)
        case .number, .text: preconditionFailure("numbers and texts end at their greatest value")
        }
        do throws(PostgresFault) {
            let row = try connection.executeOne(statement, doing: "fixing the end of a window")
            return Readings(high: row[0, 0], finalBelow: row[0, 1])
        } catch {
            guard let timezone, error.sqlstate == "22023" else { throw error }
            throw PostgresFault(
                .invalidUse, kind: .configuration, "The server does not know the time zone '\(timezone)'",
                remedy: "Write an IANA name into watermark_timezone, such as Europe/Berlin.", sqlstate: error.sqlstate)
        }
    }

    /// A clock in a zone goes back at times; what it can still show from an instant on begins at the lowest reading of the
    /// next hours. Changes fall on whole minutes, and none was greater than three hours since there are time zones.
    private func lowest(_ instant: String, in zone: String) -> String {
        let minute = "pg_catalog.date_trunc('minute', \(instant))"
        return """
            LEAST(\(instant) AT TIME ZONE \(zone), (SELECT pg_catalog.min(m AT TIME ZONE \(zone)) \
            FROM pg_catalog.generate_series(\(minute) + '1 min'::pg_catalog.interval, \
            \(minute) + '3 h'::pg_catalog.interval, '1 min'::pg_catalog.interval) AS m))
            """
    }

    /// With a zone: exact. Without one: whichever writers use of the server's own clock and UTC, neither can show a reading
    /// below the end any more, but for an hour that the server's own is about to show again, which is not final.
    private func localTime(_ instant: String) -> String {
        let instant = DatabaseMoment.constant(instant)
        if let timezone { return "SELECT (\(lowest(instant, in: SQLText.literal(timezone))))::\(type.sqlName), NULL" }
        return """
            SELECT r.high::\(type.sqlName), CASE WHEN r.final < r.high THEN r.final::\(type.sqlName) END \
            FROM (SELECT LEAST(\(instant) AT TIME ZONE 'UTC', \(instant) AT TIME ZONE \(SQLText.literal(moment.zone))) \
            AS high, LEAST(\(instant) AT TIME ZONE 'UTC', \(lowest(instant, in: SQLText.literal(moment.zone)))) AS final) r
            """
    }

    /// The present day is read, and read again until `openDays` are over; what is open may be of any day from its start on.
    private func date(_ instant: String) -> String {
        func day(_ instant: String) -> String {
            let instant = DatabaseMoment.constant(instant)
            let local = lowest(instant, in: SQLText.literal(timezone ?? moment.zone))
            return (timezone == nil ? "LEAST(\(local), \(instant) AT TIME ZONE 'UTC')" : "(\(local))")
                + "::pg_catalog.date"
        }
        guard openDays > 0 else { return "SELECT \(day(instant)), NULL" }
        let last = moment.isStandby ? instant : moment.clock
        return "SELECT \(day(last)) + 1, \(day(instant)) - \(openDays - 1)"
    }
}
