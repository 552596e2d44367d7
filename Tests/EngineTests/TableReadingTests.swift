import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Hands that share a read")
struct TableReadingTests {
    @Test("a hand that is wanted elsewhere goes at the end of its unit, and others read the rest")
    func leaves() throws {
        let source = FakeSource(FakeSource.Script(units: [10, 20, 30]))
        let table = FakeTable()
        let stop = StopSignal()
        let read = try source.open(ReadRequest(object: .table("t")), stop: stop)
        let progress = LoadProgress()
        let reading = TableReading(
            read, into: table, progress: progress, stop: stop, faults: FirstFault(stopping: stop))
        reading.work(until: { true })
        #expect(table.now.ids == Array(0..<10))
        #expect(table.now.finishedEncoders == 1)
        #expect(progress.snapshot.unitsDone == 1)
        #expect(throws: EngineFault.self) { try reading.finished() }
        reading.work()
        #expect(table.now.ids == Array(0..<60))
        #expect(try reading.finished().rows == 60)
    }
}
