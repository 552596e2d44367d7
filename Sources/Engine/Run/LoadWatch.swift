import Ports
import Synchronization

/// Renews the leases of the loads that are under way, and stops those that have lost theirs or run out of time.
final class LoadWatch: Sendable {
    private struct Watched: Sendable {
        var transaction: LoadTransaction
        var faults: FirstFault
        var renewAt: Double
        var deadline: Double
        var limit: Int
    }

    private let watched = Mutex<[Int: Watched]>([:])
    private let numbers = Atomic<Int>(0)
    private let clock: any MonotonicClock
    private let renewSeconds: Double

    init(clock: any MonotonicClock, leaseSeconds: Int) {
        self.clock = clock
        renewSeconds = max(1, Double(leaseSeconds) / 3)
    }

    /// `faults` hears why the load has to stop. `began`: when its job did.
    func begin(_ transaction: LoadTransaction, faults: FirstFault, began: Double, timeoutSeconds: Int?) -> Int {
        let number = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        watched.withLock {
            $0[number] = Watched(
                transaction: transaction, faults: faults, renewAt: clock.seconds + renewSeconds,
                deadline: timeoutSeconds.map { began + Double($0) } ?? .infinity, limit: timeoutSeconds ?? 0)
        }
        return number
    }

    func end(_ number: Int) { watched.withLock { $0[number] = nil } }

    /// Called about once a second by one thread.
    func look() {
        let now = clock.seconds
        for (number, load) in watched.withLock({ $0 }) {
            if now >= load.deadline {
                load.faults.record(
                    EngineFault(
                        .permanent, "The job took longer than its timeout of \(load.limit) s",
                        remedy: "Nothing was published. Raise the column timeout, or find out what is slow."))
                end(number)
            } else if now >= load.renewAt {
                renew(number, load, now)
            }
        }
    }

    private func renew(_ number: Int, _ load: Watched, _ now: Double) {
        watched.withLock { $0[number]?.renewAt = now + renewSeconds }
        do {
            guard try !load.transaction.keepLease() else { return }
            load.faults.record(
                EngineFault(
                    .transient, "Another run has taken over the table while this one was asleep",
                    remedy: "Nothing of this load is in the lake."))
            end(number)
        } catch {
            // The store did not answer: the lease is as old as it is, and the commit looks at it again.
        }
    }
}
