import Ports

/// What is to be said of one run, in the order in which people want to read it. Built once; mails and webhooks say it in
/// their own forms.
package struct RunDigest: Sendable {
    package struct Item: Sendable {
        package var job: AlertJob
        package var standing: AlertLedger.Standing
        /// What is probably behind a failure; nil where nothing can be said.
        package var cause: String?
    }

    package let run: AlertRun
    package let topics: Set<AlertTopic>
    package private(set) var failedFirst: [Item] = []
    package private(set) var failedAgain: [Item] = []
    package private(set) var recovered: [Item] = []
    package private(set) var drifted: [Item] = []
    package private(set) var warned: [Item] = []
    /// Not begun because of others.
    package private(set) var skipped: [Item] = []
    /// All jobs, where a summary is asked for.
    package private(set) var all: [Item] = []
    /// Why the run could not begin; there are no jobs then.
    package var startFailure: JobOutcome.Failure?
    /// Runs before this one could not begin.
    package private(set) var startRecovered: AlertLedger.Streak?
    /// Whether something is new, or it is time to repeat what is not.
    package private(set) var isDue = false

    /// - Parameter items: every job's last outcome, in the order of the workbook, with how it stands now.
    package init(
        _ run: AlertRun, _ items: [(job: AlertJob, standing: AlertLedger.Standing?)], topics: Set<AlertTopic>,
        startRecovered: AlertLedger.Streak? = nil, isRepeatDue: (String) -> Bool
    ) {
        self.run = run
        self.topics = topics
        let causes = LikelyCause(items.map(\.job.outcome))
        for (job, standing) in items {
            var item = Item(job: job, standing: standing ?? .good)
            switch standing {
            case .failedFirst?:
                item.cause = causes.text(of: job.outcome, .failedFirst)
                failedFirst.append(item)
                if topics.contains(.failure) { isDue = true }
            case .failedAgain(let streak)?:
                item.cause = causes.text(of: job.outcome, .failedAgain(streak))
                failedAgain.append(item)
                if topics.contains(.failure), isRepeatDue(job.outcome.job.id) { isDue = true }
            case .recovered?:
                recovered.append(item)
                if topics.contains(.recovery) { isDue = true }
            case .good?, nil: break
            }
            if job.outcome.status == .skipped { skipped.append(item) }
            if !job.outcome.schemaChanges.isEmpty {
                drifted.append(item)
                if topics.contains(.drift) { isDue = true }
            }
            // Of rows set aside they are told already.
            if !job.outcome.warnings.isEmpty, !(job.isSetAside && topics.contains(.failure)) {
                warned.append(item)
                if topics.contains(.warning) { isDue = true }
            }
            if topics.contains(.summary) { all.append(item) }
        }
        if topics.contains(.summary), !items.isEmpty { isDue = true }
        if topics.contains(.recovery), startRecovered != nil {
            self.startRecovered = startRecovered
            isDue = true
        }
        // What nobody asked for is not said.
        if !topics.contains(.failure) { (failedFirst, failedAgain, skipped) = ([], [], []) }
        if !topics.contains(.recovery) { recovered = [] }
        if !topics.contains(.drift) { drifted = [] }
        if !topics.contains(.warning) { warned = [] }
    }

    /// Of a run that could not begin.
    package init(_ run: AlertRun, couldNotStart failure: JobOutcome.Failure, isDue: Bool) {
        self.run = run
        topics = [.failure]
        startFailure = failure
        self.isDue = isDue
    }

    /// Of what can be told of these jobs alone; nil where that is nothing.
    package func only(_ isWanted: (AlertJob) -> Bool) -> RunDigest? {
        var digest = self
        func keep(_ items: inout [Item]) { items.removeAll { !isWanted($0.job) } }
        keep(&digest.failedFirst)
        keep(&digest.failedAgain)
        keep(&digest.recovered)
        keep(&digest.drifted)
        keep(&digest.warned)
        keep(&digest.skipped)
        keep(&digest.all)
        return digest.hasNews ? digest : nil
    }

    private var hasNews: Bool {
        !(failedFirst + failedAgain + recovered + drifted + warned + all).isEmpty || startFailure != nil
    }

    package var failures: [Item] { failedFirst + failedAgain }

    /// In a few words: `2 jobs failed, 1 still failing, 1 recovered`.
    package var headline: String {
        if startFailure != nil { return "the run could not start" }
        var parts: [String] = []
        let aside = failedFirst.count(where: \.job.isSetAside)
        if failedFirst.count > aside { parts.append("\(Figures.counted(failedFirst.count - aside, "job")) failed") }
        if aside > 0 { parts.append("\(Figures.counted(aside, "job")) with rows set aside") }
        if !failedAgain.isEmpty {
            parts.append(
                "\(failedFirst.isEmpty ? Figures.counted(failedAgain.count, "job") : Figures.grouped(failedAgain.count)) still failing"
            )
        }
        if startRecovered != nil { parts.append("runs start again") }
        if !recovered.isEmpty {
            parts.append(
                "\(parts.isEmpty ? Figures.counted(recovered.count, "job") : Figures.grouped(recovered.count)) recovered"
            )
        }
        if !drifted.isEmpty { parts.append("\(Figures.counted(drifted.count, "schema change"))") }
        if parts.isEmpty, !warned.isEmpty { parts.append("\(Figures.counted(warned.count, "job")) with warnings") }
        if parts.isEmpty { parts.append("\(Figures.counted(all.count, "job")), all is well") }
        return parts.joined(separator: ", ")
    }

    /// Whether somebody should act.
    package var isBad: Bool { startFailure != nil || !failures.isEmpty }
}
