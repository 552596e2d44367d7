/// When a job runs, after what, and how often it is tried.
package struct JobRunControl: Equatable, Sendable {
    /// Ids of jobs.
    package var dependsOn: [String] = []
    package var tags: [String] = []
    /// 1 runs first.
    package var priority = 100
    package var schedule: JobSchedule?
    /// Nil: the settings say.
    package var timeoutSeconds: Int?
    /// The first try included. Nil: the settings say.
    package var maxAttempts: Int?

    package init() {}
}

package enum JobSchedule: Equatable, Sendable {
    case daily(minuteOfDay: Int)
    case cron(CronSchedule)
}

/// What must hold before a load becomes visible.
package struct JobGuards: Equatable, Sendable {
    package enum RowCountCheck: String, CaseIterable, Sendable {
        case stream, query, off
    }

    package var minRows: Int?
    /// Per cent: 10 is 10 %.
    package var maxChangePercent: Double?
    /// Nil: what the source does best.
    package var rowCountCheck: RowCountCheck?
    package var rowCountTolerancePercent: Double?
    package var allowEmpty = false

    package init() {}
}
