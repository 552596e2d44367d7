import Columnar
import Glibc
import Ports
import Synchronization

/// A source in memory whose units hold ascending numbers, and that misbehaves as its script says.
package final class FakeSource: BatchSource {
    package struct Script: Sendable {
        /// Rows of each unit.
        package var units: [Int]
        package var parallelism = 1
        /// `begin` of this unit throws.
        package var failAtUnit: Int?
        /// The server claims one row more than it sends.
        package var lieAtUnit: Int?
        /// Reading this unit waits until it is told to stop, then throws as a real source does.
        package var stallAtUnit: Int?
        /// The first unit waits until so many readers are open.
        package var awaitedReaders = 1
        /// Runs when the stalled unit begins.
        package var onStall: (@Sendable () -> Void)?
        package var openFault: FakeFault?
        package var readerFault: FakeFault?
        package var confirmFault: FakeFault?
        package var adjustments: [Adjustment] = []
        /// Of each reader.
        package var readerBytes = 0

        package init(units: [Int]) { self.units = units }
    }

    package struct Handles: Equatable, Sendable {
        package var reads = 0
        package var readers = 0
        package var mostReaders = 0
        package var bytes = 0
        package var mostBytes = 0

        package init() {}
    }

    package let script: Script
    package let handles = Mutex(Handles())

    package init(_ script: Script) { self.script = script }

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        if let fault = script.openFault { throw fault }
        handles.withLock { $0.reads += 1 }
        return FakeRead(source: self, stop: stop, schema: try Schema([Field("id", .int64), Field("name", .text)]))
    }
}

private final class FakeRead: OpenRead {
    let source: FakeSource
    let stop: StopSignal
    let schema: Schema
    private let isOpen = Mutex(true)

    init(source: FakeSource, stop: StopSignal, schema: Schema) {
        self.source = source
        self.stop = stop
        self.schema = schema
    }

    var units: [ReadUnit] {
        source.script.units.enumerated().map { ReadUnit(id: $0, label: "unit \($0)", estimatedRows: $1) }
    }
    var parallelism: Int { source.script.parallelism }
    var estimatedRows: Int? { source.script.units.reduce(0, +) }
    var notes: [String] { ["a note"] }
    var readerBytes: Int { source.script.readerBytes }
    var pressure: SourcePressure { SourcePressure(connections: parallelism, longestQuerySeconds: 1.5) }

    func makeReader() throws -> any UnitReader {
        if let fault = source.script.readerFault { throw fault }
        return FakeReader(self)
    }

    func confirm() throws {
        if let fault = source.script.confirmFault { throw fault }
    }

    func close() {
        let wasOpen = isOpen.withLock { open in
            defer { open = false }
            return open
        }
        if wasOpen { source.handles.withLock { $0.reads -= 1 } }
    }
}

private final class FakeReader: UnitReader {
    private let read: FakeRead
    private var unit: ReadUnit?
    private var sent = 0

    init(_ read: FakeRead) {
        self.read = read
        read.source.handles.withLock {
            $0.readers += 1
            $0.mostReaders = max($0.mostReaders, $0.readers)
            $0.bytes += read.readerBytes
            $0.mostBytes = max($0.mostBytes, $0.bytes)
        }
    }

    var adjustments: [Adjustment] { read.source.script.adjustments }

    func begin(_ unit: ReadUnit) throws {
        if read.source.script.failAtUnit == unit.id { throw FakeFault(.permanent, "unit \(unit.id) broke") }
        self.unit = unit
        sent = 0
        let source = read.source
        // Far more patience than any machine needs.
        var patience = 30_000
        while patience > 0, source.handles.withLock({ $0.mostReaders }) < source.script.awaitedReaders {
            usleep(1000)
            patience -= 1
        }
    }

    func fill(_ batch: Batch) throws -> FillState {
        guard let unit else { throw FakeFault(.permanent, "fill before begin") }
        if read.source.script.stallAtUnit == unit.id {
            read.source.script.onStall?()
            var wake = pollfd(fd: read.stop.wakeDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wake, 1, 10_000) == 1 else { throw FakeFault(.permanent, "nobody stopped the stalled unit") }
            throw FakeFault(.cancelled, "the statement was cancelled")
        }
        let script = read.source.script
        let first = script.units[..<unit.id].reduce(0, +)
        while sent < script.units[unit.id] {
            if batch.isFull { return .batchFull }
            batch.columns[0].append(Int64(first + sent))
            batch.columns[1].append("row \(first + sent)")
            batch.rowCount += 1
            sent += 1
        }
        return .unitEnded(serverRows: sent + (script.lieAtUnit == unit.id ? 1 : 0))
    }

    func close() {
        read.source.handles.withLock {
            $0.readers -= 1
            $0.bytes -= read.readerBytes
        }
    }
}
