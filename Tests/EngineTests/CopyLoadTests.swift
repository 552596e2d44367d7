import Columnar
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("Copying a table", .timeLimit(.minutes(1)))
struct CopyLoadTests {
    private func run(
        _ script: FakeSource.Script, into table: FakeTable = FakeTable(), stop: StopSignal = StopSignal()
    ) -> (Result<CopySummary, any Error>, FakeTable, FakeSource) {
        let source = FakeSource(script)
        let load = CopyLoad(source: source, request: ReadRequest(object: .table("t"))) { _ in table }
        let result = Result { try load.run(stop: stop) }
        return (result, table, source)
    }

    /// Nothing published, the table abandoned, no handle left open.
    private func expectNoTrace(_ table: FakeTable, _ source: FakeSource) {
        #expect(!table.now.isPublished)
        #expect(table.now.isAbandoned)
        #expect(source.handles.withLock { $0.reads } == 0)
        #expect(source.handles.withLock { $0.readers } == 0)
    }

    @Test(
        "every row arrives once, whatever the units and connections",
        arguments: [
            ("one unit", [10], 1), ("no rows", [0], 1), ("empty units between", [0, 3, 0, 0, 4, 0], 2),
            ("more connections than units", [5, 5], 8), ("batches go on across units", [40_000, 1, 16_384, 16_383], 1),
            ("many units", Array(repeating: 1000, count: 50), 3),
        ])
    func copies(name: String, units: [Int], parallelism: Int) throws {
        var script = FakeSource.Script(units: units)
        script.parallelism = parallelism
        let (result, table, source) = run(script)
        let summary = try result.get()
        let rows = units.reduce(0, +)
        #expect(summary.rows == rows)
        #expect(summary.units == units.count)
        #expect(table.now.ids.sorted() == Array(0..<Int64(rows)))
        #expect(table.now.isPublished)
        #expect(!table.now.isAbandoned)
        #expect(table.now.finishedEncoders == table.now.encoders)
        #expect(table.now.encoders <= min(parallelism, units.count))
        let handles = source.handles.withLock { $0 }
        #expect(handles.reads == 0)
        #expect(handles.readers == 0)
        #expect(handles.mostReaders <= min(parallelism, units.count))
    }

    @Test("small units share a batch: 100 units of 10 rows with one connection are one batch")
    func batchesSpanUnits() throws {
        let (result, table, _) = run(FakeSource.Script(units: Array(repeating: 10, count: 100)))
        _ = try result.get()
        #expect(table.now.batches == 1)
    }

    @Test("a unit that fails fails the copy with its own error", arguments: [0, 1, 5])
    func unitFails(unit: Int) {
        var script = FakeSource.Script(units: Array(repeating: 100, count: 6))
        script.failAtUnit = unit
        script.parallelism = 3
        let (result, table, source) = run(script)
        #expect(throws: FakeFault(.permanent, "unit \(unit) broke")) { try result.get() }
        expectNoTrace(table, source)
    }

    @Test("a failure stops the siblings, and their cancellation does not mask it")
    func failureStopsSiblings() {
        var script = FakeSource.Script(units: [1, 1])
        script.parallelism = 2
        script.stallAtUnit = 0
        script.failAtUnit = 1
        let stop = StopSignal()
        let (result, table, source) = run(script, stop: stop)
        #expect(throws: FakeFault(.permanent, "unit 1 broke")) { try result.get() }
        #expect(!stop.isRaised, "the person's signal is not the load's")
        expectNoTrace(table, source)
    }

    @Test("an interrupt is reported as one", arguments: [StopSignal.Reason.interrupt, .terminate])
    func interrupted(reason: StopSignal.Reason) throws {
        let stop = StopSignal()
        var script = FakeSource.Script(units: [1, 1])
        script.parallelism = 2
        script.stallAtUnit = 1
        script.onStall = { stop.raise(reason) }
        let (result, table, source) = run(script, stop: stop)
        let fault = #expect(throws: EngineFault.self) { try result.get() }
        #expect(fault?.kind == .cancelled)
        expectNoTrace(table, source)
    }

    @Test("a signal that was raised before the start reads nothing")
    func interruptedBefore() {
        let stop = StopSignal()
        stop.raise(.interrupt)
        var script = FakeSource.Script(units: [1])
        script.stallAtUnit = 0
        let (result, table, source) = run(script, stop: stop)
        let fault = #expect(throws: EngineFault.self) { try result.get() }
        #expect(fault?.kind == .cancelled)
        expectNoTrace(table, source)
    }

    @Test("a signal raised for a failure elsewhere publishes nothing", arguments: [1, 2])
    func failedElsewhere(parallelism: Int) {
        let stop = StopSignal()
        var script = FakeSource.Script(units: [10, 10, 10])
        script.parallelism = parallelism
        script.stallAtUnit = 1
        script.onStall = { stop.raise(.failure) }
        let (result, table, source) = run(script, stop: stop)
        let fault = #expect(throws: EngineFault.self) { try result.get() }
        #expect(fault?.kind == .cancelled)
        expectNoTrace(table, source)
    }

    @Test("a source that says it sent another number of rows is not believed")
    func serverLies() {
        var script = FakeSource.Script(units: [10, 10])
        script.lieAtUnit = 1
        let (result, table, source) = run(script)
        let fault = #expect(throws: EngineFault.self) { try result.get() }
        #expect(fault?.kind == .permanent)
        #expect(fault?.message == "unit 1: the source sent 11 rows, but 10 were read")
        expectNoTrace(table, source)
    }

    @Test("a footer with another number of rows is not published", arguments: [-1, 1])
    func footerDiffers(wrongBy: Int) {
        let (result, table, source) = run(FakeSource.Script(units: [10]), into: FakeTable(wrongBy: wrongBy))
        let fault = #expect(throws: EngineFault.self) { try result.get() }
        #expect(fault?.kind == .permanent)
        expectNoTrace(table, source)
    }

    @Test("what can't be confirmed is not published")
    func unconfirmed() {
        var script = FakeSource.Script(units: [10])
        let fault = FakeFault(.transient, "the snapshot is gone")
        script.confirmFault = fault
        let (result, table, source) = run(script)
        #expect(throws: fault) { try result.get() }
        expectNoTrace(table, source)
    }

    @Test("a second connection that is refused fails the copy")
    func readerRefused() {
        var script = FakeSource.Script(units: [10, 10])
        let fault = FakeFault(.transient, "too many connections")
        script.readerFault = fault
        let (result, table, source) = run(script)
        #expect(throws: fault) { try result.get() }
        expectNoTrace(table, source)
    }

    @Test("a source that can't be opened makes no table")
    func openFails() {
        var script = FakeSource.Script(units: [10])
        let fault = FakeFault(.configuration, "no such table")
        script.openFault = fault
        let (result, table, source) = run(script)
        #expect(throws: fault) { try result.get() }
        #expect(table.now == FakeTable.State())
        #expect(source.handles.withLock { $0 } == FakeSource.Handles())
    }

    @Test("a sink that fails stops the copy")
    func sinkFails() {
        let fault = FakeFault(.permanent, "disk full")
        let (result, table, source) = run(FakeSource.Script(units: [10]), into: FakeTable(appendFault: fault))
        #expect(throws: fault) { try result.get() }
        expectNoTrace(table, source)
    }

    @Test("adjustments of several connections are added up, notes and pressure handed on")
    func summary() throws {
        var script = FakeSource.Script(units: [30_000, 30_000])
        script.parallelism = 2
        script.adjustments = [
            Adjustment(column: "a", message: "values were infinite and became NULL", count: 3),
            Adjustment(column: "b", message: "values were infinite and became NULL", count: 0),
        ]
        let (result, table, _) = run(script)
        let summary = try result.get()
        let adjusted = try #require(summary.adjustments.first)
        // One unit may have been read by each connection, or both by one.
        #expect([3, 6].contains(adjusted.count))
        #expect(adjusted.count == 3 * table.now.encoders)
        #expect(summary.adjustments.count == 1)
        #expect(summary.notes == ["a note"])
        #expect(summary.pressure.longestQuerySeconds == 1.5)
        #expect(summary.bytes == 480_000)
    }
}
