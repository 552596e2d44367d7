import Columnar
import Ports
import Synchronization

/// What one worker has to tell at its end.
struct WorkerTally: Sendable {
    var units = 0
    var rows = 0
    var serverRows = 0
    var adjustments: [Adjustment] = []
}

/// One connection's loop: units from the queue, rows into one reused batch, full batches into one encoder. A batch goes
/// on across units, so that small units don't make small pages.
struct CopyWorker {
    let read: any OpenRead
    let table: any TableSink
    let queue: UnitQueue
    let stop: StopSignal
    let progress: LoadProgress
    let counters: WorkerProgress

    func run() throws -> WorkerTally {
        // No unit left for this worker: it opens no connection.
        guard var unit = queue.next() else { return WorkerTally() }
        let reader = try read.makeReader()
        defer { reader.close() }
        let encoder = try table.makeEncoder()
        let batch = Batch(schema: read.schema)
        var tally = WorkerTally()
        while true {
            try checkStop()
            let (rows, serverRows) = try copy(unit, from: reader, through: batch, to: encoder)
            guard rows == serverRows else {
                throw EngineFault(
                    .permanent, "\(unit.label): the source sent \(serverRows) rows, but \(rows) were read",
                    remedy: "Nothing was published. This must not happen; please report it.")
            }
            tally.units += 1
            tally.rows += rows
            tally.serverRows += serverRows
            progress.unitEnded()
            guard let next = queue.next() else { break }
            unit = next
        }
        counters.end()
        if !batch.isEmpty { try hand(batch, to: encoder) }
        try encoder.finish()
        tally.adjustments = reader.adjustments
        return tally
    }

    private func copy(
        _ unit: ReadUnit, from reader: any UnitReader, through batch: Batch, to encoder: any BatchEncoder
    ) throws -> (rows: Int, serverRows: Int) {
        counters.begin(unit)
        try reader.begin(unit)
        var rows = 0
        while true {
            let before = batch.rowCount
            let state = try reader.fill(batch)
            let added = batch.rowCount - before
            rows += added
            counters.add(rows: added)
            // Also after a unit's end: the next fill must find room.
            if batch.isFull { try hand(batch, to: encoder) }
            if case .unitEnded(let serverRows) = state { return (rows, serverRows) }
            try checkStop()
        }
    }

    private func hand(_ batch: Batch, to encoder: any BatchEncoder) throws {
        counters.add(bytes: batch.plainBytes)
        try encoder.append(batch)
        batch.reset()
    }

    private func checkStop() throws {
        if stop.isRaised { throw EngineFault.interrupted }
    }
}
