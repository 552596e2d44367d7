import Ports

/// Which jobs are failing, since when, and when that was last told: what makes a first failure, a repeated one and a recovery
/// out of the outcomes of one run. A value; who keeps it between runs is not its concern.
package struct AlertLedger: Equatable, Sendable {
    package struct Streak: Equatable, Sendable {
        /// Runs in a row.
        package var count: Int
        /// The end of the first of them, in microseconds since 1970.
        package var since: Int
        package var lastAt: Int
        /// When it was told because it was time; in news of others it is mentioned without that. 0: never.
        package var toldAt: Int
        /// PagerDuty has one of its own for it.
        package var hasIncident: Bool

        package init(count: Int, since: Int, lastAt: Int, toldAt: Int, hasIncident: Bool = false) {
            self.count = count
            self.since = since
            self.lastAt = lastAt
            self.toldAt = toldAt
            self.hasIncident = hasIncident
        }
    }

    /// How a job stands after a run, where it is worth a word.
    package enum Standing: Equatable, Sendable {
        case failedFirst
        case failedAgain(Streak)
        case recovered(Streak)
        case good
    }

    /// Nobody waits for the recovery of a job that has not run for so long.
    private static let forgottenAfter = 90 * 86_400 * 1_000_000

    /// By job.
    package private(set) var failing: [String: Streak] = [:]

    package init() {}

    /// Takes a final outcome into account. Nil for what says nothing of the job: it was not begun, or stopped, or another run
    /// has it.
    package mutating func take(_ outcome: JobOutcome) -> Standing? {
        // A load that lost many rows to its quality rules stands, but somebody has to look.
        let isBad = outcome.status == .success && outcome.exceedsQuarantineLimit
        return take(job: outcome.job.id, status: isBad ? .failed : outcome.status, at: outcome.endedAt)
    }

    package mutating func take(job: String, status: JobStatus, at moment: Int) -> Standing? {
        switch status.isWell {
        case false?:
            guard var streak = failing[job] else {
                failing[job] = Streak(count: 1, since: moment, lastAt: moment, toldAt: 0)
                return .failedFirst
            }
            streak.count += 1
            streak.lastAt = moment
            failing[job] = streak
            return .failedAgain(streak)
        case true?: return failing.removeValue(forKey: job).map { .recovered($0) } ?? .good
        case nil: return nil
        }
    }

    /// Whether a failure that goes on is to be told again.
    package func isDue(_ job: String, at moment: Int, repeatSeconds: Double) -> Bool {
        guard let streak = failing[job] else { return false }
        return streak.toldAt == 0 || Double(moment - streak.toldAt) / 1e6 >= repeatSeconds
    }

    package mutating func told(_ jobs: [String], at moment: Int) {
        for job in jobs { failing[job]?.toldAt = moment }
    }

    package mutating func openedIncidents(_ jobs: [String]) {
        for job in jobs { failing[job]?.hasIncident = true }
    }

    // MARK: - JSON

    /// What cannot be understood begins anew: the worst is a failure that is told as a first one.
    package init(_ json: JSONValue?) {
        for entry in json?["failing"]?.array ?? [] {
            func moment(_ key: String) -> Int? { entry[key]?.string.flatMap { CivilTime(iso: $0)?.unixMicroseconds } }
            guard let job = entry["job"]?.string, let count = entry["count"]?.int, count > 0,
                let since = moment("since"),
                let last = moment("last")
            else { continue }
            failing[job] = Streak(
                count: count, since: since, lastAt: last, toldAt: moment("told") ?? 0,
                hasIncident: entry["incident"]?.bool ?? false)
        }
    }

    package func json(now: Int) -> JSONValue {
        let kept = failing.filter { now - $0.value.lastAt < Self.forgottenAfter }.sorted { $0.key < $1.key }
        func moment(_ value: Int) -> JSONValue { .string(CivilTime(unixMicroseconds: value).iso()) }
        return .members([
            "format": .int(1),
            "failing": .array(
                kept.map { job, streak in
                    .members([
                        "job": .string(job), "count": .int(streak.count), "since": moment(streak.since),
                        "last": moment(streak.lastAt), "told": streak.toldAt == 0 ? .null : moment(streak.toldAt),
                        "incident": .bool(streak.hasIncident),
                    ])
                }),
        ])
    }
}
