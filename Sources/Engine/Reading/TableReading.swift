import Columnar
import Ports
import Synchronization

/// An open read on its way into a table: any number of threads may lend a hand, for as long as there are units.
package final class TableReading: Sendable {
    /// What the hands that are done have to tell, added up.
    struct Tally: Sendable {
        var units = 0
        var rows = 0
        var serverRows = 0
        var rowsBySlice: [Int: Int] = [:]
        var adjustments: [Adjustment] = []
        /// Units that were read once more, under the same moment.
        var repeats = 0
    }

    let read: any OpenRead
    let sink: any BatchSink
    let queue: UnitQueue
    let stop: StopSignal
    let progress: LoadProgress
    let faults: FirstFault
    /// How often units that failed may be read again.
    let repeats: Int
    let pause: @Sendable (_ attempt: Int) -> Void
    /// A file of more bytes is closed when its unit ends.
    let fileBytes: Int
    /// What a hand keeps in memory at most.
    let handBytes: Int
    private let state = Mutex(State())

    private struct State {
        var tally = Tally()
        var hands = 0
    }

    /// - Parameter pause: waits before units are read again; nobody waits where nothing may be repeated.
    init(
        _ read: any OpenRead, into sink: any BatchSink, progress: LoadProgress, stop: StopSignal, faults: FirstFault,
        repeats: Int = 0, fileBytes: Int = .max, handBytes: Int = 0,
        pause: @escaping @Sendable (_ attempt: Int) -> Void = { _ in }
    ) {
        self.read = read
        self.sink = sink
        self.progress = progress
        self.stop = stop
        self.faults = faults
        self.repeats = repeats
        self.fileBytes = fileBytes
        self.handBytes = handBytes
        self.pause = pause
        queue = UnitQueue(read.units)
        progress.begin(units: read.units, estimatedRows: read.estimatedRows)
    }

    /// How many hands the read can use at a time.
    var mostHands: Int { max(1, min(read.parallelism, read.units.count)) }

    /// Whether another hand would find something to do now.
    var wantsHand: Bool {
        !stop.isRaised && !queue.isEmpty && state.withLock { $0.hands < mostHands }
    }

    /// Reads units until none is left, or the hand may go and is wanted elsewhere. Failures are recorded, not thrown: they
    /// concern all hands.
    func work(until isWantedElsewhere: () -> Bool = { false }) {
        guard
            state.withLock({ state in
                guard state.hands < mostHands else { return false }
                state.hands += 1
                return true
            })
        else { return }
        defer { state.withLock { $0.hands -= 1 } }
        // No unit left: this hand opens no connection.
        guard let unit = queue.next() else { return }
        var hand = ReadingHand(self, counters: progress.addWorker())
        do {
            try hand.work(beginningWith: unit, until: isWantedElsewhere)
            let tally = hand.tally
            state.withLock { $0.tally.add(tally) }
        } catch { faults.record(error) }
    }

    /// Whether this failure may be met by reading units again. Counts it.
    func mayRepeat(after error: any Error, units: Int) -> Int? {
        guard let fault = error as? any Fault, fault.kind == .transient, !stop.isRaised else { return nil }
        return state.withLock { state in
            guard state.tally.repeats < repeats else { return nil }
            state.tally.repeats += 1
            return state.tally.repeats
        }
    }

    /// After the last hand has gone: whether every unit was read, each row as the server sent it.
    func finished() throws -> Tally {
        if let fault = faults.outcome { throw fault }
        let tally = state.withLock { $0.tally }
        guard tally.units == read.units.count else {
            throw EngineFault(
                .permanent, "Only \(tally.units) of \(read.units.count) parts were read",
                remedy: "Nothing was published. This must not happen; please report it.")
        }
        return tally
    }
}

extension TableReading.Tally {
    mutating func add(_ other: TableReading.Tally) {
        units += other.units
        rows += other.rows
        serverRows += other.serverRows
        rowsBySlice.merge(other.rowsBySlice, uniquingKeysWith: +)
        for adjustment in other.adjustments where adjustment.count > 0 {
            // The same adjustment of the same column, made by several connections, is one.
            if let index = adjustments.firstIndex(where: {
                $0.column == adjustment.column && $0.message == adjustment.message
            }) {
                adjustments[index].count += adjustment.count
            } else {
                adjustments.append(adjustment)
            }
        }
    }

    /// The counts agree: rows read, rows that the server says it sent, rows that the footers of the table's files tell and of
    /// those that hold what was kept out of it.
    func check(written: Int, quarantined: Int = 0) throws(EngineFault) {
        guard rows == serverRows, rows == written + quarantined else {
            throw EngineFault(
                .permanent,
                "Row counts differ: the source sent \(serverRows), \(rows) were read, the files hold \(written)"
                    + (quarantined > 0 ? " and those of the quarantine \(quarantined)" : ""),
                remedy: "Nothing was published. This must not happen; please report it.")
        }
    }
}
