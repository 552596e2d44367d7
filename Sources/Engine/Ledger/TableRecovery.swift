import Ports

/// Finishes or undoes what earlier loads of a table left, whatever moment they ended at. The same code on every start and
/// in `ingest repair`. Called by the holder of the lease; whoever sleeps with an older one is fenced off by a record that
/// takes its number.
struct TableRecovery {
    let ledger: TableLedger
    let patience: Patience
    let writer: Writer
    let now: String
    /// Writes a load that ended before it was told down for people; more than once, where a kill comes between. Nil: nobody is
    /// told now. The intent of a committed load goes only when it is told, so then it stays for the next run.
    let told: ((CommitRecord) -> Void)?

    struct Report: Equatable, Sendable {
        /// Loads that were committed and are finished now.
        var finished: [CommitRecord] = []
        /// Loads that never committed and now never can.
        var undone: [LoadIntent] = []
        /// Committed loads whose files were gone.
        var withdrawn: [CommitRecord] = []
    }

    func run() throws -> Report {
        var report = Report()
        try settleHead(&report)
        for object in try ledger.store.objects(under: ledger.keys.intents) {
            guard let load = ledger.keys.load(ofIntent: object.key) else { continue }
            try settle(load: load, key: object.key, &report)
        }
        try ReplacedFiles(ledger: ledger, patience: patience).removeExpired()
        try removeOrphans()
        return report
    }

    /// A record is followed by another only when it is settled, so only the last one can be open.
    private func settleHead(_ report: inout Report) throws {
        let head = try ledger.head()
        guard let record = head.record, record.load != nil, try !ledger.isDone(record.number) else { return }
        try finish(record, &report)
    }

    private func finish(_ record: CommitRecord, _ report: inout Report) throws {
        let publication = LoadPublication(ledger: ledger, patience: patience, writer: writer, now: now)
        switch try publication.finish(record) {
        case .finished: tell(record, &report)
        case .withdrawn: report.withdrawn.append(record)
        }
    }

    private func tell(_ record: CommitRecord, _ report: inout Report) {
        // Its record led to it, and its intent does again.
        guard !report.finished.contains(where: { $0.loadID == record.loadID }) else { return }
        report.finished.append(record)
        told?(record)
    }

    private func settle(load: String, key: String, _ report: inout Report) throws {
        guard let stored = try ledger.store.record(key) else { return }
        var head = try ledger.head()
        // What a loss of power left of an intent has no number; whatever it was, it is below the next one or that.
        let intent =
            (try? LoadIntent(key: key, bytes: stored))
            ?? LoadIntent(loadID: load, number: head.number + 1, job: "", attempt: 0, writer: writer, writtenAt: now)
        try ledger.check(uploads: intent.uploads, of: key)
        guard intent.number <= head.number + 1 else {
            throw LedgerFault.damaged(key, "means to take number \(intent.number), but \(head.number + 1) comes next")
        }
        if intent.number == head.number + 1, try isFenced(intent, after: head) { report.undone.append(intent) }
        head = try ledger.head()
        guard let record = try ledger.read(intent.number)?.record else {
            throw LedgerFault.damaged(ledger.keys.commit(intent.number), "is missing, though it was just written")
        }
        if record.loadID == load, record.load != nil {
            if record.number == head.number {
                try finish(record, &report)
            } else if try removeReplaced(by: record) {
                tell(record, &report)
            }
            guard told != nil else { return }
        } else {
            for upload in intent.uploads { try ledger.store.discard(upload: upload) }
            if intent.number <= head.number, !report.undone.contains(where: { $0.loadID == load }) {
                report.undone.append(intent)
            }
        }
        try ledger.store.remove(key)
    }

    /// Takes the number of a load that has not committed. False where the load, or another one, was faster.
    private func isFenced(_ intent: LoadIntent, after head: TableLedger.Head) throws -> Bool {
        let void = CommitRecord(
            number: intent.number, previous: head.digest, loadID: intent.loadID, kind: .void,
            watermark: head.watermark, writer: writer, writtenAt: now)
        return try CommitPoint(ledger: ledger, patience: patience).write(void) == .ours
    }

    /// The load ended between its publication and its end, and others came after it. False where it was withdrawn.
    private func removeReplaced(by record: CommitRecord) throws -> Bool {
        if case .withdrawal(of: record.number) = try ledger.read(record.number + 1)?.record?.kind { return false }
        try ReplacedFiles(ledger: ledger, patience: patience).letGo(by: record)
        return true
    }

    /// Uploads that no intent names: their process died between opening one and saying so, or a loss of power took the
    /// intent. Whoever still writes to one has an older lease, finds that out before it commits, and gives up.
    private func removeOrphans() throws {
        for upload in try ledger.store.uploads(for: ledger.keys.uploadFolders, hidden: ledger.keys.staging) {
            try ledger.store.discard(upload: upload)
        }
        try ledger.store.removeAbandonedRecords(under: ledger.keys.state)
    }
}
