import Ports
import Synchronization

/// Remembers what a run tells.
package final class FakeRecorder: RunRecorder {
    package struct Told: Sendable {
        package var attempts: [JobOutcome] = []
        package var recovered: [JobOutcome] = []
        package var remarks: [RunRemark] = []
        package var began: [String] = []
    }

    private let told = Mutex(Told())

    package init() {}

    package var now: Told { told.withLock { $0 } }

    package func runBegan(_ run: RunFacts) {}
    package func jobBegan(_ job: JobLabel, attempt: Int) { told.withLock { $0.began.append("\(job.id) \(attempt)") } }
    package func attemptEnded(_ outcome: JobOutcome) { told.withLock { $0.attempts.append(outcome) } }
    package func loadRecovered(_ outcome: JobOutcome) { told.withLock { $0.recovered.append(outcome) } }
    package func remark(_ remark: RunRemark) { told.withLock { $0.remarks.append(remark) } }
    package func runEnded(_ end: RunEnd) {}
}

package struct FakeWallClock: WallClock {
    package init() {}
    package var unixMicroseconds: Int { 1_795_000_000_000_000 }
}
