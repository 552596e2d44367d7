import Ports
import Synchronization

/// How far a load is. Workers count with relaxed atomics, once per batch; whoever shows it takes a snapshot when it
/// wants one. There are no callbacks.
package final class LoadProgress: Sendable {
    package enum Phase: Int, Sendable, AtomicRepresentable {
        case connecting, reading, finishing, done
    }

    private struct Plan {
        var units: [ReadUnit] = []
        var estimatedRows: Int?
        var workers: [WorkerProgress] = []
    }

    private let plan = Mutex(Plan())
    private let phase = Atomic<Phase>(.connecting)
    private let unitsDone = Atomic<Int>(0)

    package init() {}

    func begin(units: [ReadUnit], estimatedRows: Int?) {
        plan.withLock { $0 = Plan(units: units, estimatedRows: estimatedRows) }
        unitsDone.store(0, ordering: .relaxed)
        phase.store(.reading, ordering: .relaxed)
    }

    func addWorker() -> WorkerProgress {
        let worker = WorkerProgress()
        plan.withLock { $0.workers.append(worker) }
        return worker
    }

    func enter(_ next: Phase) { phase.store(next, ordering: .relaxed) }
    func unitEnded() { unitsDone.wrappingAdd(1, ordering: .relaxed) }
    func unitsTakenBack(_ count: Int) { unitsDone.wrappingSubtract(count, ordering: .relaxed) }

    package var snapshot: ProgressSnapshot {
        let plan = plan.withLock { $0 }
        let labels = Dictionary(plan.units.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let workers = plan.workers.map { worker -> ProgressSnapshot.Worker in
            let unit = labels[worker.unit.load(ordering: .relaxed)]
            return ProgressSnapshot.Worker(
                label: unit?.label, unitRows: worker.unitRows.load(ordering: .relaxed),
                unitEstimatedRows: unit?.estimatedRows, rows: worker.rows.load(ordering: .relaxed))
        }
        return ProgressSnapshot(
            phase: phase.load(ordering: .relaxed), rows: workers.reduce(0) { $0 + $1.rows },
            bytes: plan.workers.reduce(0) { $0 + $1.bytes.load(ordering: .relaxed) },
            estimatedRows: plan.estimatedRows, unitsDone: unitsDone.load(ordering: .relaxed),
            unitCount: plan.units.count, workers: workers)
    }
}

/// The counters of one worker. Written by it alone.
final class WorkerProgress: Sendable {
    /// The id of the unit in hand, or -1.
    let unit = Atomic<Int>(-1)
    let unitRows = Atomic<Int>(0)
    let rows = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)

    func begin(_ next: ReadUnit) {
        unitRows.store(0, ordering: .relaxed)
        unit.store(next.id, ordering: .relaxed)
    }

    func add(rows count: Int) {
        unitRows.wrappingAdd(count, ordering: .relaxed)
        rows.wrappingAdd(count, ordering: .relaxed)
    }

    /// What is read once more does not count twice.
    func takeBack(openRows count: Int) {
        rows.wrappingSubtract(count + unitRows.load(ordering: .relaxed), ordering: .relaxed)
        unitRows.store(0, ordering: .relaxed)
    }

    func add(bytes count: Int) { bytes.wrappingAdd(count, ordering: .relaxed) }
    func end() { unit.store(-1, ordering: .relaxed) }
}

/// A load at one moment, for showing.
package struct ProgressSnapshot: Equatable, Sendable {
    package struct Worker: Equatable, Sendable {
        /// Nil between units and after the last.
        package var label: String?
        package var unitRows: Int
        package var unitEstimatedRows: Int?
        package var rows: Int

        package init(label: String?, unitRows: Int, unitEstimatedRows: Int?, rows: Int) {
            self.label = label
            self.unitRows = unitRows
            self.unitEstimatedRows = unitEstimatedRows
            self.rows = rows
        }
    }

    package var phase: LoadProgress.Phase
    package var rows: Int
    /// Plain bytes of the values read, before encoding.
    package var bytes: Int
    package var estimatedRows: Int?
    package var unitsDone: Int
    package var unitCount: Int
    package var workers: [Worker]

    package init(
        phase: LoadProgress.Phase, rows: Int, bytes: Int, estimatedRows: Int?, unitsDone: Int, unitCount: Int,
        workers: [Worker]
    ) {
        self.phase = phase
        self.rows = rows
        self.bytes = bytes
        self.estimatedRows = estimatedRows
        self.unitsDone = unitsDone
        self.unitCount = unitCount
        self.workers = workers
    }
}
