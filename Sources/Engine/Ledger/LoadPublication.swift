import Ports

/// What follows on the commit point: the files are made visible, the record is marked as done, replaced files go. Each
/// step may be repeated by anybody, at any time, also side by side.
struct LoadPublication {
    let ledger: TableLedger
    let patience: Patience
    let writer: Writer
    let now: String
    /// The table with the record that is published, where the caller knows it.
    var leaving: TableState?
    var onStep: @Sendable (LoadStep) -> Void = { _ in }

    enum Outcome: Equatable {
        case finished
        /// The store no longer has the files: the record after it says that the load does not count.
        case withdrawn
    }

    func finish(_ record: CommitRecord) throws -> Outcome {
        guard let load = record.load else { return .finished }
        for file in load.objects {
            let answer = try patience.insist { try ledger.store.publish(file) }
            guard answer == .published else { return try withdraw(record, load) }
        }
        onStep(.published)
        try patience.insist {
            try ledger.store.putRecord(ledger.keys.done(record.number), Array(record.loadID.utf8) + [0x0A], .hint)
        }
        onStep(.done)
        try ReplacedFiles(ledger: ledger, patience: patience).letGo(by: record)
        onStep(.replaced)
        try patience.insist { try remember(record) }
        onStep(.remembered)
        return .finished
    }

    /// The files are nowhere any more. The watermark falls back to what it was, so that the window is read again.
    private func withdraw(_ record: CommitRecord, _ load: CommitRecord.Load) throws -> Outcome {
        guard let own = try ledger.read(record.number), own.record == record else {
            throw LedgerFault.damaged(ledger.keys.commit(record.number), "changed while its load was being finished")
        }
        // Somebody finished it, and what it wrote was replaced and removed since then.
        if try ledger.isDone(record.number) { return .finished }
        let before = record.number > 1 ? try ledger.read(record.number - 1)?.record?.watermark : nil
        let withdrawal = CommitRecord(
            number: record.number + 1, previous: own.digest, loadID: record.loadID,
            kind: .withdrawal(of: record.number),
            watermark: before, writer: writer, writtenAt: now)
        if case .another(let other) = try CommitPoint(ledger: ledger, patience: patience).write(withdrawal),
            other.kind != withdrawal.kind
        {
            return .finished
        }
        // What another tool wrote stays its own.
        let written = load.slices.filter { $0.coverage != .adopted }.flatMap(\.files) + load.quarantined
        for file in written.map(\.object) {
            try patience.insist { try ledger.store.discard(upload: file.token) }
            try patience.insist { try ledger.store.remove(file.name) }
        }
        try patience.insist { try remember(withdrawal) }
        return .withdrawn
    }

    private func remember(_ record: CommitRecord) throws {
        var state = leaving
        // Not over what another run has remembered since.
        if try state?.number != record.number || ledger.read(record.number + 1) != nil { state = try ledger.state() }
        guard let state else { return }
        try ledger.remember(state)
        try ledger.writeHint(number: state.number, digest: state.digest)
    }
}
