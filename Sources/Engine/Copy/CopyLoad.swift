import Ports

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
            let reading = TableReading(read, into: table, progress: progress, stop: stop, faults: faults)
            readAll(reading, faults: faults)
            let tally = try reading.finished()
            progress.enter(.finishing)
            try read.confirm()
            read.close()
            let files = try table.finish()
            try tally.check(written: files.reduce(0) { $0 + $1.rows })
            // The last moment at which an interrupt is heard: from here on the table becomes visible.
            if let fault = faults.outcome { throw fault }
            try table.publish()
            progress.enter(.done)
            return CopySummary(
                rows: tally.rows, files: files, seconds: clock.seconds - started, units: read.units.count,
                pressure: read.pressure, adjustments: tally.adjustments, notes: read.notes)
        } catch {
            table.abandon()
            throw error
        }
    }

    private func readAll(_ reading: TableReading, faults: FirstFault) {
        var threads: [NamedThread] = []
        for index in 0..<reading.mostHands {
            do {
                threads.append(try NamedThread("ingest-read-\(index + 1)") { reading.work() })
            } catch {
                faults.record(error)
                break
            }
        }
        for thread in threads { thread.join() }
    }
}
