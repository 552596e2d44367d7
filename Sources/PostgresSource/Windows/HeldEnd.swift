import Ports

/// What transactions that stay open leave of a window: the newest end below which none of them can still write.
struct HeldEnd: Equatable {
    /// Nil: nothing is known of one of them.
    var value: String?
    /// Those that hold the end back.
    var blockers: [OpenTransaction] = []

    /// Of times, as an instant: none writes a time before it began.
    static func instant(
        _ settled: String, open: [OpenTransaction], memory: ListingMemory, server: String
    ) -> HeldEnd {
        var held = HeldEnd(value: settled)
        for transaction in open {
            let bound = transaction.writesFrom ?? memory.newest(without: transaction.id ?? "", server: server)?.moment
            if let bound, !DatabaseMoment.isEarlier(bound, than: settled) { continue }
            held.take(bound, of: transaction) { DatabaseMoment.isEarlier($0, than: $1) }
        }
        return held
    }

    /// Of numbers and texts: none writes a value that is not above what there was before it began.
    static func greatest(
        _ value: String?, of key: String, open: [OpenTransaction], memory: ListingMemory, server: String,
        isLess: (String, String) throws(PostgresFault) -> Bool
    ) throws(PostgresFault) -> HeldEnd {
        var held = HeldEnd(value: value)
        // One that is only about to begin allocates its values later.
        for transaction in open {
            guard let id = transaction.id else { continue }
            let bound = memory.newest(without: id, server: server)?.maxima[key]
            if let bound, let value, try !isLess(bound, value) { continue }
            try held.take(bound, of: transaction, isLess: isLess)
        }
        return held
    }

    private mutating func take(
        _ bound: String?, of transaction: OpenTransaction, isLess: (String, String) throws(PostgresFault) -> Bool
    ) throws(PostgresFault) {
        blockers.append(transaction)
        guard let bound, let present = value else {
            value = nil
            return
        }
        if try isLess(bound, present) { value = bound }
    }

    private mutating func take(_ bound: String?, of transaction: OpenTransaction, isLess: (String, String) -> Bool) {
        blockers.append(transaction)
        guard let bound, let present = value else {
            value = nil
            return
        }
        if isLess(bound, present) { value = bound }
    }
}
