import Ports

/// What is known of each job over all runs: its last run, and what adds up. A value; who keeps it between runs is not its
/// concern. A run of a few jobs says nothing of the others, which keep their figures.
package struct MetricTotals: Equatable, Sendable {
    package struct Job: Equatable, Sendable {
        package var label: JobLabel
        /// Of the last run that says something of it (`JobStatus.isWell`), as are the figures below: one that was stopped, or
        /// not begun, does not hide a failure. Nil: there was none yet.
        package var status: JobStatus?
        package var endedAt = 0
        /// 0: never.
        package var succeededAt = 0
        package var seconds = 0.0
        package var rows = 0
        package var bytes = 0
        package var files = 0
        package var quarantined = 0
        /// Attempts by how they ended, since `MetricTotals.since`.
        package var attempts: [JobStatus: Int] = [:]
        package var rowsInAll = 0
        package var bytesInAll = 0
    }

    /// By id.
    package private(set) var jobs: [String: Job] = [:]
    /// When counting began, in microseconds since 1970.
    package private(set) var since: Int

    package init(since: Int) { self.since = since }

    /// - Parameters:
    ///   - attempts: of one run, in the order in which they ended.
    ///   - known: the jobs of the workbook; what is told of others is dropped. Nil: they are not known.
    package mutating func take(_ attempts: [JobOutcome], known: Set<String>?) {
        for outcome in attempts {
            var job = jobs[outcome.job.id] ?? Job(label: outcome.job)
            job.label = outcome.job
            job.attempts[outcome.status, default: 0] += 1
            if outcome.status.isWell != nil {
                job.status = outcome.status
                job.endedAt = outcome.endedAt
                job.seconds = outcome.seconds
                (job.rows, job.bytes, job.files) = (outcome.rows, outcome.bytes, outcome.files)
                job.quarantined = outcome.quarantined
                if outcome.status == .success { job.succeededAt = outcome.endedAt }
            }
            if outcome.status.isFinal {
                job.rowsInAll &+= outcome.rows
                job.bytesInAll &+= outcome.bytes
            }
            jobs[outcome.job.id] = job
        }
        if let known { jobs = jobs.filter { known.contains($0.key) } }
    }

    // MARK: - JSON

    /// What cannot be understood begins anew: counters may do that at any time.
    package init(_ json: JSONValue?, now: Int) {
        since = json?["since"]?.int ?? now
        for entry in json?["jobs"]?.array ?? [] {
            guard let id = entry["job_id"]?.string, let source = entry["source"]?.string,
                let table = entry["table"]?.string
            else { continue }
            var job = Job(label: JobLabel(id: id, source: source, table: table))
            func number(_ key: String) -> Int { entry[key]?.int ?? 0 }
            job.status = entry["status"]?.string.flatMap { JobStatus(rawValue: $0) }
            job.endedAt = number("ended_at")
            job.succeededAt = number("succeeded_at")
            job.seconds = Double(number("microseconds")) / 1e6
            (job.rows, job.bytes, job.files) = (number("rows"), number("bytes"), number("files"))
            job.quarantined = number("quarantined")
            (job.rowsInAll, job.bytesInAll) = (number("rows_in_all"), number("bytes_in_all"))
            for status in JobStatus.allCases {
                if let count = entry["attempts"]?[status.rawValue]?.int { job.attempts[status] = count }
            }
            jobs[id] = job
        }
    }

    package var json: JSONValue {
        .members([
            "format": .int(1), "since": .int(since),
            "jobs": .array(
                ordered.map { job in
                    .members([
                        "job_id": .string(job.label.id), "source": .string(job.label.source),
                        "table": .string(job.label.table),
                        "status": .optional(job.status?.rawValue), "ended_at": .int(job.endedAt),
                        "succeeded_at": .int(job.succeededAt), "microseconds": .int(Int(min(job.seconds, 1e9) * 1e6)),
                        "rows": .int(job.rows), "bytes": .int(job.bytes), "files": .int(job.files),
                        "quarantined": .int(job.quarantined), "rows_in_all": .int(job.rowsInAll),
                        "bytes_in_all": .int(job.bytesInAll),
                        "attempts": .object(
                            JobStatus.allCases.compactMap { status in
                                job.attempts[status].map { .init(status.rawValue, .int($0)) }
                            }),
                    ])
                }),
        ])
    }

    var ordered: [Job] { jobs.values.sorted { $0.label.id < $1.label.id } }
}
