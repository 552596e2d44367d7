/// Keeps the records of a run that people and programs read. The lake holds the truth and all of this can be made again
/// from it, so nothing here throws: what can't be written is a warning, and the load stands. Called from any thread.
package protocol RunRecorder: Sendable {
    /// Once, before anything else.
    func runBegan(_ run: RunFacts)
    func jobBegan(_ job: JobLabel, attempt: Int)
    /// Each attempt, with its status; for jobs that were not begun the reason. Written once per load, attempt and status.
    func attemptEnded(_ outcome: JobOutcome)
    /// A load of an earlier run that this one found committed and finished, by its own ids: written unless that run came
    /// to it.
    func loadRecovered(_ outcome: JobOutcome)
    /// Something to know that belongs to no outcome.
    func remark(_ remark: RunRemark)
    func runEnded(_ end: RunEnd)
}

/// A line of the log.
package struct RunRemark: Equatable, Sendable {
    package enum Level: String, CaseIterable, Sendable { case info, warning, error }

    package var level: Level
    package var message: String
    package var job: JobLabel?
    package var attempt: Int?

    package init(_ level: Level, _ message: String, job: JobLabel? = nil, attempt: Int? = nil) {
        self.level = level
        self.message = message
        self.job = job
        self.attempt = attempt
    }
}
