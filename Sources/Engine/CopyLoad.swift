import Columnar
import Ports
import Synchronization

/// One read of one object into one table: everything or nothing.
///
/// Order: open, read with a thread per connection, confirm that all units saw the same moment, let go of the source,
/// close the files, compare the three row counts (read, said by the server, said by the footers), publish. A failure at
/// any point before publishing leaves no trace. A unit is not tried again: its rows are in encoded pages already and
/// can't be taken back, so the whole copy fails and says why.
package struct CopyLoad: Sendable {
    package var source: any BatchSource
    package var request: ReadRequest
    /// Called once, when the schema and the number of connections are known.
    package var makeTable: @Sendable (_ read: any OpenRead) throws -> any TableSink
    package var progress: LoadProgress
    package var clock: any MonotonicClock

    package init(
        source: any BatchSource, request: ReadRequest, progress: LoadProgress = LoadProgress(),
        clock: any MonotonicClock = SystemClock(),
        makeTable: @escaping @Sendable (_ read: any OpenRead) throws -> any TableSink
    ) {
        self.source = source
        self.request = request
        self.progress = progress
        self.clock = clock
        self.makeTable = makeTable
    }

    /// Blocks until the table is published or the copy has failed. `stop` is the person's: it is never raised here.
    package func run(stop outer: StopSignal) throws -> CopySummary {
        let started = clock.seconds
        let stop = StopSignal()
        let relay = try StopRelay(from: outer, to: stop)
        defer { relay.end() }
        let faults = FirstFault(stopping: stop)
        do {
            return try run(stop: stop, faults: faults, started: started)
        } catch {
            // What was thrown may be the echo of an earlier failure or of the interrupt; `faults` knows the first.
            faults.record(error)
            throw faults.outcome ?? error
        }
    }

    private func run(stop: StopSignal, faults: FirstFault, started: Double) throws -> CopySummary {
        let read = try source.open(request, stop: stop)
        defer { read.close() }
        let table = try makeTable(read)
        do {
            let tallies = try readAll(read, into: table, stop: stop, faults: faults)
            progress.enter(.finishing)
            try read.confirm()
            read.close()
            let files = try table.finish()
            let rows = tallies.reduce(0) { $0 + $1.rows }
            try check(rows: rows, units: read.units.count, tallies: tallies, files: files)
            // The last moment at which an interrupt is heard: from here on the table becomes visible.
            if let fault = faults.outcome { throw fault }
            try table.publish()
            progress.enter(.done)
            return CopySummary(
                rows: rows, files: files, seconds: clock.seconds - started, units: read.units.count,
                pressure: read.pressure, adjustments: merged(tallies.flatMap(\.adjustments)), notes: read.notes)
        } catch {
            table.abandon()
            throw error
        }
    }

    private func readAll(
        _ read: any OpenRead, into table: any TableSink, stop: StopSignal, faults: FirstFault
    ) throws -> [WorkerTally] {
        let units = read.units
        let workers = max(1, min(read.parallelism, units.count))
        let queue = UnitQueue(units)
        let tallies = Tallies()
        let counters = progress.begin(units: units, estimatedRows: read.estimatedRows, workers: workers)
        var threads: [NamedThread] = []
        for (index, counters) in counters.enumerated() {
            let progress = progress
            do {
                threads.append(
                    try NamedThread("ingest-read-\(index + 1)") {
                        let worker = CopyWorker(
                            read: read, table: table, queue: queue, stop: stop, progress: progress,
                            counters: counters)
                        do { tallies.add(try worker.run()) } catch { faults.record(error) }
                    })
            } catch {
                faults.record(error)
                break
            }
        }
        for thread in threads { thread.join() }
        if let fault = faults.outcome { throw fault }
        return tallies.all
    }

    private func check(rows: Int, units: Int, tallies: [WorkerTally], files: [WrittenFile]) throws(EngineFault) {
        let read = tallies.reduce(0) { $0 + $1.units }
        guard read == units else {
            throw EngineFault(
                .permanent, "Only \(read) of \(units) parts were read",
                remedy: "Nothing was published. This must not happen; please report it.")
        }
        let server = tallies.reduce(0) { $0 + $1.serverRows }
        let written = files.reduce(0) { $0 + $1.rows }
        guard rows == server, rows == written else {
            throw EngineFault(
                .permanent,
                "Row counts differ: the source sent \(server), \(rows) were read, the files hold \(written)",
                remedy: "Nothing was published. This must not happen; please report it.")
        }
    }

    /// The same adjustment of the same column, made by several connections, is one.
    private func merged(_ adjustments: [Adjustment]) -> [Adjustment] {
        var result: [Adjustment] = []
        for adjustment in adjustments where adjustment.count > 0 {
            if let index = result.firstIndex(where: {
                $0.column == adjustment.column && $0.message == adjustment.message
            }) {
                result[index].count += adjustment.count
            } else {
                result.append(adjustment)
            }
        }
        return result
    }
}

private final class Tallies: Sendable {
    private let tallies = Mutex<[WorkerTally]>([])

    func add(_ tally: WorkerTally) { tallies.withLock { $0.append(tally) } }
    var all: [WorkerTally] { tallies.withLock { $0 } }
}
