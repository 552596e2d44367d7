import Columnar
import Ports

/// One attempt at one job, from the lease to the last hint (docs/guarantees.md).
struct JobLoad {
    var job: Job
    let attempt: Int
    let ask: LoadRequest
    let acceptsShrink: Bool
    let surroundings: any RunSurroundings
    let terms: RunTerms
    let moments: SourceMoments
    let watch: LoadWatch
    let hands: any HandLender
    /// Reserved for the load's own hand.
    let memory: MemoryShare
    let progress: LoadProgress
    /// When the job's first attempt began.
    let began: Double
    /// The person's.
    let stop: StopSignal
    /// Other jobs of the source that will have to know where their windows end.
    let others: SourceMoments.Others
    /// The load is visible: what is to be told of it.
    let onCommitted: (Report) -> Void
    /// A load of an earlier run counts, and may not have been told.
    let onFinished: @Sendable (CommitRecord) -> Void
    /// Loads of earlier runs that this one finished or undid.
    let onRecovery: @Sendable (LoadTransaction.Opening) -> Void

    /// What is known at the end, also of a failure.
    struct Report {
        var loadID: String?
        var rows = 0
        var sourceRows: Int?
        var quarantined = 0
        var exceedsQuarantineLimit = false
        var quality: [RuleResult] = []
        var files = 0
        var bytes = 0
        var folder: String?
        var low: WatermarkText?
        var high: WatermarkText?
        /// The table's own, before this attempt and after it.
        var watermarkBefore: WatermarkText?
        var watermark: WatermarkText?
        var nulls: Int?
        var schemaChanges: [String] = []
        /// After the load.
        var tableSchema: TableSchema?
        var warnings: [String] = []
        var notes: [String] = []
        var phases: [JobOutcome.Phase] = []
        var pressure: SourcePressure?
        /// Whether the source was asked and heard of: the breaker spares one that does not answer.
        var askedSource = false
        var sourceAnswered = false
        /// The source has found everything that the row names.
        var isReading = false
        /// The row's `reload_from` and `reload_to` are done.
        var finishedReload = false
    }

    func run(_ report: inout Report) throws {
        let place = try surroundings.place(of: job)
        let ledger = place.ledger
        let loadID = RunMoment.identifier(terms.wall.unixMicroseconds)
        let transaction = LoadTransaction(
            ledger: ledger, terms: terms.loadTerms(job, loadID: loadID, attempt: attempt))
        do {
            try run(transaction, place, loadID, &report)
        } catch {
            transaction.rollBack()
            throw error
        }
    }

    private func run(
        _ transaction: LoadTransaction, _ place: LakePlace, _ loadID: String, _ report: inout Report
    ) throws {
        var phase = PhaseClock(terms.clock)
        defer { report.phases = phase.phases }
        let ledger = place.ledger
        var isOpen = false
        if try ledger.hasUnfinished(terms.witness) {
            _ = try open(transaction)
            isOpen = true
        }
        let text = try surroundings.text(of: job)
        let source = try surroundings.source(of: job)
        let sourceTerms = try surroundings.terms(of: job)
        var state = try ledger.state()
        try TableFolder(ledger).refuseUnrecorded(state, job: job.id)
        phase.enter("window")
        var moment: WindowMoment?
        if let question = text.question(job, state, openDays: sourceTerms.openDays) {
            guard let windows = source as? any WindowSource else {
                throw EngineFault(
                    .configuration, "The source '\(job.source.name)' cannot say up to where its rows are final",
                    remedy: "Use load_type FULL.")
            }
            report.askedSource = true
            moment = try moments.moment(
                for: job, question, of: windows, terms: sourceTerms.windows, stop: stop, others: others)
            report.sourceAnswered = true
        }
        var plan = try planner(text, state, moment).plan()
        if !isOpen, !plan.isEmpty {
            let opening = try open(transaction)
            if opening.head.number != state.number {
                state = try ledger.state()
                // Another run has frozen its window after this one: its record's clock is not one that was set back.
                moment?.clock = nil
                plan = try planner(text, state, moment).plan()
            }
        }
        note(plan, moment, state, &report)
        (report.watermarkBefore, report.watermark) = (state.watermark, state.watermark)
        guard !plan.isEmpty else {
            // Of a table that was never loaded the cell still says where to start.
            report.finishedReload = plan.finishesReload && state.origin != nil
            transaction.rollBack()
            return
        }
        report.loadID = loadID
        phase.enter("read")
        let inner = StopSignal()
        let relay = try StopRelay(from: stop, to: inner)
        defer { relay.end() }
        let faults = FirstFault(stopping: inner)
        let watched = watch.begin(transaction, faults: faults, began: began, timeoutSeconds: job.run.timeoutSeconds)
        defer { watch.end(watched) }
        do {
            try transaction.begin()
            report.askedSource = true
            let read = try source.open(text.request(job, plan, state, sourceTerms, ask), stop: inner)
            defer { read.close() }
            report.sourceAnswered = true
            report.isReading = true
            report.notes += read.notes
            let (shaping, schema) = try RowShaping.make(
                job, read, state, plan, ask, LoadMark(loadID: loadID, loadedAt: terms.wall.unixMicroseconds),
                surroundings, sourceClock: moment?.clock, stop: inner)
            report.schemaChanges = schema.changes.map(\.text)
            report.warnings += schema.warnings
            report.notes += schema.notes
            var load = try stage(transaction, read, shaping, plan, place, inner, faults, &phase, &report)
            load.schema = schema.record
            // The next load reads the same range again, and what has come to it.
            guard !plan.changesNothing(rows: load.tally.rows) else {
                report.finishedReload = plan.finishesReload && state.origin != nil
                transaction.rollBack()
                report.loadID = nil
                return
            }
            phase.enter("commit")
            try commit(load, plan, text, state, transaction, faults, &phase, &report)
            phase.enter(nil)
        } catch {
            // From the first send of the commit on, neither an interrupt nor a deadline has undone the load.
            guard !transaction.isSent else { throw error }
            faults.record(error)
            throw faults.outcome ?? error
        }
    }

    private func open(_ transaction: LoadTransaction) throws -> LoadTransaction.Opening {
        let opening = try transaction.open(told: onFinished)
        onRecovery(opening)
        return opening
    }

    private func planner(_ text: JobText, _ state: TableState, _ moment: WindowMoment?) -> LoadPlanner {
        LoadPlanner(
            job: job, origin: text.origin(job), state: state, moment: moment, request: ask, date: terms.date)
    }

    private func note(
        _ plan: LoadPlan, _ moment: WindowMoment?, _ state: TableState, _ report: inout Report
    ) {
        // What the source said of its end is among them.
        report.warnings += plan.warnings
        report.notes += plan.notes
        report.low = plan.low(moment)
        // Until the load is committed, and where nothing is, the table stays where it is.
        report.high = state.watermark
        report.nulls = moment?.nulls
    }

    /// Reads everything into sealed files that nobody sees, and verifies them.
    private func stage(
        _ transaction: LoadTransaction, _ read: any OpenRead, _ shaping: RowShaping, _ plan: LoadPlan,
        _ place: LakePlace, _ stop: StopSignal, _ faults: FirstFault, _ phase: inout PhaseClock,
        _ report: inout Report
    ) throws -> Staged {
        let date = terms.date
        let order = TableOrder(
            job: job, schema: shaping.schema, loadID: shaping.mark.loadID, loadedAt: shaping.mark.loadedAt,
            addsLoadColumns: false, writesEmpty: plan.commitsEmpty, fileBytes: place.fileBytes)
        let surroundings = surroundings
        let table = ShapedTable(
            shaping, into: try surroundings.table(order, stage: { try transaction.stage(date: date) })
        ) {
            try surroundings.table(order.quarantine(shaping), stage: { try transaction.stageQuarantine() })
        }
        do {
            let handBytes = BatchLimit().mostBytes(read.schema) + table.encoderBytes + read.readerBytes
            let needed = handBytes + (shaping.judge?.memoryBytes ?? 0)
            guard memory.set(needed) else { throw MemoryShortage(bytes: needed) }
            let (chance, sleep) = (terms.chance, terms.sleep)
            let reading = TableReading(
                read, into: table, progress: progress, stop: stop, faults: faults, repeats: 3,
                fileBytes: place.fileBytes, handBytes: handBytes,
                pause: { sleep(RetryPolicy(initialSeconds: 1).pause(afterAttempt: $0, chance: chance())) })
            hands.share(reading)
            let tally = try reading.finished()
            progress.enter(.finishing)
            phase.enter("verify")
            report.sourceRows = tally.serverRows
            report.warnings += tally.adjustments.map { "column '\($0.column)': \($0.count) \($0.message)" }
            try check(tally, read, &report)
            try check(shaping.judge, &report)
            try read.confirm()
            report.pressure = read.pressure
            read.close()
            let files = try table.finish()
            let staged = Staged(files: files, quarantined: table.quarantined, tally: tally)
            try tally.check(written: staged.rows, quarantined: staged.quarantinedRows)
            return staged
        } catch {
            table.abandon()
            throw error
        }
    }

    private struct Staged {
        var files: [StagedFile]
        var quarantined: [StagedFile]
        var tally: TableReading.Tally
        var schema: [TableSchema.Column] = []

        /// By the files' own footers.
        var rows: Int { files.reduce(0) { $0 + $1.rows } }
        var quarantinedRows: Int { quarantined.reduce(0) { $0 + $1.rows } }

        func rows(ofSlice slice: Int) -> Int { files.filter { $0.slice == slice }.reduce(0) { $0 + $1.rows } }
    }

    private func check(_ judge: (any LoadJudge)?, _ report: inout Report) throws {
        guard let verdict = try judge?.verdict() else { return }
        report.warnings += verdict.warnings
        report.quality = verdict.results
        report.exceedsQuarantineLimit = verdict.exceedsQuarantineLimit
        guard !verdict.refusals.isEmpty else { return }
        throw EngineFault(
            .permanent, verdict.refusals.joined(separator: "\n"),
            remedy: "Nothing was changed. Look at the rows in the source, or at the job's rows of QualityRules.")
    }

    /// The expected number comes from the server, never from our own counter.
    private func check(_ tally: TableReading.Tally, _ read: any OpenRead, _ report: inout Report) throws {
        let usual: JobGuards.RowCountCheck =
            job.loadType == .full && job.source.type != .postgresql ? .query : .stream
        guard (job.guards.rowCountCheck ?? usual) == .query, let counted = try read.count() else { return }
        report.sourceRows = counted
        let verdict = LoadGuards(job: job).compare(
            read: tally.rows, expected: counted, by: .query, isSnapshot: read.isSnapshot)
        report.warnings += verdict.warnings
        if let fault = verdict.fault(job.id) { throw fault }
    }

    private func commit(
        _ staged: Staged, _ plan: LoadPlan, _ text: JobText, _ state: TableState, _ transaction: LoadTransaction,
        _ faults: FirstFault, _ phase: inout PhaseClock, _ report: inout Report
    ) throws {
        let replaced = state.live.filter { plan.replaces.contains($0.id) }
        let rows = plan.slices.indices.map { staged.rows(ofSlice: $0) }
        let verdict = LoadGuards(job: job, acceptsShrink: acceptsShrink).check(plan, rows: rows)
        report.warnings += verdict.warnings
        if let fault = verdict.fault(job.id) { throw fault }
        let slices = plan.slices.enumerated().map { index, slice in
            Slice(
                id: Slice.ID(commit: 0, part: index), coverage: slice.coverage, isProvisional: slice.isProvisional,
                files: staged.files.filter { $0.slice == index }
                    .map { DataFile(object: $0.object, rows: $0.rows) })
        }
        // The last moment at which an interrupt is heard: from here on the load counts.
        if let fault = faults.outcome { throw fault }
        var load = CommitRecord.Load(
            mode: plan.mode, slices: slices, replaces: plan.replaces,
            removes: replaced.flatMap { $0.files.map(\.object.name) },
            origin: text.origin(job),
            schema: staged.schema,
            sourceRows: report.sourceRows, sourceClock: plan.sourceClock,
            quarantined: staged.quarantined.map { DataFile(object: $0.object, rows: $0.rows) })
        load.isBackfill = ask.isBackfill
        let record = try transaction.commit(load, watermark: plan.watermark)
        report.rows = staged.rows
        report.quarantined = staged.quarantinedRows
        report.files = staged.files.count
        report.finishedReload = plan.finishesReload
        (report.high, report.watermark) = (plan.watermark, plan.watermark)
        report.bytes = staged.files.reduce(0) { $0 + $1.object.bytes }
        report.folder = staged.files.first.flatMap { file in
            file.object.name.lastIndex(of: "/").map { String(file.object.name[...$0]) }
        }
        let after = try? state.after(record)
        report.tableSchema = after?.tableSchema
        phase.enter("publish")
        report.phases = phase.phases
        try transaction.end(record, leaving: after) { onCommitted(report) }
        progress.enter(.done)
    }
}

/// Threads that have nothing else to do help a load.
protocol HandLender: Sendable {
    /// Returns when no unit is left and every hand has let go.
    func share(_ reading: TableReading)
}

/// What each part of the work took.
struct PhaseClock {
    private let clock: any MonotonicClock
    private var current: (name: String, since: Double)?
    private(set) var phases: [JobOutcome.Phase] = []

    init(_ clock: any MonotonicClock) { self.clock = clock }

    mutating func enter(_ name: String?) {
        let now = clock.seconds
        if let (name, since) = current { phases.append(JobOutcome.Phase(name, seconds: now - since)) }
        current = name.map { ($0, now) }
    }
}
