import Glibc
import Ports

/// What is the same for all loads of a run.
package struct RunTerms: Sendable {
    package var facts: RunFacts
    /// Of the run's beginning, in its time zone: 2026/11/21. It names the day's folder, also of loads that begin after midnight.
    package var date: String
    package var clock: any MonotonicClock
    package var wall: any WallClock
    package var leaseSeconds: Int
    package var witness: (any ProcessWitness)?
    /// How long an open question to a store is asked again.
    package var patienceSeconds: Double
    /// Between attempts; ends at once when the run is to stop.
    package var sleep: @Sendable (_ seconds: Double) -> Void
    /// Between 0 and 1.
    package var chance: @Sendable () -> Double

    package init(
        facts: RunFacts, date: String, clock: any MonotonicClock, wall: any WallClock, leaseSeconds: Int = 300,
        witness: (any ProcessWitness)? = nil, patienceSeconds: Double = 120,
        sleep: @escaping @Sendable (_ seconds: Double) -> Void,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.facts = facts
        self.date = date
        self.clock = clock
        self.wall = wall
        self.leaseSeconds = leaseSeconds
        self.witness = witness
        self.patienceSeconds = patienceSeconds
        self.sleep = sleep
        self.chance = chance
    }

    var writer: Writer {
        Writer(
            run: facts.runID, host: facts.host, process: facts.process, user: facts.user, version: facts.version)
    }

    /// An interrupt does not end these waits: what is committed, or may be, is finished first.
    var patience: Patience {
        Patience(seconds: patienceSeconds, clock: clock, sleep: { usleep(UInt32(min(max($0, 0), 60) * 1e6)) })
    }

    /// For records that people read.
    var now: String { RunMoment.text(wall.unixMicroseconds) }

    func loadTerms(_ job: Job, loadID: String, attempt: Int) -> LoadTransaction.Terms {
        LoadTransaction.Terms(
            loadID: loadID, job: job.id, attempt: attempt, writer: writer, leaseSeconds: leaseSeconds,
            witness: witness, patience: patience, now: now)
    }
}

/// Moments as records spell them, and names made from them.
package enum RunMoment {
    /// `2026-11-21T05:55:12.123456Z`
    package static func text(_ unixMicroseconds: Int) -> String {
        let moment = CivilTime(unixMicroseconds: unixMicroseconds)
        return "\(moment.date)T\(moment.time).\(CivilTime.padded(moment.microsecond, 6))Z"
    }

    /// Sorts by time; unique by its last digits, which are random: `20261121T055512123456-9f3c21ab`.
    package static func identifier(_ unixMicroseconds: Int) -> String {
        let digits = text(unixMicroseconds).filter { $0.isNumber || $0 == "T" }
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        return digits + "-" + String(repeating: "0", count: 8 - random.count) + random
    }
}
