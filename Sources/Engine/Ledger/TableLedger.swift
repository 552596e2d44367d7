import Ports

/// Reads the history of one table. The records are the truth; `head.json` only saves asking for each of them.
package struct TableLedger: Sendable {
    package let store: any LoadStore
    package let keys: TableKeys
    /// How long files that were replaced stay.
    package let keepReplacedSeconds: Int

    package init(store: any LoadStore, keys: TableKeys, keepReplacedSeconds: Int = 0) {
        self.store = store
        self.keys = keys
        self.keepReplacedSeconds = keepReplacedSeconds
    }

    var keepsReplaced: Bool { keepReplacedSeconds > 0 }

    /// The last record, as it is now.
    package struct Head: Equatable, Sendable {
        /// Nil: nothing was ever loaded.
        package var record: CommitRecord?
        package var digest: String?

        package var number: Int { record?.number ?? 0 }
        package var watermark: WatermarkText? { record?.watermark }
    }

    /// A constant number of requests, and one for each record that the hint does not know yet.
    package func head() throws -> Head {
        var head = Head()
        if let hint = try hint() {
            guard let record = try read(hint.number) else {
                throw LedgerFault.damaged(
                    keys.commit(hint.number), "is missing, though '\(keys.head)' says that it was written")
            }
            guard record.digest == hint.digest else {
                throw LedgerFault.damaged(keys.commit(hint.number), "is not the record that '\(keys.head)' knows")
            }
            head = record
        } else if let last = try lastListed() {
            guard let record = try read(last) else {
                throw LedgerFault.damaged(keys.commit(last), "is listed and cannot be read")
            }
            head = record
        }
        while let next = try read(head.number + 1) {
            guard next.record?.previous == head.digest else {
                throw LedgerFault.damaged(
                    keys.commit(head.number + 1), "does not follow on the record \(head.number)")
            }
            head = next
        }
        return head
    }

    /// What the table holds now: the fold of its history, begun at `current.json` where that fits the records.
    package func state() throws -> TableState {
        // Asked for first: what is committed meanwhile is no gap.
        let known = try hint()?.number ?? lastListed() ?? 0
        return try state(from: try remembered() ?? TableState(), atLeast: known)
    }

    /// The same from the first record on, with a look at the folder for each of them.
    package func stateFromRecords() throws -> TableState {
        let known = try lastListed() ?? 0
        return try state(from: TableState(), atLeast: known)
    }

    /// What readers find now: the same, without a load that is committed and whose files are not all in place yet.
    package func visibleState() throws -> TableState {
        let state = try state()
        guard try read(state.number)?.record?.load != nil, try !isDone(state.number) else { return state }
        return try self.state(from: TableState(), atLeast: 0, through: state.number - 1)
    }

    /// - Parameter known: there is a record of that number.
    private func state(from base: TableState, atLeast known: Int, through last: Int = .max) throws -> TableState {
        var state = base
        while state.number < last, let next = try read(state.number + 1), let record = next.record,
            let digest = next.digest
        {
            try state.apply(record, digest: digest, key: keys.commit(record.number))
        }
        // A gap in the numbers is no end.
        guard state.number >= known else {
            throw LedgerFault.damaged(keys.commit(state.number + 1), "is missing, though there are later ones")
        }
        return state
    }

    /// Nil where there is no such record. The number inside must be that of its name.
    package func read(_ number: Int) throws -> Head? {
        let key = keys.commit(number)
        guard let stored = try store.record(key) else { return nil }
        let record = try CommitRecord(key: key, bytes: stored)
        guard record.number == number else { throw LedgerFault.damaged(key, "calls itself record \(record.number)") }
        try check(record, key)
        return Head(record: record, digest: SHA256.hex(stored))
    }

    /// Loads rename their uploads and remove what they replace: records that were copied from another table's, or written by
    /// somebody else, must not lead them to files that are not this table's.
    private func check(_ record: CommitRecord, _ key: String) throws(LedgerFault) {
        guard let load = record.load else { return }
        let names = load.files.map(\.name) + load.removes
        guard
            let foreign = names.first(where: { !$0.hasPrefix(keys.data) })
                ?? load.quarantined.map(\.object.name).first(where: { !$0.hasPrefix(keys.quarantine) })
        else { return try check(uploads: load.objects.map(\.token), of: key) }
        throw .foreign(foreign, in: key, of: keys.table)
    }

    /// The same of what a record or an intent names as its uploads.
    func check(uploads tokens: [String], of key: String) throws(LedgerFault) {
        for token in tokens where token != keys.adoptedToken {
            guard store.isUpload(token, for: keys.uploadFolders, hidden: keys.staging) else {
                throw .foreign(token, in: key, of: keys.table)
            }
        }
    }

    /// Whether an earlier load has to be finished or undone before the next begins, or its lease lies there still.
    package func hasUnfinished(_ witness: (any ProcessWitness)? = nil) throws -> Bool {
        let head = try head()
        if let record = head.record, record.load != nil, try !isDone(record.number) { return true }
        if try !store.objects(under: keys.intents).isEmpty { return true }
        return try witness.map { try hasDeadLease($0) } ?? false
    }

    package func isDone(_ number: Int) throws -> Bool { try store.record(keys.done(number)) != nil }

    /// Nil where it is missing, unreadable, or not of this history.
    private func remembered() throws -> TableState? {
        guard let stored = try store.record(keys.current),
            let state = try? TableState(key: keys.current, bytes: stored),
            let record = try read(state.number), record.digest == state.digest
        else { return nil }
        return state
    }

    func remember(_ state: TableState) throws { try store.putRecord(keys.current, state.bytes, .hint) }

    /// Tells later readers where to begin. Losing it costs them a listing.
    func writeHint(number: Int, digest: String?) throws {
        guard let digest else { return }
        try store.putRecord(
            keys.head,
            JSONValue.members([
                "format": .int(CommitRecord.format), "number": .int(number), "digest": .string(digest),
            ]).bytes + [0x0A], .hint)
    }

    /// Nil where there is none, or one that was cut off: it can be made again.
    private func hint() throws -> (number: Int, digest: String)? {
        guard let stored = try store.record(keys.head) else { return nil }
        guard let value = try? JSONValue(parsing: stored), let number = value["number"]?.int,
            TableKeys.commitNumbers.contains(number),
            let digest = value["digest"]?.string
        else { return nil }
        return (number, digest)
    }

    private func lastListed() throws -> Int? {
        let numbers = try store.objects(under: keys.commits).compactMap { keys.number(ofCommit: $0.key) }.sorted()
        for (index, number) in numbers.enumerated() where number != index + 1 {
            throw LedgerFault.damaged(keys.commit(index + 1), "is missing, though there are later ones")
        }
        return numbers.last
    }
}
