import Ports
import Synchronization

/// Keeps every attempt of a run, those that were followed by others too.
final class AttemptLog: RunRecorder {
    private let kept = Mutex<[JobOutcome]>([])

    var attempts: [JobOutcome] { kept.withLock { $0 } }

    func runBegan(_ run: RunFacts) {}
    func jobBegan(_ job: JobLabel, attempt: Int) {}
    func attemptEnded(_ outcome: JobOutcome) { kept.withLock { $0.append(outcome) } }
    func loadRecovered(_ outcome: JobOutcome) {}
    func remark(_ remark: RunRemark) {}
    func runEnded(_ end: RunEnd) {}
}
