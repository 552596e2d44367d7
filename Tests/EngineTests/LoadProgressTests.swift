import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Progress of a load")
struct LoadProgressTests {
    @Test("counts add up, units are named while they are read")
    func counts() {
        let progress = LoadProgress()
        #expect(progress.snapshot.phase == .connecting)
        let units = [
            ReadUnit(id: 7, label: "pages 0–9", estimatedRows: 50), ReadUnit(id: 8, label: "rest", estimatedRows: nil),
        ]
        progress.begin(units: units, estimatedRows: 80)
        let workers = [progress.addWorker(), progress.addWorker()]
        workers[0].begin(units[0])
        workers[0].add(rows: 10)
        workers[1].begin(units[1])
        workers[1].add(rows: 5)
        workers[1].add(bytes: 99)
        workers[1].end()
        progress.unitEnded()
        let snapshot = progress.snapshot
        #expect(snapshot.phase == .reading)
        #expect(snapshot.rows == 15)
        #expect(snapshot.bytes == 99)
        #expect(snapshot.estimatedRows == 80)
        #expect(snapshot.unitsDone == 1)
        #expect(snapshot.unitCount == 2)
        #expect(snapshot.workers.map(\.label) == ["pages 0–9", nil])
        #expect(snapshot.workers.map(\.unitRows) == [10, 5])
        #expect(snapshot.workers.map(\.unitEstimatedRows) == [50, nil])
    }

    @Test("a copy leaves the counters at its totals")
    func afterCopy() throws {
        let load = CopyLoad(
            source: FakeSource(FakeSource.Script(units: [20_000, 5])), request: ReadRequest(object: .table("t"))
        ) { _ in FakeTable() }
        _ = try load.run(stop: StopSignal())
        let snapshot = load.progress.snapshot
        #expect(snapshot.phase == .done)
        #expect(snapshot.rows == 20_005)
        #expect(snapshot.unitsDone == 2)
        #expect(snapshot.bytes > 20_005 * 8)
    }
}
