import Ports

/// Says who loads a table now, `leases/{number}.json`. A courtesy that saves work: whoever ignores it, or sleeps past its
/// end, is stopped by the number that its commit needs.
///
/// A lease is as old as the store says that its record is: no two machines' clocks are compared. One whose process has
/// certainly ended is over at once: the next run of the same machine need not wait for its time.
package struct TableLease: Equatable, Sendable {
    package var number: Int
    package var owner: Writer
    package var seconds: Int
    /// As `ProcessWitness` knows the owner's process. Nil where its system does not say.
    package var life: String?

    var bytes: [UInt8] {
        JSONValue.members([
            "format": .int(CommitRecord.format), "seconds": .int(seconds), "owner": owner.json,
            "life": .optional(life),
        ]).bytes + [0x0A]
    }
}

extension TableLedger {
    /// Throws `locked` where another run works on the table.
    func acquireLease(
        _ owner: Writer, seconds: Int, witness: (any ProcessWitness)? = nil
    ) throws -> TableLease {
        while true {
            let numbers = try leaseNumbers()
            if let last = numbers.last, let stored = try store.record(keys.lease(last)) {
                try check(stored, keys.lease(last), asked: owner, witness)
            }
            let lease = TableLease(
                number: (numbers.last ?? 0) + 1, owner: owner, seconds: seconds, life: witness?.ownLife)
            guard try put(lease) else { continue }
            // What is over is of no use to anybody; the newest number says who works.
            for number in numbers { try store.remove(keys.lease(number)) }
            return lease
        }
    }

    /// False once somebody else has taken over.
    func holds(_ lease: TableLease) throws -> Bool {
        guard let stored = try store.record(keys.lease(lease.number)), stored == lease.bytes else { return false }
        return try leaseNumbers().last == lease.number
    }

    /// Makes it young again. False once somebody else has taken over.
    func renew(_ lease: TableLease) throws -> Bool {
        guard try holds(lease) else { return false }
        try store.putRecord(keys.lease(lease.number), lease.bytes, .hint)
        return true
    }

    func release(_ lease: TableLease) throws {
        guard try holds(lease) else { return }
        try store.remove(keys.lease(lease.number))
    }

    /// The newest is of a process that has died on this machine.
    func hasDeadLease(_ witness: any ProcessWitness) throws -> Bool {
        guard let last = try leaseNumbers().last, let stored = try store.record(keys.lease(last)) else { return false }
        return try isOver(stored, keys.lease(last), witness)
    }

    /// Leases appear whole; one that is cut short lost its end with the machine's power, as its process did.
    private func isOver(_ stored: [UInt8], _ key: String, _ witness: (any ProcessWitness)?) throws -> Bool {
        guard (try? JSONValue(parsing: stored)) != nil else { return true }
        guard let life = try RecordReader(key, stored).optionalString("life") else { return false }
        return witness?.isOver(life) ?? false
    }

    func leaseNumbers() throws -> [Int] {
        try store.objects(under: keys.leases).compactMap { keys.number(ofLease: $0.key) }.sorted()
    }

    /// A reply that was lost is settled by who stands in the record.
    private func put(_ lease: TableLease) throws -> Bool {
        do {
            return try store.putRecordIfAbsent(keys.lease(lease.number), lease.bytes, .hint) == .stored
        } catch let fault as any Fault where fault.kind == .transient {
            return try store.record(keys.lease(lease.number)) == lease.bytes
        }
    }

    private func check(
        _ stored: [UInt8], _ key: String, asked: Writer, _ witness: (any ProcessWitness)?
    ) throws {
        if try isOver(stored, key, witness) { return }
        let reader = try RecordReader(key, stored)
        let owner = try Writer(try reader.object("owner"))
        let seconds = try reader.int("seconds")
        guard owner.run != asked.run, let seen = try store.age(of: key), seen < Double(seconds) else { return }
        let age = Int(max(0, seen))
        throw LedgerFault(
            .locked, .permanent,
            "LOCKED: '\(keys.table)' is being loaded by \(owner.host):\(owner.process) (last sign of life \(age) s ago)",
            remedy:
                "Try again when that run has ended. Should its process have died on another machine, the table is free "
                + "in \(max(1, seconds - age)) s, \(seconds) s after its last sign of life (run.lease).")
    }
}
