import Ports

/// Writes a record under the next number. Everybody who wants that number tries; the store lets one of them.
///
/// Whatever the store answers, or fails to answer, is settled by reading the number: our record stands there, or another's,
/// or nothing yet, and then the same put is sent again. A put of ours that arrives late meets its own record.
struct CommitPoint {
    let ledger: TableLedger
    let patience: Patience

    enum Answer: Equatable {
        case ours
        case another(CommitRecord)
    }

    func write(_ record: CommitRecord) throws -> Answer {
        let key = ledger.keys.commit(record.number)
        let bytes = record.bytes
        let end = patience.clock.seconds + patience.seconds
        var pause = 0.05
        while true {
            var failure: (any Error)?
            do {
                if try ledger.store.putRecordIfAbsent(key, bytes, .durable) == .stored { return .ours }
            } catch { failure = error }
            do {
                if let stored = try ledger.store.record(key) {
                    if stored == bytes { return .ours }
                    return .another(try CommitRecord(key: key, bytes: stored))
                }
                // It took no effect and never will: the store said so, and nothing is there.
                if let fault = failure as? any Fault, fault.kind != .transient { throw fault }
            } catch let fault as any Fault where fault.kind == .transient {
                failure = failure ?? fault
            }
            guard patience.clock.seconds < end else {
                throw LedgerFault(
                    .undecided, .transient,
                    "Whether load \(record.loadID) of '\(ledger.keys.table)' is committed cannot be found out"
                        + (failure.map { ": \($0)" } ?? ""),
                    remedy: "Nothing was removed. The next run finds out, and finishes the load or undoes it.")
            }
            patience.sleep(pause)
            pause = min(pause * 2, 5)
        }
    }
}
