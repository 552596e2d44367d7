import Ports
import Synchronization

/// A run at one moment, for showing.
package struct RunProgress: Sendable {
    package struct Line: Sendable {
        package var job: String
        package var attempt: Int
        package var seconds: Double
        package var load: ProgressSnapshot
    }

    package var running: [Line]
    package var ended: Int
    package var failed: Int
    package var total: Int
}

extension JobPool {
    package var progress: RunProgress {
        let now = terms.clock.seconds
        let state = state.withLock { $0 }
        return RunProgress(
            running: state.running.sorted { $0.key < $1.key }.map { index, running in
                RunProgress.Line(
                    job: jobs[index].id, attempt: running.attempt, seconds: now - running.since,
                    load: running.progress.snapshot)
            },
            ended: state.outcomes.count,
            failed: state.outcomes.values.reduce(0) { $0 + ($1.status == .failed ? 1 : 0) }, total: jobs.count)
    }
}
