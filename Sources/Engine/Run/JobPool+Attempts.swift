import Ports
import Synchronization

// What becomes of each attempt: the next one, or the job's end; and the records of both.
extension JobPool {
    func perform(_ index: Int, _ attempt: Int, _ memory: MemoryShare) {
        defer { memory.giveBack() }
        let job = jobs[index]
        let progress = LoadProgress()
        let startedAt = terms.wall.unixMicroseconds
        let since = terms.clock.seconds
        let began = state.withLock { state in
            state.running[index] = Running(attempt: attempt, since: since, progress: progress)
            if let began = state.firstBegan[index] { return began }
            state.firstBegan[index] = since
            return since
        }
        recorder.jobBegan(label(job), attempt: attempt)
        var report = JobLoad.Report()
        var failure: (any Error)?
        // What is visible is on record before the load's intent goes: a crash in between is made good by the next run.
        let told = Told()
        let outcome = { [self] (report: JobLoad.Report, failure: (any Error)?) in
            var outcome = JobOutcome(
                job: label(job), runID: terms.facts.runID, loadID: report.loadID, attempt: attempt, status: .success,
                loadType: job.loadType, writeMode: job.writeMode, failure: failure.map { JobOutcome.Failure($0) },
                startedAt: startedAt, endedAt: terms.wall.unixMicroseconds, seconds: terms.clock.seconds - since)
            outcome.isBackfill = ask(of: job).isBackfill
            report.fill(&outcome)
            return outcome
        }
        let onCommitted = { [recorder] (report: JobLoad.Report) in
            recorder.attemptEnded(outcome(report, nil))
            told.isTold = true
        }
        do {
            try run(load(job, index, attempt, memory, progress, began, onCommitted), &report)
        } catch let shortage as MemoryShortage {
            return putBack(index, attempt, shortage)
        } catch {
            // What a visible load leaves to be cleared away, the next run clears away.
            failure = told.isTold ? nil : error
        }
        var ended = outcome(report, failure)
        settle(index, failure, report, &ended)
        if !told.isTold { recorder.attemptEnded(ended) }
        wakeup.ring()
    }

    /// Used by one thread.
    private final class Told {
        var isTold = false
    }

    /// What the source refuses may be a name in another case: then the load is begun once more with the source's own names.
    private func run(_ load: JobLoad, _ report: inout JobLoad.Report) throws {
        do {
            try load.run(&report)
        } catch let fault as any Fault where fault.kind == .configuration && !report.isReading {
            guard let found = try? surroundings.spelled(load.job, stop: stop) else {
                throw fault
            }
            var again = load
            again.job = found.job
            report = JobLoad.Report(notes: found.notes)
            try again.run(&report)
        }
    }

    private func load(
        _ job: Job, _ index: Int, _ attempt: Int, _ memory: MemoryShare, _ progress: LoadProgress, _ began: Double,
        _ onCommitted: @escaping (JobLoad.Report) -> Void
    ) -> JobLoad {
        JobLoad(
            job: job, attempt: attempt, ask: ask(of: job), acceptsShrink: options.acceptsShrink,
            surroundings: surroundings, terms: terms,
            moments: moments, watch: watch, hands: Hands(pool: self, index: index), memory: memory,
            progress: progress, began: began,
            stop: stop, others: { [self] in questions(besides: index, but: $0) },
            onCommitted: onCommitted,
            onFinished: { [self] in finished($0, by: job, attempt: attempt) },
            onRecovery: { [self] in recovered($0, by: job, attempt: attempt) })
    }

    private func ask(of job: Job) -> LoadRequest { asks[job.id] ?? .due }

    /// Jobs of the same source that still wait for their turn. What can't be asked now is asked when it is theirs.
    private func questions(
        besides index: Int, but answered: Set<String>
    ) -> [(job: String, question: WindowQuestion)] {
        let source = jobs[index].source.name
        let waiting = state.withLock { state in
            jobs.indices.filter {
                $0 != index && jobs[$0].source.name == source && state.outcomes[$0] == nil && state.running[$0] == nil
                    && jobs[$0].loadType == .incremental && !answered.contains(jobs[$0].id)
            }
        }
        return waiting.compactMap { other in
            let job = jobs[other]
            guard let question = try? question(of: job) else { return nil }
            return (job.id, question)
        }
    }

    /// Of a loaded table the last record says all that is asked for: what it holds is not looked at.
    private func question(of job: Job) throws -> WindowQuestion? {
        let text = try surroundings.text(of: job)
        let openDays = try surroundings.terms(of: job).openDays
        let ledger = try surroundings.place(of: job).ledger
        if let watermark = try ledger.head().watermark {
            return text.question(job, isLoaded: true, upTo: watermark, openDays: openDays)
        }
        return text.question(job, try ledger.state(), openDays: openDays)
    }

    /// Its table is wider than what is free allows. It has nothing open any more, and begins again when there is enough.
    private func putBack(_ index: Int, _ attempt: Int, _ shortage: MemoryShortage) {
        recorder.remark(
            RunRemark(
                .info,
                "waits for memory: reading it takes up to \(shortage.bytes >> 20) MiB of the run.memory_budget of "
                    + "\(memory.bytes >> 20) MiB", job: label(jobs[index]), attempt: attempt))
        let now = terms.clock.seconds
        state.withLock { state in
            state.neededBytes[index] = shortage.bytes
            state.running[index] = nil
            state.firstBegan[index] = nil
            state.board.tookBack(index, now: now)
        }
        wakeup.ring()
    }

    private func settle(
        _ index: Int, _ failure: (any Error)?, _ report: JobLoad.Report, _ outcome: inout JobOutcome
    ) {
        let now = terms.clock.seconds
        let fault = failure as? any Fault
        // What the lake or another run came between says nothing of the source.
        let sourceAnswered: Bool? =
            failure == nil || report.sourceAnswered
            ? true : report.askedSource ? fault?.kind != .transient : nil
        let ending: RunBoard.Ending
        switch (failure, fault?.kind) {
        case (nil, _): (outcome.status, ending) = (.success, .succeeded)
        case (let fault as LedgerFault, _) where fault.reason == .locked: (outcome.status, ending) = (.locked, .locked)
        case (_, .cancelled) where stop.isRaised: (outcome.status, ending) = (.cancelled, .cancelled)
        case (_, .transient) where outcome.attempt < attempts(of: jobs[index]) && !stop.isRaised:
            let pause = retry(of: jobs[index]).pause(afterAttempt: outcome.attempt, chance: terms.chance())
            outcome.status = .retried
            outcome.retryAfterSeconds = pause
            let ended = outcome
            state.withLock { state in
                state.running[index] = nil
                state.lastFailure[index] = ended
                state.board.failedAttempt(
                    index, retryAt: now + pause, sourceAnswered: sourceAnswered, now: now)
            }
            return
        default: (outcome.status, ending) = (.failed, .failed)
        }
        let ended = outcome
        state.withLock { state in
            state.running[index] = nil
            state.outcomes[index] = ended
            state.board.ended(index, ending, sourceAnswered: sourceAnswered, now: now)
        }
    }

    private func retry(of job: Job) -> RetryPolicy { (try? surroundings.terms(of: job).retry) ?? RetryPolicy() }
    private func attempts(of job: Job) -> Int { job.run.maxAttempts ?? retry(of: job).attempts }

    // MARK: - Without an attempt

    /// Jobs that need not be begun any more.
    func settleSkipped() {
        let isStopped = stop.isRaised
        let skipped = state.withLock { state in
            if isStopped { state.board.stop(because: "the run was stopped before its turn") }
            return state.board.skipped()
        }
        for (index, ending) in skipped { settleUntried(index, ending) }
        if !skipped.isEmpty { wakeup.ring() }
    }

    func settleRemaining() {
        let left = state.withLock { state -> [(job: Int, ending: RunBoard.Ending)] in
            // What they depend on may have ended since the last look.
            let skipped = state.board.skipped()
            let left = state.board.remaining()
            for index in left {
                state.board.ended(index, .skipped(""), sourceAnswered: nil, now: terms.clock.seconds)
            }
            return skipped
                + left.map { ($0, .skipped("jobs depend on each other in a circle, and it is one of them")) }
        }
        for (index, ending) in left { settleUntried(index, ending) }
        if !left.isEmpty { wakeup.ring() }
    }

    private func settleUntried(_ index: Int, _ ending: RunBoard.Ending) {
        let job = jobs[index]
        let now = terms.wall.unixMicroseconds
        var outcome: JobOutcome
        if case .skipped(let reason) = ending {
            outcome = JobOutcome(
                job: label(job), runID: terms.facts.runID, attempt: 0, status: .skipped, loadType: job.loadType,
                writeMode: job.writeMode, failure: JobOutcome.Failure("Not begun: " + reason), startedAt: now,
                endedAt: now, seconds: 0)
        } else {
            // It has failed before and would have been tried again.
            outcome =
                state.withLock { $0.lastFailure[index] }
                ?? JobOutcome(
                    job: label(job), runID: terms.facts.runID, attempt: 0, status: .failed, startedAt: now,
                    endedAt: now, seconds: 0)
            outcome.status = stop.isRaised ? .cancelled : .failed
            outcome.retryAfterSeconds = nil
            outcome.endedAt = now
        }
        let ended = outcome
        state.withLock { $0.outcomes[index] = ended }
        recorder.attemptEnded(outcome)
    }

    // MARK: - Recovery

    private func finished(_ record: CommitRecord, by job: Job, attempt: Int) {
        guard let load = record.load else { return }
        // What is told of a load is never worth failing the one that comes now.
        let state = try? surroundings.place(of: job).ledger.state()
        let moment = terms.wall.unixMicroseconds
        var outcome = JobOutcome(
            job: label(job), runID: record.writer.run, loadID: record.loadID, attempt: load.attempt, status: .success,
            loadType: job.loadType, writeMode: load.mode, startedAt: moment, endedAt: moment, seconds: 0)
        outcome.isBackfill = load.isBackfill
        outcome.rows = load.slices.reduce(0) { $0 + $1.rows }
        outcome.sourceRows = load.sourceRows
        outcome.quarantined = load.quarantined.reduce(0) { $0 + $1.rows }
        outcome.files = load.files.count
        outcome.bytes = load.files.reduce(0) { $0 + $1.bytes }
        outcome.watermarkTo = record.watermark
        // Somebody may have set it since.
        outcome.tableWatermark = state.map { $0.watermark } ?? record.watermark
        outcome.schemaChanges = state?.tableSchema.changes(in: record.number).map(\.text) ?? []
        outcome.tableSchema = state?.tableSchema
        outcome.notes = ["finished by a later run: its own ended before"]
        recorder.loadRecovered(outcome)
        recorder.remark(
            RunRemark(
                .info, "finished load \(record.loadID) of an earlier run", job: label(job), attempt: attempt))
    }

    private func recovered(_ opening: LoadTransaction.Opening, by job: Job, attempt: Int) {
        for intent in opening.undone {
            recorder.remark(
                RunRemark(
                    .warning, "undid load \(intent.loadID) of an earlier run, which had ended before its commit",
                    job: label(job), attempt: attempt))
        }
        for record in opening.withdrawn {
            recorder.remark(
                RunRemark(
                    .error,
                    "load \(record.loadID) was committed, but the store has lost its files: it is withdrawn, and its "
                        + "window is read again", job: label(job), attempt: attempt))
        }
    }

    private func label(_ job: Job) -> JobLabel {
        JobLabel(id: job.id, source: job.source.name, table: job.object.table)
    }
}

extension JobLoad.Report {
    func fill(_ outcome: inout JobOutcome) {
        outcome.rows = rows
        outcome.sourceRows = sourceRows
        outcome.quarantined = quarantined
        outcome.exceedsQuarantineLimit = exceedsQuarantineLimit
        outcome.quality = quality
        outcome.files = files
        outcome.bytes = bytes
        outcome.partitionPath = folder
        outcome.watermarkFrom = low
        outcome.watermarkTo = high
        outcome.tableWatermarkBefore = watermarkBefore
        outcome.tableWatermark = watermark
        outcome.nullWatermarks = nulls
        outcome.schemaChanges = schemaChanges
        outcome.tableSchema = tableSchema
        outcome.warnings = warnings
        outcome.notes = notes
        outcome.finishedReload = finishedReload
        outcome.phases = phases
        outcome.pressure = pressure
    }
}
