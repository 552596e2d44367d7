import Ports

/// Proves that no transaction of a writer is open: SQLite has one write lock, and BEGIN IMMEDIATE gets it only then.
///
/// Nothing is written: a transaction that changes nothing makes no journal, and is rolled back. The connection reads nothing
/// before it has the lock, and is closed while another one of ours still has the file open, so that neither a journal that a
/// dead program left behind is played back by it, nor a -wal file written back.
struct WriterProof {
    enum Outcome: Equatable {
        case proven
        /// Somebody has been writing for longer than was waited.
        case isBusy
        /// This user may not lock the file for writing.
        case isReadOnly
    }

    let path: String
    let stop: StopSignal
    let waitSeconds: Double

    /// Runs `body` while the lock is held, or after it could not be had.
    ///
    /// - Parameter reader: has the file open, and stands in no transaction.
    func take(beside reader: Database, _ body: () throws -> Void) throws -> Outcome {
        // A hot journal is an error here, not something to be played back.
        _ = try reader.rows("SELECT count(*) FROM sqlite_schema", doing: "looking at the file")
        let (lock, outcome) = try acquire()
        do {
            try body()
        } catch {
            lock?.close()
            throw error
        }
        if let lock {
            try lock.endReading()
            lock.close()
        }
        return outcome
    }

    private func acquire() throws -> (Database?, Outcome) {
        let waiting = ReadStop(stop, lockSeconds: waitSeconds)
        let lock: Database
        do throws(SQLiteFault) {
            lock = try Database(path: path, stop: waiting, lenient: false, takesLock: true)
        } catch {
            guard error.kind != .cancelled else { throw error }
            return (nil, .isReadOnly)
        }
        do throws(SQLiteFault) {
            guard !lock.isReadOnly else {
                lock.close()
                return (nil, .isReadOnly)
            }
            try lock.execute("BEGIN IMMEDIATE", doing: "looking for open transactions")
            return (lock, .proven)
        } catch {
            lock.close()
            if stop.isRaised { throw SQLiteFault(.cancelled, "Stopped while looking for open transactions") }
            switch error.lockRefusal {
            case .busy: return (nil, .isBusy)
            case .notWritable: return (nil, .isReadOnly)
            case .other: throw error
            }
        }
    }
}
