import Ports

/// What a run tells of one job: how it ended, and what its row says of people.
package struct AlertJob: Sendable {
    package var outcome: JobOutcome
    /// Where its row is: `SourceConfig!J4`; nil where it has none.
    package var cell: String?
    package var owner: String?
    /// Mail addresses of those who want to know of this job.
    package var notify: [String]
    /// What tries it again, as typed in a shell.
    package var retry: String?

    package init(
        _ outcome: JobOutcome, cell: String? = nil, owner: String? = nil, notify: [String] = [], retry: String? = nil
    ) {
        self.outcome = outcome
        self.cell = cell
        self.owner = owner
        self.notify = notify
        self.retry = retry
    }
}

extension AlertJob {
    /// Loaded, but quality rules set so many rows aside that somebody should look: it is told like a failure.
    var isSetAside: Bool { outcome.status == .success && outcome.exceedsQuarantineLimit }

    /// What people read.
    var state: String { isSetAside ? "ROWS SET ASIDE" : outcome.status.rawValue }

    /// What there is to say of a failure.
    var failure: JobOutcome.Failure? {
        guard isSetAside else { return outcome.failure }
        return JobOutcome.Failure(
            "The load stands, without \(NumberText.counted(outcome.quarantined, "row")) that quality rules set aside. "
                + outcome.warnings.joined(separator: ". "),
            remedy: "`ingest quality \(outcome.job.id)` shows which rules, and rows that break them.")
    }
}

/// What an alert is about, apart from its jobs.
package struct AlertRun: Sendable {
    package var facts: RunFacts
    /// The name of the project's folder.
    package var project: String
    package var endedAt: Int
    package var seconds: Double
    package var exitCode: Int
    package var zone: ZoneRules
    /// Where people find more: `/srv/sales/logs/errors.log`.
    package var log: String?

    package init(
        facts: RunFacts, project: String, endedAt: Int, seconds: Double, exitCode: Int, zone: ZoneRules,
        log: String? = nil
    ) {
        self.facts = facts
        self.project = project
        self.endedAt = endedAt
        self.seconds = seconds
        self.exitCode = exitCode
        self.zone = zone
        self.log = log
    }
}

/// What people choose to be told of (`alerts.….on`).
package enum AlertTopic: String, CaseIterable, Sendable { case failure, recovery, drift, warning, summary }
