import Ports
import Records

/// Which jobs `--due` runs: those whose schedule has named a moment since their last successful load began; backfills are none
/// of theirs. What has failed stays due; what has no schedule is due whenever it is asked for.
struct DueJobs {
    private let last: [String: AuditEntry]
    private let now: CivilTime
    private let zone: ZoneRules

    init(_ jobs: [Job], history: AuditHistory, now: Int, zone: ZoneRules) throws {
        last = try history.latest(
            of: jobs.filter { $0.run.schedule != nil }.map { ($0.id, $0.source.name + "." + $0.object.table) },
            [.seconds, .loadType], matching: { !$0.isBackfill })
        self.now = zone.civil(now)
        self.zone = zone
    }

    func isDue(_ job: Job) -> Bool {
        guard let schedule = job.run.schedule else { return true }
        guard let latest = schedule.latest(atOrBefore: now) else { return false }
        guard let entry = last[job.id], entry.status == .success, let ended = entry.moment(zone: zone) else {
            return true
        }
        let began = zone.civil(ended - Int((entry.seconds ?? 0) * 1e6))
        return began.days * 1440 + began.hour * 60 + began.minute < latest
    }
}
