import Ports

/// Work on a table that loads nothing: under the lease, after whatever earlier loads left is settled.
package struct TableUpkeep: Sendable {
    package let ledger: TableLedger
    private let terms: LoadTransaction.Terms

    package init(ledger: TableLedger, job: Job, terms: RunTerms) {
        self.ledger = ledger
        self.terms = terms.loadTerms(
            job, loadID: RunMoment.identifier(terms.wall.unixMicroseconds), attempt: 1)
    }

    /// Throws `locked` where a run works on the table.
    /// - Parameter tells: whether the caller writes down for people what earlier loads left; else the next run does.
    package func underLease<Result>(
        tells: Bool = false, _ body: (LoadTransaction.Opening) throws -> Result
    ) throws -> Result {
        let transaction = LoadTransaction(ledger: ledger, terms: terms)
        do {
            let opening = try transaction.open(told: tells ? { _ in } : nil)
            let result = try body(opening)
            transaction.rollBack()
            return result
        } catch {
            transaction.rollBack()
            throw error
        }
    }

    /// Replaced files that stay for a while.
    func keptFiles() throws -> Set<String> { try ReplacedFiles(ledger: ledger, patience: terms.patience).kept() }

    // MARK: - Decisions

    /// From now on the next load goes on at `watermark`. Nil: at the beginning.
    package func set(_ watermark: WatermarkText?, reason: String?) throws -> CommitRecord {
        try decide(CommitRecord.Decision(.watermark, reason: reason)) { _ in watermark }
    }

    /// The table belongs to another job: the same one under another name.
    package func handOver(to job: String) throws -> CommitRecord {
        try decide(CommitRecord.Decision(.job(job))) { $0.watermark }
    }

    private func decide(
        _ decision: CommitRecord.Decision, watermark: (TableState) -> WatermarkText?
    ) throws -> CommitRecord {
        let state = try ledger.state()
        let record = CommitRecord(
            number: state.number + 1, previous: state.digest, loadID: terms.loadID, kind: .decision(decision),
            watermark: watermark(state), writer: terms.writer, writtenAt: terms.now)
        try write(record)
        try rebuildHints()
        return record
    }

    private func write(_ record: CommitRecord) throws {
        guard try CommitPoint(ledger: ledger, patience: terms.patience).write(record) == .ours else {
            throw LedgerFault(
                .superseded, .transient, "Another run has changed '\(ledger.keys.table)' at the same moment",
                remedy: "Nothing was changed; try again.")
        }
    }

    // MARK: - Files of another tool

    /// Takes over files that lie in the table's folder as they are: the first record is made of them. They may be replaced,
    /// and removed, by later loads like any other. Throws `withdrawn` where one of them is no longer there.
    package func adopt(
        _ files: [DataFile], origin: LoadOrigin, mode: WriteMode, schema: [CommitRecord.SchemaColumn],
        watermark: WatermarkText?, sourceClock: String?
    ) throws -> CommitRecord {
        let state = try ledger.state()
        precondition(state.origin == nil, "a table that was loaded is not adopted")
        let slice = Slice(
            id: Slice.ID(commit: state.number + 1, part: 0), coverage: .adopted,
            files: files.map { file in
                // They were never uploads; whoever finishes the record finds them under their names.
                var file = file
                file.object.token = ledger.keys.adoptedToken
                return file
            })
        let record = CommitRecord(
            number: state.number + 1, previous: state.digest, loadID: terms.loadID,
            kind: .load(
                .init(mode: mode, slices: [slice], origin: origin, schema: schema, sourceClock: sourceClock)),
            watermark: watermark, writer: terms.writer, writtenAt: terms.now)
        try write(record)
        let publication = LoadPublication(
            ledger: ledger, patience: terms.patience, writer: terms.writer, now: terms.now)
        guard try publication.finish(record) == .finished else {
            throw LedgerFault(
                .withdrawn, .transient,
                "A file in the folder of '\(ledger.keys.table)' has gone while it was taken over",
                remedy:
                    "Nothing was taken over, and the other files stay. Try again when no other program writes there.")
        }
        return record
    }

    // MARK: - Hints

    /// `current.json` and `head.json`, from the first record on, whatever they said before.
    @discardableResult
    package func rebuildHints() throws -> TableState {
        let state = try ledger.stateFromRecords()
        guard state.number > 0 else { return state }
        try terms.patience.insist { try ledger.remember(state) }
        try terms.patience.insist { try ledger.writeHint(number: state.number, digest: state.digest) }
        return state
    }
}
