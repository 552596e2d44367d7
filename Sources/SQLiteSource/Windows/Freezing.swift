import Ports

/// Answers one question of where a window ends.
struct Freezing {
    let question: WindowQuestion
    let database: Database
    let clock: FrozenClock
    let outcome: WriterProof.Outcome
    let terms: WindowTerms
    let path: String

    func moment() throws -> WindowMoment {
        var (target, form, ends) = try look()
        guard let form else {
            var moment = WindowMoment(sort: .text, ends: .high, high: nil, clock: clockText)
            moment.nulls = ends.nulls
            return moment
        }
        // What is read has these places; what was looked at had those of an unknown type.
        if form.openEnds != Self.unknown[0] {
            target = try find(form.openEnds)
            ends = try WatermarkSurvey(target: target, database: database).ends()
        }
        var moment = WindowMoment(sort: form.sort, ends: form.ends, high: nil, clock: clockText)
        moment.nulls = ends.nulls
        if let note = target.object.note { moment.notes.append(note) }
        if target.expression == nil {
            moment.notes.append(
                "\(target.name) is compared by the query alone, and taken for a time like 2026-11-21 06:00:00")
        }
        switch form {
        case .integer, .decimal, .text: try endWithGreatest(&moment, form, ends, target)
        case .date: try endWithDay(&moment, form)
        case .moment, .julianDay, .unixSeconds: try endWithClock(&moment, form)
        }
        try hold(&moment, target)
        try measure(&moment, form, ends, target)
        return moment
    }

    /// The clock, with its zone.
    private var clockText: String { Self.text(clock.now) }

    private static func text(_ microseconds: Int) -> String {
        MomentShape(separator: "T", zone: "+00:00", digits: 3).text(reading: microseconds)
    }

    // MARK: - What there is

    /// For a query's places, as long as it is not known what they are compared with: times, numbers, text.
    private static let unknown: [(least: Statement.Parameter, greatest: Statement.Parameter)] = [
        WatermarkForm.date.openEnds, WatermarkForm.integer.openEnds, WatermarkForm.text.openEnds,
    ]

    private func find(_ places: (least: Statement.Parameter, greatest: Statement.Parameter)) throws -> WatermarkTarget {
        try WatermarkTarget.find(
            question.object, filter: question.filter, columns: question.columns, places: places, on: database)
    }

    private func look() throws -> (WatermarkTarget, WatermarkForm?, WatermarkSurvey.Ends) {
        var first: (WatermarkTarget, WatermarkForm?, WatermarkSurvey.Ends)?
        for places in Self.unknown {
            let target = try find(places)
            let survey = WatermarkSurvey(target: target, database: database)
            let ends = try survey.ends()
            let form = try survey.form(ends, from: question.low?.value)
            if form != nil || question.object.isTable { return (target, form, ends) }
            if first == nil { first = (target, form, ends) }
        }
        return try first ?? (find(WatermarkForm.text.openEnds), nil, WatermarkSurvey.Ends())
    }

    // MARK: - Where it ends

    private func endWithGreatest(
        _ moment: inout WindowMoment, _ form: WatermarkForm, _ ends: WatermarkSurvey.Ends, _ target: WatermarkTarget
    ) throws {
        if case .integer = form, case .real(let number) = ends.greatest {
            throw SQLiteFault(.permanent, "\(target.place) holds the real \(number) among integers")
        }
        moment.high = form.mark(ends.greatest.description)
        if form == .text, let low = question.low?.value {
            let order = try database.values(
                "SELECT CASE WHEN v > ?1 THEN 1 WHEN v < ?1 THEN -1 ELSE 0 END FROM (SELECT max(\(target.expression ?? "")) "
                    + "AS v FROM \(target.rows()))", [.text(low)], doing: "comparing watermarks")
            moment.order = order == [.integer(1)] ? .above : order == [.integer(-1)] ? .below : .same
        }
        if form == .integer, !target.isRowid, case .integer(let number) = ends.greatest {
            let seconds = [1, 1000, 1_000_000].map { Int(number) / $0 }
            if seconds.contains(where: { abs($0 - clock.now / 1_000_000) < 2 * 86_400 }) {
                moment.warnings.append(
                    "\(target.place): its integers look like seconds since 1970, and are compared as numbers: a row that is "
                        + "written later with the same number as the greatest one is not read. Declare the column as "
                        + "DATETIME, or give a query that makes a time of it: datetime(c, 'unixepoch') AS c")
            }
        }
    }

    private func endWithDay(_ moment: inout WindowMoment, _ form: WatermarkForm) throws {
        let readings = try clock.readings(timezone: question.timezone)
        let settle = Int(isSettled ? terms.settleSeconds * 1e6 : 0)
        let day = Int(MomentText.dayMicroseconds)
        guard question.openDays > 0 else {
            moment.high = form.mark(MomentShape.date(readings.lowerBound - settle))
            return
        }
        moment.high = form.mark(MomentShape.date(readings.upperBound + day))
        moment.finalBelow = form.mark(
            MomentShape.date(readings.lowerBound - settle + day - question.openDays * day))
    }

    private func endWithClock(_ moment: inout WindowMoment, _ form: WatermarkForm) throws {
        let settle = Int(isSettled ? terms.settleSeconds * 1e6 : 0)
        switch form {
        case .moment(let shape) where shape.zone.isEmpty:
            let reading = try clock.readings(timezone: question.timezone).lowerBound - settle
            moment.high = form.mark(shape.text(reading: reading))
        case .moment(let shape):
            moment.high = form.mark(shape.text(reading: clock.now - settle + shape.offset * 1_000_000))
        default:
            let digits = form == .julianDay ? 3 : 0
            moment.high = form.mark(
                MomentShape(separator: "T", zone: "+00:00", digits: digits).text(reading: clock.now - settle))
        }
        if settle > 0 {
            moment.notes.append(
                "rows newer than \(Self.text(clock.now - settle).dropLast(6)) UTC are read by a later run")
        }
    }

    // MARK: - Writers

    /// The window ends earlier by a time in which what is open now is hoped to end.
    private var isSettled: Bool {
        switch outcome {
        case .proven: false
        case .isReadOnly: true
        case .isBusy: terms.onBlocked == .settle
        }
    }

    private func hold(_ moment: inout WindowMoment, _ target: WatermarkTarget) throws {
        switch outcome {
        case .proven: return
        case .isReadOnly:
            moment.notes.append(
                "'\(path)' may not be locked by this user, so that nobody can say whether a transaction is open: "
                    + (moment.ends == .high
                        ? "waited for \(Int(terms.settleIDsSeconds)) s" : "settle \(Int(terms.settleSeconds)) s"))
        case .isBusy:
            let what =
                "another program has been writing to '\(path)' in one transaction for more than "
                + "\(Int(terms.waitSeconds)) s"
            guard terms.onBlocked == .hold else {
                moment.warnings.append("\(what); on_blocked = settle goes on without it")
                return
            }
            guard let low = question.low else {
                throw SQLiteFault(
                    .transient, "\(what), and its rows may belong to this window",
                    remedy: "Let it commit; or set on_blocked = \"settle\" to take the risk.")
            }
            // What it writes may lie anywhere behind the last moment at which nobody wrote.
            moment.high = low
            moment.finalBelow = nil
            moment.warnings.append("held: \(what); nothing new is read until it has ended")
        }
    }

    // MARK: - What is known of the rest

    private func measure(
        _ moment: inout WindowMoment, _ form: WatermarkForm, _ ends: WatermarkSurvey.Ends, _ target: WatermarkTarget
    ) throws {
        guard let value = target.expression, let high = moment.high, moment.ends == .low else { return }
        let survey = WatermarkSurvey(target: target, database: database)
        moment.beyond = try survey.count(["\(value) >= ?1"], [try form.parameter(high.value)])
        guard moment.beyond != 0, form != .date, outcome != .isBusy else { return }
        let late = try clock.now + 300_000_000 + zoneDistance(form, high: high)
        let edge = try form.parameter(Self.shown(late, form))
        guard try survey.count(["\(value) > ?1"], [edge]) > 0 else { return }
        let remedy: String
        if case .moment(let shape) = form, shape.zone.isEmpty {
            remedy =
                question.timezone == nil
                ? ". Set watermark_timezone to the zone that the times are written in"
                : ". Is watermark_timezone (\(question.timezone ?? "")) the zone that the times are written in?"
        } else {
            remedy = ""
        }
        moment.warnings.append(
            "\(target.place): some values, up to \(ends.greatest.description), are more than 5 minutes above "
                + "\(high.value), where the window ends\(remedy)")
    }

    /// Microseconds that the window's end, as it is read, lies from UTC.
    private func zoneDistance(_ form: WatermarkForm, high: WatermarkText) throws -> Int {
        guard case .moment(let shape) = form, shape.zone.isEmpty else { return 0 }
        return try clock.readings(timezone: question.timezone).lowerBound - clock.now
    }

    private static func shown(_ microseconds: Int, _ form: WatermarkForm) -> String {
        if case .moment(let shape) = form, shape.zone.isEmpty {
            return MomentShape(digits: 6).text(reading: microseconds)
        }
        return MomentShape(separator: "T", zone: "+00:00", digits: 6).text(reading: microseconds)
    }
}
