import Ports
import Synchronization

/// One load of one table, from the lease to the last hint. Either all of it becomes visible or nothing, and whatever
/// moment its process ends at, `TableRecovery` makes it one of the two.
///
/// Order of calls: `open`, `begin`, `stage` for each file, `commit`, `end`; or `rollBack` at any time before `commit`.
/// `stage` and `keepLease` may be called by several threads; the others by one, in that order.
package final class LoadTransaction: Sendable {
    package struct Terms: Sendable {
        package var loadID: String
        package var job: String
        package var attempt: Int
        package var writer: Writer
        package var leaseSeconds: Int
        /// Of processes that died with a lease; nil: they are waited for.
        package var witness: (any ProcessWitness)?
        package var patience: Patience
        /// For records that people read.
        package var now: String

        package init(
            loadID: String, job: String, attempt: Int, writer: Writer, leaseSeconds: Int,
            witness: (any ProcessWitness)? = nil, patience: Patience, now: String
        ) {
            self.loadID = loadID
            self.job = job
            self.attempt = attempt
            self.writer = writer
            self.leaseSeconds = leaseSeconds
            self.witness = witness
            self.patience = patience
            self.now = now
        }
    }

    /// What was found when the table was taken over.
    package struct Opening: Equatable, Sendable {
        package var head: TableLedger.Head
        package var finished: [CommitRecord]
        package var undone: [LoadIntent]
        package var withdrawn: [CommitRecord]
    }

    private let ledger: TableLedger
    private let terms: Terms
    private let onStep: @Sendable (LoadStep) -> Void
    private let state = Mutex(State())

    private struct State {
        var lease: TableLease?
        var head = TableLedger.Head()
        var intent: LoadIntent?
        var files = 0
        /// From the first send of the commit on: whether the load counts is no longer ours to say, and nothing of it may be
        /// removed any more.
        var isSent = false
    }

    package init(
        ledger: TableLedger, terms: Terms, onStep: @escaping @Sendable (LoadStep) -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.terms = terms
        self.onStep = onStep
    }

    /// Takes the lease and settles what earlier loads left. Throws `locked` where another run works on the table.
    /// - Parameter told: as `TableRecovery` has it.
    package func open(told: ((CommitRecord) -> Void)? = { _ in }) throws -> Opening {
        let lease = try ledger.acquireLease(
            terms.writer, seconds: terms.leaseSeconds, witness: terms.witness)
        state.withLock { $0.lease = lease }
        onStep(.leased)
        let report = try TableRecovery(
            ledger: ledger, patience: terms.patience, writer: terms.writer, now: terms.now, told: told
        ).run()
        let head = try ledger.head()
        state.withLock { $0.head = head }
        onStep(.recovered)
        return Opening(
            head: head, finished: report.finished, undone: report.undone, withdrawn: report.withdrawn)
    }

    /// Says that a load begins and which number it means to take.
    package func begin() throws {
        let intent = state.withLock { state in
            precondition(state.lease != nil && state.intent == nil, "a load begins once, with the lease")
            let intent = LoadIntent(
                loadID: terms.loadID, number: state.head.number + 1, job: terms.job, attempt: terms.attempt,
                writer: terms.writer, writtenAt: terms.now)
            state.intent = intent
            return intent
        }
        try terms.patience.insist {
            try ledger.store.putRecord(ledger.keys.intent(terms.loadID), intent.bytes, .hint)
        }
        onStep(.intended)
    }

    /// Opens the next file of the table. `date` is the run's: 2026/11/21.
    package func stage(date: String) throws -> any StagedUpload {
        try stage { ledger.keys.file(load: terms.loadID, number: $0, date: date) }
    }

    /// Opens the next file of rows that are kept out of the table.
    package func stageQuarantine() throws -> any StagedUpload {
        try stage { ledger.keys.quarantineFile(load: terms.loadID, number: $0) }
    }

    /// The upload is on record before a byte is written to it.
    private func stage(_ place: (_ number: Int) -> StagingPlace) throws -> any StagedUpload {
        let number = state.withLock { state in
            precondition(state.intent != nil, "files are staged after begin")
            defer { state.files += 1 }
            return state.files
        }
        let upload = try ledger.store.stage(place(number))
        let token = upload.token
        do {
            // Under the lock: of two intents the later must name both uploads.
            try state.withLock { state in
                guard var intent = state.intent else { throw EngineFault.interrupted }
                intent.uploads.append(token)
                try terms.patience.insist {
                    try ledger.store.putRecord(ledger.keys.intent(terms.loadID), intent.bytes, .hint)
                }
                state.intent = intent
            }
        } catch {
            upload.abandon()
            throw error
        }
        onStep(.staged)
        return upload
    }

    /// False once another run has taken over: what is left to do would be thrown away.
    package func keepLease() throws -> Bool { try state.withLock { $0.lease }.map { try ledger.renew($0) } ?? false }

    /// Whether the load may count already, or does: only the ledger knows then, and what it says is the truth.
    package var isSent: Bool { state.withLock { $0.isSent } }

    /// The commit point. After it the load counts, whatever happens; `end` makes it visible. Throws `superseded` where
    /// another load was faster: nothing of this one counts then, and everything is removed.
    package func commit(_ load: CommitRecord.Load, watermark: WatermarkText?) throws -> CommitRecord {
        let (held, begun, head) = state.withLock { ($0.lease, $0.intent, $0.head) }
        guard let lease = held, var intent = begun else { preconditionFailure("a load commits after begin") }
        onStep(.sealed)
        guard try terms.patience.insist({ try ledger.holds(lease) }) else {
            throw superseded("its lease was over, and another run has taken the table")
        }
        let tokens = load.objects.map(\.token)
        intent.uploads = tokens + intent.uploads.filter { !tokens.contains($0) }
        let prepared = intent
        state.withLock { $0.intent = prepared }
        try terms.patience.insist {
            try ledger.store.putRecord(ledger.keys.intent(terms.loadID), prepared.bytes, .durable)
        }
        onStep(.prepared)
        var numbered = load
        numbered.attempt = terms.attempt
        for index in numbered.slices.indices {
            numbered.slices[index].id = Slice.ID(commit: intent.number, part: numbered.slices[index].id.part)
        }
        let record = CommitRecord(
            number: intent.number, previous: head.digest, loadID: terms.loadID, kind: .load(numbered),
            watermark: watermark, writer: terms.writer, writtenAt: terms.now)
        state.withLock { $0.isSent = true }
        let answer = try CommitPoint(ledger: ledger, patience: terms.patience).write(record)
        guard answer == .ours else {
            state.withLock { $0.isSent = false }
            throw superseded("another run has taken its number, \(intent.number)")
        }
        onStep(.committed)
        return record
    }

    /// Makes a committed load visible and clears up after it. Throws `withdrawn` where the store has lost its files.
    /// - Parameters:
    ///   - state: the table after it, where the caller knows that; else it is read.
    ///   - told: writes the load down for people. The intent goes only then: what was not told before a crash is told by the
    ///     next run.
    package func end(_ record: CommitRecord, leaving state: TableState? = nil, told: () -> Void = {}) throws {
        let publication = LoadPublication(
            ledger: ledger, patience: terms.patience, writer: terms.writer, now: terms.now, leaving: state,
            onStep: onStep)
        let outcome = try publication.finish(record)
        if outcome == .finished { told() }
        try terms.patience.insist { try ledger.store.remove(ledger.keys.intent(terms.loadID)) }
        release()
        onStep(.ended)
        guard outcome == .finished else {
            throw LedgerFault(
                .withdrawn, .transient,
                "The store no longer has the files of load \(terms.loadID) of '\(ledger.keys.table)'",
                remedy: "The load does not count; the next run reads the same window again.")
        }
    }

    /// Removes every trace of a load that has not committed; of one that has, or may have, only the lease. Does its best:
    /// what it can't remove, the next run does.
    package func rollBack() {
        let intent = state.withLock { state in
            defer { state.intent = nil }
            return state.isSent ? nil : state.intent
        }
        if let intent {
            do {
                for token in intent.uploads { try ledger.store.discard(upload: token) }
                try ledger.store.remove(ledger.keys.intent(terms.loadID))
            } catch {
                // The intent stays and names what is left.
            }
        }
        release()
    }

    private func release() {
        let lease = state.withLock { state in
            defer { state.lease = nil }
            return state.lease
        }
        // A lease that cannot be released ends by itself.
        if let lease { try? ledger.release(lease) }
    }

    private func superseded(_ why: String) -> LedgerFault {
        rollBack()
        return LedgerFault(
            .superseded, .transient, "Load \(terms.loadID) of '\(ledger.keys.table)' was given up: \(why)",
            remedy: "Nothing of it is in the lake. The next run reads what is still missing.")
    }
}
