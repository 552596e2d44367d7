import Ports

/// A digest for programs of one's own: everything that a mail says, as data (docs/alerts.md has the form).
struct RunNotice {
    let digest: RunDigest

    var json: JSONValue {
        let run = digest.run
        func moment(_ value: Int) -> JSONValue { .string(run.zone.civil(value).iso()) }
        return .members([
            "event": .string(digest.startFailure == nil ? "run" : "run_not_started"), "format": .int(1),
            "project": .string(run.project), "headline": .string(digest.headline), "run_id": .string(run.facts.runID),
            "host": .string(run.facts.host), "workbook": .optional(run.facts.workbook),
            "started_at": moment(run.facts.startedAt), "ended_at": moment(run.endedAt), "exit_code": .int(run.exitCode),
            "error": digest.startFailure.map {
                .members(["message": .string($0.message), "remedy": .optional($0.remedy)])
            } ?? .null,
            "jobs": .array(jobs),
        ])
    }

    /// Each job once, with all that is said of it.
    private var jobs: [JSONValue] {
        var order: [String] = []
        var byID: [String: (item: RunDigest.Item, events: [String])] = [:]
        for (event, items) in [
            ("failed", digest.failedFirst), ("still_failing", digest.failedAgain), ("recovered", digest.recovered),
            ("schema_changed", digest.drifted), ("warning", digest.warned), ("skipped", digest.skipped),
            ("summary", digest.all),
        ] {
            for item in items {
                let id = item.job.outcome.job.id
                if byID[id] == nil { order.append(id) }
                byID[id, default: (item, [])].events.append(event)
                if item.cause != nil { byID[id]?.item = item }
            }
        }
        return order.compactMap { id in byID[id].map { job($0.item, $0.events) } }
    }

    private func job(_ item: RunDigest.Item, _ events: [String]) -> JSONValue {
        let outcome = item.job.outcome
        let streak = item.streak
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return .members([
            "job_id": .string(outcome.job.id), "job_name": .string(outcome.job.name), "events": texts(events),
            "status": .string(outcome.status.rawValue), "state": .string(item.job.state),
            "cell": .optional(item.job.cell),
            "owner": .optional(item.job.owner),
            "attempts": .int(outcome.attempt), "rows": .int(outcome.rows),
            "error": item.job.failure.map {
                .members(["message": .string($0.message), "remedy": .optional($0.remedy)])
            } ?? .null,
            "likely_cause": .optional(item.cause), "retry": .optional(item.job.retry),
            "failures_in_a_row": .optional(streak?.count),
            "failing_since": streak.map { .string(digest.run.zone.civil($0.since).iso()) } ?? .null,
            "schema_changes": texts(outcome.schemaChanges), "warnings": texts(outcome.warnings),
        ])
    }
}
