import Ports
import SQLDialects

/// What the values of a watermark are, found among those that are stored.
struct WatermarkSurvey {
    let target: WatermarkTarget
    let database: Database

    /// The least and the greatest value, and how many rows have none.
    struct Ends {
        var least = StoredValue.null
        var greatest = StoredValue.null
        var nulls = 0
    }

    private var doing: String { "looking at \(target.name)" }

    /// SQLite orders all values: NULL, numbers, text, blobs. So the two ends tell whether there are several sorts.
    func ends() throws(SQLiteFault) -> Ends {
        guard let value = target.expression else { return Ends() }
        var ends = Ends()
        if target.isIndexed, target.filter == nil {
            let found = try database.values(
                "SELECT (SELECT min(\(value)) FROM \(target.from)), (SELECT max(\(value)) FROM \(target.from))",
                doing: doing)
            (ends.least, ends.greatest) = (found[0], found[1])
            if target.mayBeNull {
                ends.nulls = try count(["\(value) IS NULL"])
            }
        } else {
            let found = try database.values(
                "SELECT min(\(value)), max(\(value)), count(*) - count(\(value)) FROM \(target.rows())", doing: doing)
            (ends.least, ends.greatest) = (found[0], found[1])
            if target.mayBeNull, case .integer(let count) = found[2] { ends.nulls = Int(count) }
        }
        return ends
    }

    func count(_ conditions: [String], _ parameters: [Statement.Parameter] = []) throws(SQLiteFault) -> Int {
        let found = try database.values(
            "SELECT count(*) FROM \(target.rows(conditions))", parameters, doing: doing)
        if case .integer(let count) = found[0] { return Int(count) }
        return 0
    }

    /// How the values compare. Nil: there are none.
    ///
    /// - Parameter low: bound below which nothing is looked at again; the whole of its day is.
    func form(_ ends: Ends, from low: String?) throws -> WatermarkForm? {
        guard let value = target.expression else { return .moment(MomentShape()) }
        try refuseDeclared()
        switch (ends.least, ends.greatest) {
        case (.null, _), (_, .null): return nil
        case (.integer(let least), .integer(let greatest)):
            return try numbers(Double(least), Double(greatest), real: false)
        case (.integer(let least), .real(let greatest)): return try numbers(Double(least), greatest, real: true)
        case (.real(let least), .integer(let greatest)): return try numbers(least, Double(greatest), real: true)
        case (.real(let least), .real(let greatest)): return try numbers(least, greatest, real: true)
        case (.text, .text):
            let since = low.flatMap { $0.utf8.count >= 10 ? String($0.prefix(10)) : nil }
            let all = "SELECT \(value) AS v FROM \(target.rows())"
            return try text(all, since: since, ends) ?? text(all, since: nil, ends)
        case (let least, let greatest):
            let kinds = try database.rows(
                "SELECT typeof(v), count(*) FROM (SELECT \(value) AS v FROM \(target.rows())) WHERE v IS NOT NULL "
                    + "GROUP BY 1 ORDER BY 1", doing: doing
            ).map { "\($0[1] ?? "") as \($0[0] ?? "")" }
            throw SQLiteFault(
                .configuration,
                "\(target.place): its values are stored in different ways (\(kinds.joined(separator: ", "))), from "
                    + "\(least.words) to \(greatest.words); SQLite compares these by their storage, not by what they mean",
                remedy:
                    "Store them all in one way, or give a query that converts them: datetime(…) AS …, CAST(… AS INTEGER) "
                    + "AS ….")
        }
    }

    private func refuseDeclared() throws(SQLiteFault) {
        for declared in target.declared {
            let what: String
            switch declared {
            case .boolean: what = "a boolean"
            case .uuid: what = "a UUID, which grows in no order"
            case .json: what = "JSON"
            case .binary: what = "bytes"
            case .time: what = "a time of day"
            default: continue
            }
            throw SQLiteFault(
                .configuration, "\(target.place) is declared as \(what)",
                remedy: "Choose a column that grows: a time, a date, or a number that counts up.")
        }
    }

    // MARK: - Numbers

    /// A day of the years 1900 to 2100.
    private static let julianDays = 2_415_020.5...2_488_069.5
    /// Seconds from 1971 to 2100. Below are no Julian days of that time, nor numbers written as dates.
    private static let unixSeconds = 31_536_000.0...4_102_444_800.0

    private func numbers(_ least: Double, _ greatest: Double, real: Bool) throws(SQLiteFault) -> WatermarkForm {
        let isTime = target.declared.contains { declared in
            switch declared {
            case .timestamp, .date: true
            default: false
            }
        }
        let isDecimal = target.declared.contains { declared in
            switch declared {
            case .decimal, .wideNumeric: true
            default: false
            }
        }
        if !isTime {
            if !real { return isDecimal ? .decimal(scale: scale) : .integer }
            if isDecimal { return .decimal(scale: scale) }
        }
        if Self.julianDays.contains(least), Self.julianDays.contains(greatest), real || isTime { return .julianDay }
        let isWritten = !real && (19_000_101...20_991_231).contains(least)
        if Self.unixSeconds.contains(least) || isTime && !isWritten && least > 5_373_485,
            Self.unixSeconds.contains(greatest)
        {
            return .unixSeconds
        }
        throw SQLiteFault(
            .configuration,
            "\(target.place) holds \(isTime ? "numbers" : "reals") from \(least) to \(greatest)"
                + (isTime
                    ? ", which are neither days of the Julian calendar nor seconds since 1970, of the years 1971 to 2099"
                    : ": binary fractions are no watermark"),
            remedy: "Choose a column that grows (a time, a date, an integer), or give a query that converts it: "
                + "datetime(…) AS ….")
    }

    private var scale: Int {
        target.declared.map { if case .decimal(_, let scale) = $0 { scale } else { 10 } }.max() ?? 0
    }

    // MARK: - Text

    private static let day = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
    private static let clock = "[ T][0-2][0-9]:[0-5][0-9]*"

    /// The form that a single value has.
    func form(of value: StoredValue) throws -> WatermarkForm {
        let ends = Ends(least: value, greatest: value)
        guard case .text(let text) = value else { return try form(ends, from: nil) ?? .text }
        return try self.text("SELECT \(try SQLiteSource.dialect.literal(text)) AS v", since: nil, ends) ?? .text
    }

    /// Nil where there are no values.
    private func text(_ values: String, since: String?, _ ends: Ends) throws -> WatermarkForm? {
        // What stands behind the digits of the clock is a zone.
        let found = try database.values(
            """
            SELECT count(*), sum(days), sum(times), min(sep), max(sep), min(zone), max(zone), min(clock), max(clock) FROM (
            SELECT v GLOB '\(Self.day)' AS days, v GLOB '\(Self.day)\(Self.clock)' AS times, substr(v, 11, 1) AS sep,
            ltrim(substr(v, 12), '0123456789:.') AS zone,
            length(v) - 11 - length(ltrim(substr(v, 12), '0123456789:.')) AS clock
            FROM (\(values)) WHERE v IS NOT NULL\(since == nil ? "" : " AND v >= ?1"))
            """, since.map { [.text($0)] } ?? [], doing: doing)
        guard found.count == 9, case .integer(let count) = found[0], count > 0 else { return nil }
        guard case .integer(let days) = found[1], case .integer(let times) = found[2] else { return .text }
        if days == count { return .date }
        guard times == count else { return try noTimes(count: count, days: days, times: times, ends) }
        guard case .text(let separator) = found[3], found[3] == found[4] else {
            throw mixed("a blank and a T between day and time")
        }
        guard case .text(let zone) = found[5], found[5] == found[6] else {
            throw mixed("times of different zones (\(found[5].description), \(found[6].description))")
        }
        guard Self.isZone(zone), case .integer(let length) = found[7] else {
            throw mixed("times with \(VisibleText.quoted(zone)) behind them")
        }
        return .moment(
            MomentShape(separator: separator, zone: zone, digits: length < 8 ? -1 : max(0, Int(length) - 9)))
    }

    private static func isZone(_ text: String) -> Bool {
        let text = text.filter { $0 != " " }
        if text.isEmpty || text == "Z" || text == "z" { return true }
        return text.count == 6 && "+-".contains(text.first ?? "x") && text.dropFirst(3).first == ":"
    }

    private func noTimes(count: Int64, days: Int64, times: Int64, _ ends: Ends) throws(SQLiteFault) -> WatermarkForm {
        let isTime = target.declared.contains { declared in
            switch declared {
            case .timestamp, .date: true
            default: false
            }
        }
        guard isTime || days + times > 0 else { return .text }
        if days + times == count { throw mixed("\(days) days without a time, and \(times) with one") }
        throw mixed(
            "\(count - days - times) of \(count) texts that are no time like 2026-11-21 06:00:00, from "
                + "\(VisibleText.quoted(ends.least.description, limit: 30)) to "
                + "\(VisibleText.quoted(ends.greatest.description, limit: 30))")
    }

    private func mixed(_ what: String) -> SQLiteFault {
        SQLiteFault(
            .configuration, "\(target.place) holds \(what): as texts these do not compare as the times that they mean",
            remedy:
                "Store all in one way, or give a query that converts them: datetime(…) AS …, of which this is the watermark."
        )
    }
}
