import Ports

/// What loads have replaced: removed at once, or, where the destination keeps it for readers that work with an older list,
/// when that time is over. `replaced/{number}` marks the load whose replaced files are still there, and is as old as the
/// store says. Each step may be repeated by anybody, at any time.
struct ReplacedFiles {
    let ledger: TableLedger
    let patience: Patience

    /// Once the load's own files are in place.
    func letGo(by record: CommitRecord) throws {
        guard let load = record.load, !load.removes.isEmpty else { return }
        guard ledger.keepsReplaced else { return try remove(load.removes) }
        try patience.insist {
            // The age of one that is there already counts.
            _ = try ledger.store.putRecordIfAbsent(
                ledger.keys.replaced(record.number), Array(record.loadID.utf8) + [0x0A], .hint)
        }
    }

    /// Called by the holder of the lease, when every load before is settled.
    func removeExpired() throws {
        var live: Set<String>?
        for object in try ledger.store.objects(under: ledger.keys.replacedMarks) {
            guard let number = ledger.keys.number(ofReplaced: object.key),
                let age = try ledger.store.age(of: object.key), age >= Double(ledger.keepReplacedSeconds)
            else { continue }
            let listed = try live ?? Set(ledger.state().files.map(\.name))
            live = listed
            // What the table holds again is no longer replaced, whatever a mark says.
            let names = try ledger.read(number)?.record?.load?.removes ?? []
            try remove(names.filter { !listed.contains($0) })
            try patience.insist { try ledger.store.remove(object.key) }
        }
    }

    /// Files that are in no list any more and are not strays either.
    func kept() throws -> Set<String> {
        var names: Set<String> = []
        for object in try ledger.store.objects(under: ledger.keys.replacedMarks) {
            guard let number = ledger.keys.number(ofReplaced: object.key) else { continue }
            names.formUnion(try ledger.read(number)?.record?.load?.removes ?? [])
        }
        return names
    }

    private func remove(_ names: [String]) throws {
        for name in names { try patience.insist { try ledger.store.remove(name) } }
    }
}
