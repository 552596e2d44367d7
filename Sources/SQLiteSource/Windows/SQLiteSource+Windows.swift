import Ports

extension SQLiteSource: WindowSource {
    /// All questions are answered of one moment, at which no writer was in the middle of something.
    package func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>] {
        try DatabasePath.check(path)
        guard let lease = slots.take(upTo: 1, stop: stop) else {
            throw SQLiteFault(.cancelled, "Stopped while waiting for a connection")
        }
        defer { lease.keep(0) }
        let waiting = ReadStop(stop, lockSeconds: lockSeconds)
        let strict = try Database(path: path, stop: waiting, lenient: false)
        defer { strict.close() }
        // As when they are read: "text" in double quotes is let be text where all SQL is the database's own or ours.
        let lenient =
            try questions.contains(where: \.isOwnSQL) ? Database(path: path, stop: waiting, lenient: true) : nil
        defer { lenient?.close() }
        var now = 0
        let proof = WriterProof(path: path, stop: stop, waitSeconds: terms.waitSeconds)
        let outcome = try proof.take(beside: strict) {
            // The clock first: what is committed after it is not seen, and has a later time.
            now = try strict.clock()
            try strict.beginReading()
            try lenient?.beginReading()
        }
        let clock = FrozenClock(now: now)
        var answers: [Result<WindowMoment, any Error>] = []
        for question in questions {
            let database = question.isOwnSQL ? lenient ?? strict : strict
            let freezing = Freezing(
                question: question, database: database, clock: clock, outcome: outcome, terms: terms, path: path)
            answers.append(Result { try freezing.moment() })
            if stop.isRaised { throw SQLiteFault(.cancelled, "Stopped while looking for new rows") }
        }
        strict.close()
        lenient?.close()
        try settle(answers, outcome: outcome, terms: terms, stop: stop)
        return answers
    }

    /// Numbers: what was below the greatest one and not committed yet has this long.
    private func settle(
        _ answers: [Result<WindowMoment, any Error>], outcome: WriterProof.Outcome, terms: WindowTerms, stop: StopSignal
    ) throws(SQLiteFault) {
        guard outcome == .isReadOnly || outcome == .isBusy && terms.onBlocked == .settle else { return }
        let waits = answers.contains { answer in
            if case .success(let moment) = answer { moment.ends == .high && moment.high != nil } else { false }
        }
        guard waits else { return }
        if stop.wait(seconds: terms.settleIDsSeconds) {
            throw SQLiteFault(.cancelled, "Stopped while waiting for numbers to settle")
        }
    }
}

extension WindowQuestion {
    fileprivate var isOwnSQL: Bool { filter == nil && object.isTable }
}

extension Database {
    /// Microseconds since 1970, UTC.
    func clock() throws(SQLiteFault) -> Int {
        let text = try rows("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')", doing: "reading the clock").first?[0] ?? ""
        var copy = text
        let moment = copy.withUTF8 { bytes in bytes.baseAddress.flatMap { MomentText.moment($0, bytes.count) } }
        guard let moment else { throw SQLiteFault(.permanent, "SQLite's clock says \(VisibleText.quoted(text))") }
        return Int(moment.days) * Int(MomentText.dayMicroseconds) + Int(moment.microseconds)
    }
}
