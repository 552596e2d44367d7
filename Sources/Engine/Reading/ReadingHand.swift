import Columnar
import Ports

/// One thread's share of a read: units from the queue through one connection and one reused batch into one encoder per
/// slice. A batch goes on across the units of a slice, so that small units don't make small pages.
///
/// Rows that are in an encoder count only when it is finished. Where a unit fails and may be read again, everything that
/// the open encoder took is taken back, and its units are read once more under the same moment.
struct ReadingHand {
    private let reading: TableReading
    private let counters: WorkerProgress
    private let batch: Batch
    private var reader: (any UnitReader)?
    private var encoder: (slice: Int, encoder: any BatchEncoder)?
    /// What the open encoder holds.
    private var open = TableReading.Tally()
    private var openUnits: [ReadUnit] = []
    /// What the reader had adjusted when the last encoder was finished.
    private var adjustments: [Adjustment] = []
    /// What finished encoders hold.
    private(set) var tally = TableReading.Tally()

    init(_ reading: TableReading, counters: WorkerProgress) {
        self.reading = reading
        self.counters = counters
        batch = Batch(schema: reading.read.schema)
    }

    mutating func work(beginningWith first: ReadUnit, until isWantedElsewhere: () -> Bool) throws {
        defer {
            reader?.close()
            counters.end()
        }
        var unit = first
        while true {
            do {
                while true {
                    try checkStop()
                    try take(unit)
                    guard !isWantedElsewhere(), let next = reading.queue.next() else { break }
                    unit = next
                }
                try closeEncoder()
                tally.add(TableReading.Tally(adjustments: adjustments))
                return
            } catch {
                unit = try recover(from: error, at: unit)
            }
        }
    }

    private mutating func take(_ unit: ReadUnit) throws {
        if let encoder, encoder.slice != unit.slice || encoder.encoder.bytes >= reading.fileBytes { try closeEncoder() }
        let encoder = try encoder ?? (unit.slice, reading.sink.makeEncoder(slice: unit.slice))
        self.encoder = encoder
        let reader = try self.reader ?? reading.read.makeReader()
        self.reader = reader
        openUnits.append(unit)
        let (rows, serverRows) = try copy(unit, from: reader, to: encoder.encoder)
        guard rows == serverRows else {
            throw EngineFault(
                .permanent, "\(unit.label): the source sent \(serverRows) rows, but \(rows) were read",
                remedy: "Nothing was published. This must not happen; please report it.")
        }
        open.units += 1
        open.rows += rows
        open.serverRows += serverRows
        open.rowsBySlice[unit.slice, default: 0] += rows
        reading.progress.unitEnded()
    }

    private func copy(
        _ unit: ReadUnit, from reader: any UnitReader, to encoder: any BatchEncoder
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
            if batch.isFull { try hand(to: encoder) }
            if case .unitEnded(let serverRows) = state { return (rows, serverRows) }
            try checkStop()
        }
    }

    private func hand(to encoder: any BatchEncoder) throws {
        counters.add(bytes: batch.plainBytes)
        try encoder.append(batch)
        batch.reset()
    }

    private mutating func closeEncoder() throws {
        guard let (_, encoder) = encoder else { return }
        if !batch.isEmpty { try hand(to: encoder) }
        try encoder.finish()
        self.encoder = nil
        tally.add(open)
        open = TableReading.Tally()
        openUnits = []
        adjustments = reader?.adjustments ?? []
    }

    /// The unit to go on with, where the failure may be met so. What the lost connection had adjusted is counted again.
    private mutating func recover(from error: any Error, at unit: ReadUnit) throws -> ReadUnit {
        guard let attempt = reading.mayRepeat(after: error, units: openUnits.count) else { throw error }
        if let encoder, !encoder.encoder.discard() { throw error }
        encoder = nil
        batch.reset()
        reader?.close()
        reader = nil
        tally.add(TableReading.Tally(adjustments: adjustments))
        adjustments = []
        reading.pause(attempt)
        try checkStop()
        counters.takeBack(openRows: open.rows)
        reading.progress.unitsTakenBack(open.units)
        var again = openUnits
        if again.last != unit { again.append(unit) }
        open = TableReading.Tally()
        openUnits = []
        reading.queue.giveBack(Array(again.dropFirst()))
        // The connection is made now: where the moment is gone with the lost one, nothing is left to repeat.
        reader = try reading.read.makeReader()
        return again[0]
    }

    private func checkStop() throws {
        if reading.stop.isRaised { throw EngineFault.interrupted }
    }
}
