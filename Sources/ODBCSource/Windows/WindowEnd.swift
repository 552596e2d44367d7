import Ports
import SQLDialects

/// Decides where the window of one job ends.
struct WindowEnd {
    struct Transactions: Equatable {
        /// Why there is no list; nil where there is.
        var unknown: String?
        /// When the clock had been read.
        var atFirst: [OpenTransaction] = []
        /// Those of them that numbers were waited for in vain.
        var left: [OpenTransaction] = []
    }

    let question: WindowQuestion
    let watermark: Watermark
    let rows: WatermarkRows
    let greatest: String?
    let clock: WindowClock
    let transactions: Transactions
    let terms: WindowTerms
    let session: ODBCSession

    func moment() throws -> WindowMoment {
        let zone = try question.timezone.map { try ZoneRules.load($0) }
        var moment = WindowMoment(
            sort: watermark.key.sort, ends: watermark.ends, high: nil, clock: WindowClock.text(clock.utc))
        if watermark.isHidden {
            moment.notes.append(
                "\(watermark.display) is compared by the query alone, and taken for a time without a zone")
        } else {
            moment.nulls = watermark.mayBeNull ? try rows.count(.null) : 0
        }
        switch watermark.key.sort {
        case .integer, .decimal, .text: try endWithGreatest(&moment)
        case .binary: try endWithRowVersion(&moment)
        case .date, .time:
            let most = watermark.isHidden ? nil : try rows.greatest()
            guard most != nil || watermark.isHidden else { return moment }
            try endWithClock(&moment, zone: zone, most: most)
        }
        return moment
    }

    private func mark(_ text: String) -> WatermarkText { WatermarkText(value: text, type: watermark.key.tag) }

    // MARK: - Numbers, text

    private func endWithGreatest(_ moment: inout WindowMoment) throws {
        guard let greatest else { return }
        moment.high = mark(greatest)
        if let why = transactions.unknown {
            moment.notes.append("\(why): waited for \(Int(terms.settleIDsSeconds)) s after the greatest value was read")
        } else if !transactions.left.isEmpty {
            let who = shown(transactions.left)
            if terms.onBlocked == .settle {
                moment.warnings.append(
                    "\(who) may still write below \(greatest); on_blocked = settle goes on without it")
            } else {
                moment.high = try held(moment, by: transactions.left)
                moment.warnings.append(
                    "held: \(who) may still write below \(greatest); nothing new is read until it ends")
            }
        }
        if watermark.key.sort == .text, let low = question.low?.value, moment.high?.value == greatest {
            moment.order = try rows.order(against: low)
        } else if watermark.key.sort == .text {
            moment.order = .same
        }
    }

    private func held(_ moment: WindowMoment, by open: [OpenTransaction]) throws(ODBCFault) -> WatermarkText {
        if let low = question.low { return low }
        throw ODBCFault(
            .transient,
            "\(shown(open)) may still write rows of this window, after a wait of \(Int(terms.waitSeconds)) s",
            remedy: "Let it end; or set on_blocked = \"settle\" to take the risk.")
    }

    private func shown(_ open: [OpenTransaction]) -> String {
        open.prefix(3).map(\.display).joined(separator: "; ") + (open.count > 3 ? " and \(open.count - 3) more" : "")
    }

    // MARK: - rowversion

    private func endWithRowVersion(_ moment: inout WindowMoment) throws {
        guard let query = session.dialect.openTransactions?.lowestRowVersion else {
            throw ODBCFault(
                .configuration, "\(session.dialect.title) does not say below which rowversion all is written")
        }
        guard try rows.greatest() != nil else { return }
        let lowest =
            try session.connection.rows(query, doing: "asking for the lowest active rowversion").first?.first ?? nil
        guard let lowest else { throw ODBCFault(.permanent, "\(session.connection.place) told no active rowversion") }
        moment.high = mark(lowest)
        moment.beyond = try rows.count(.from(lowest, below: nil))
    }

    // MARK: - Times

    /// The newest moment below which nothing is written any more.
    private func settled(_ moment: inout WindowMoment) throws -> Int {
        let now = clock.utc - WindowClock.margin
        let settled = clock.utc - Int(terms.settleSeconds * 1e6)
        if let why = transactions.unknown {
            moment.notes.append("\(why): the window ends \(Int(terms.settleSeconds)) s before the database's clock")
            moment.notes.append("rows newer than \(WindowClock.text(settled).dropLast(6)) UTC are read by a later run")
            return settled
        }
        // Those without a start were waited for.
        let open = transactions.atFirst.filter { $0.start != nil || transactions.left.contains($0) }
        guard !open.isEmpty else { return now }
        let starts = open.compactMap(\.start)
        guard terms.onBlocked == .hold else {
            moment.warnings.append("\(shown(open)) is open; on_blocked = settle goes on without it")
            return min(now, settled)
        }
        guard starts.count == open.count, let first = starts.min() else {
            throw ODBCFault(
                .transient, "\(shown(open)) began at a time that the database does not tell",
                remedy: "Let it end; or set on_blocked = \"settle\" to take the risk.")
        }
        let end = min(now, first - WindowClock.margin)
        let lag = Double(clock.utc - end) / 1e6
        if lag > terms.longestLagSeconds {
            moment.warnings.append("held for \(Int(lag / 60)) minutes: \(shown(open.filter { $0.start == first }))")
        } else if end < now {
            moment.notes.append(
                "rows newer than \(WindowClock.text(end).dropLast(6)) UTC are read by a later run: "
                    + shown(open.filter { $0.start == first }))
        }
        return end
    }

    private func endWithClock(_ moment: inout WindowMoment, zone: ZoneRules?, most: String?) throws {
        let end = try settled(&moment)
        let key = watermark.key
        if key.sort == .date {
            let day = WindowClock.day
            let low = clock.readings(of: end, zone: zone).lowerBound
            if question.openDays > 0 {
                let high = clock.readings(of: clock.utc, zone: zone).upperBound + day
                moment.high = mark(WindowClock.date(high))
                moment.finalBelow = mark(WindowClock.date(low + day - question.openDays * day))
            } else {
                moment.high = mark(WindowClock.date(low))
            }
        } else if watermark.isInstant {
            moment.high = mark(WindowClock.text(reading: end, of: key))
        } else {
            let reading = clock.readings(of: end, zone: zone).lowerBound
            moment.high = mark(WindowClock.text(reading: reading, of: key))
            // West of Greenwich the local clock is the lower one, and may be set back.
            if zone == nil, clock.localOffset < 0 {
                moment.finalBelow = mark(WindowClock.text(reading: reading - 3600 * WindowClock.second, of: key))
            }
        }
        try measure(&moment, zone: zone, most: most)
    }

    private func measure(_ moment: inout WindowMoment, zone: ZoneRules?, most: String?) throws {
        guard !watermark.isHidden, let high = moment.high, let most,
            let scale = KeyScale(watermark.key.sort), let greatest = scale.position(most),
            let edge = scale.position(high.value)
        else { return }
        moment.beyond = greatest >= edge ? try rows.count(.from(high.value, below: nil)) : 0
        guard watermark.key.sort != .date else { return }
        let now = watermark.isInstant ? clock.utc : clock.readings(of: clock.utc, zone: zone).lowerBound
        let late = WindowClock.text(reading: now + 300 * WindowClock.second, of: watermark.key)
        guard let limit = scale.position(late), greatest > limit else { return }
        var advice = ""
        if !watermark.isInstant {
            advice =
                question.timezone.map { ". Is watermark_timezone (\($0)) the zone that the times are written in?" }
                ?? ". Set watermark_timezone to the zone that the times are written in"
        }
        moment.warnings.append(
            "The watermark \(watermark.display) has values up to \(most), more than 5 minutes above "
                + "\(WindowClock.text(reading: now, of: watermark.key)), which the database's clock shows\(advice)")
    }
}
