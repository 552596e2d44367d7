import Ports

/// The steps of freezing: greatest values, the clock, the open transactions, and last what each window ends at.
///
/// In this order: what is allocated or begun after the greatest values and the clock were read lies beyond them, and what
/// began before is in the list, which is younger.
struct WindowFreeze {
    let connection: Connection
    let terms: WindowTerms
    let stop: StopSignal
    let memory: ListingMemory

    /// A question on its way to its answer.
    private struct Asked {
        var object: WindowObject
        /// Of numbers and texts.
        var greatest: String?
    }

    func answers(
        to questions: [WindowQuestion], lockSeconds: Int
    ) throws(PostgresFault) -> [Result<WindowMoment, any Error>] {
        _ = try connection.execute(
            TransactionText.looking(lockTimeout: lockSeconds, on: connection), doing: "setting up the session")
        var asked: [Result<Asked, PostgresFault>] = []
        for question in questions { asked.append(try ask(question)) }
        let moment = try DatabaseMoment(on: connection, terms: terms)
        let open = try openTransactions(asked.compactMap { try? $0.get() }, moment)
        var answers: [Result<WindowMoment, any Error>] = []
        for asked in asked {
            switch asked {
            case .failure(let fault): answers.append(.failure(fault))
            case .success(let asked):
                let outcome = try connection.attempt { () throws(PostgresFault) in
                    try answer(asked, moment, open)
                }
                answers.append(outcome.mapError { $0 })
            }
        }
        return answers
    }

    private func ask(_ question: WindowQuestion) throws(PostgresFault) -> Result<Asked, PostgresFault> {
        try connection.attempt { () throws(PostgresFault) in
            let object = try WindowObject(question, on: connection)
            guard object.watermark.type.ends == .high else { return Asked(object: object) }
            return Asked(object: object, greatest: try object.greatest(on: connection))
        }
    }

    // MARK: - Open transactions

    private func openTransactions(
        _ asked: [Asked], _ moment: DatabaseMoment
    ) throws(PostgresFault) -> [OpenTransaction] {
        guard !asked.isEmpty else { return [] }
        let hasNumbers = asked.contains { $0.object.watermark.type.ends == .high }
        if moment.isStandby {
            // Times end early enough; numbers have only the wait.
            if hasNumbers { try TransactionWait.sleep(terms.settleIDsSeconds, stop: stop) }
            return []
        }
        var maxima: [String: String] = [:]
        for asked in asked { maxima[asked.object.key] = asked.greatest }
        let wait = TransactionWait(
            list: TransactionList(connection: connection), terms: terms, stop: stop, memory: memory,
            server: moment.serverStart)
        return try wait.open(
            all: hasNumbers, recording: .init(moment: moment.settled, open: [], maxima: maxima))
    }

    // MARK: - Answers

    private func answer(
        _ asked: Asked, _ moment: DatabaseMoment, _ open: [OpenTransaction]
    ) throws(PostgresFault) -> WindowMoment {
        let object = asked.object
        let type = object.watermark.type
        var answer = WindowMoment(sort: type.sort, ends: type.ends, high: nil, clock: moment.clock)
        var clock: String?
        switch type.ends {
        case .low: clock = try endTimes(object, moment, open, &answer)
        case .high: try endNumbers(asked, moment, open, &answer)
        }
        guard let high = answer.high else { return answer }
        if type.family == .text, let low = object.question.low {
            answer.order = try object.order(of: high.value, to: low.value, on: connection)
        }
        let counts = try object.counts(beyond: high.value, clock: clock, on: connection)
        answer.nulls = counts.nulls
        answer.beyond = counts.beyond
        if let farthest = counts.farthest, let clock {
            answer.warnings.append(
                "\(object.watermark.display) reaches up to \(farthest), while the database's clock shows \(clock): "
                    + (object.question.timezone == nil
                        ? "name the zone in which it is written in watermark_timezone."
                        : "these times lie in the future, or are not written in the zone that watermark_timezone names.")
            )
        }
        return answer
    }

    /// What the column's clock shows now, of a time without a zone.
    private func endTimes(
        _ object: WindowObject, _ moment: DatabaseMoment, _ open: [OpenTransaction], _ answer: inout WindowMoment
    ) throws(PostgresFault) -> String? {
        let type = object.watermark.type
        var held = HeldEnd.instant(moment.settled, open: open, memory: memory, server: moment.serverStart)
        if !held.blockers.isEmpty, terms.onBlocked == .settle {
            let settled = try moment.earlier(by: terms.settleSeconds, on: connection)
            if held.value.map({ DatabaseMoment.isEarlier($0, than: settled) }) ?? true {
                held = HeldEnd(value: settled)
                answer.notes.append("Transactions are open that may still write below the window's end (on_blocked)")
            }
        }
        let end = WindowEnd(
            connection: connection, moment: moment, type: type, timezone: object.question.timezone,
            openDays: object.question.openDays)
        if let instant = held.value {
            let readings = try end.readings(of: instant)
            answer.high = readings.high.map { WatermarkText(value: $0, type: type.tag) }
            answer.finalBelow = readings.finalBelow.map { WatermarkText(value: $0, type: type.tag) }
        } else {
            answer.high = try heldAtStart(object, held.blockers)
        }
        tell(of: held, moment, &answer)
        guard case .time(zone: false) = type.family else { return nil }
        return try end.readings(of: moment.clock).high
    }

    private func endNumbers(
        _ asked: Asked, _ moment: DatabaseMoment, _ open: [OpenTransaction], _ answer: inout WindowMoment
    ) throws(PostgresFault) {
        let object = asked.object
        guard let greatest = asked.greatest else { return }
        let type = object.watermark.type
        let isLess = { (one: String, two: String) throws(PostgresFault) -> Bool in
            if let scale = KeyScale(type.sort), let first = scale.position(one), let second = scale.position(two) {
                return first < second
            }
            return try object.order(of: one, to: two, on: connection) == .below
        }
        var held = try HeldEnd.greatest(
            greatest, of: object.key, open: open, memory: memory, server: moment.serverStart, isLess: isLess)
        if !held.blockers.isEmpty, terms.onBlocked == .settle {
            held = HeldEnd(value: greatest)
            answer.notes.append("Transactions are open that may still write below the window's end (on_blocked)")
        }
        if let value = held.value {
            answer.high = WatermarkText(value: value, type: type.tag)
            // What is held back lies where it lay; only the greatest value itself tells of a sequence that began anew.
            if !held.blockers.isEmpty, let low = object.question.low, try isLess(value, low.value) { answer.high = low }
        } else {
            answer.high = try heldAtStart(object, held.blockers)
        }
        tell(of: held, moment, &answer)
    }

    /// Nothing is known of what is open but that it is: then nothing new is read.
    private func heldAtStart(_ object: WindowObject, _ blockers: [OpenTransaction]) throws(PostgresFault)
        -> WatermarkText
    {
        if let low = object.question.low { return low }
        throw PostgresFault(
            .server, kind: .transient,
            "It cannot be told up to where \(object.display) is final: open since before it was first looked at is "
                + blockers.map(\.display).joined(separator: ", "),
            remedy: remedy(blockers, isTime: object.watermark.type.ends == .low))
    }

    /// Says who holds an end back for more than the moment that it takes to commit.
    private func tell(of held: HeldEnd, _ moment: DatabaseMoment, _ answer: inout WindowMoment) {
        guard !held.blockers.isEmpty else { return }
        var isLong = false
        let who = held.blockers.prefix(5).map { blocker in
            let since = blocker.start ?? memory.newest(without: blocker.id ?? "", server: moment.serverStart)?.moment
            let age = since.map { DatabaseMoment.seconds(from: $0, to: moment.clock) }
            isLong = isLong || (age ?? .infinity) > terms.longestLagSeconds
            guard let age else { return blocker.display + ", open for longer than is on record" }
            return blocker.display + ", open for \(blocker.start == nil ? "at most " : "")\(Self.span(Int(age)))"
        }.joined(separator: "; ")
        let text = "The window ends before transactions that may still write into it: \(who)"
        if isLong {
            answer.warnings.append(text + ". " + remedy(held.blockers, isTime: answer.ends == .low))
        } else {
            answer.notes.append(text)
        }
    }

    /// Of a number's window nothing is known by a start, and who sees all starts needs no grant.
    private func remedy(_ blockers: [OpenTransaction], isTime: Bool) -> String {
        let grant =
            isTime && blockers.contains { $0.start == nil && !$0.isPrepared }
            ? ", or let their start be seen: GRANT pg_read_all_stats TO \(SQLText.identifier(connection.user))" : ""
        let ended = blockers.contains { $0.isPrepared } ? "End them (COMMIT PREPARED or ROLLBACK PREPARED)" : "End them"
        return ended + grant + "; on_blocked = \"settle\" takes the risk instead."
    }

    /// The largest unit that counts more than one.
    private static func span(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
