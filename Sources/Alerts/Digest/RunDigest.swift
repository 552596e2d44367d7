import Ports

/// What is to be said of one run, in the order in which people want to read it. Built once; mails and webhooks say it in
/// their own forms.
package struct RunDigest: Sendable {
    package struct Item: Sendable {
        package var job: AlertJob
        package var standing: AlertLedger.Standing
        /// What is probably behind a failure; nil where nothing can be said.
        package var cause: String?
        /// It is new, or it is time to tell it again; otherwise it only stands beside what is.
        package var isDue: Bool

        package var streak: AlertLedger.Streak? {
            switch standing {
            case .failedAgain(let streak), .recovered(let streak): streak
            case .failedFirst, .good: nil
            }
        }
    }

    package let run: AlertRun
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
    private var isStartDue = false

    /// Whether something is new, or it is time to repeat what is not.
    package var isDue: Bool { isStartDue || everyItem.contains(where: \.isDue) }

    /// - Parameter items: every job's last outcome, in the order of the workbook, with how it stands now.
    package init(
        _ run: AlertRun, _ items: [(job: AlertJob, standing: AlertLedger.Standing?)], topics: Set<AlertTopic>,
        startRecovered: AlertLedger.Streak? = nil, isRepeatDue: (String) -> Bool
    ) {
        self.run = run
        let causes = LikelyCause(items.map(\.job.outcome))
        // What nobody asked for is not said.
        func told(_ topic: AlertTopic) -> Bool { topics.contains(topic) }
        for (job, standing) in items {
            func item(isDue: Bool = true) -> Item {
                let standing = standing ?? .good
                return Item(
                    job: job, standing: standing,
                    cause: standing.isFailure ? causes.text(of: job.outcome, standing) : nil,
                    isDue: isDue)
            }
            switch standing {
            case .failedFirst? where told(.failure): failedFirst.append(item())
            case .failedAgain? where told(.failure):
                failedAgain.append(item(isDue: isRepeatDue(job.outcome.job.id)))
            case .recovered? where told(.recovery): recovered.append(item())
            default: break
            }
            if told(.failure), job.outcome.status == .skipped { skipped.append(item(isDue: false)) }
            if told(.drift), !job.outcome.schemaChanges.isEmpty { drifted.append(item()) }
            // Of rows set aside they are told already.
            if told(.warning), !job.outcome.warnings.isEmpty, !(job.isSetAside && told(.failure)) {
                warned.append(item())
            }
            if told(.summary) { all.append(item()) }
        }
        if told(.recovery), startRecovered != nil {
            self.startRecovered = startRecovered
            isStartDue = true
        }
    }

    /// Of a run that could not begin.
    package init(_ run: AlertRun, couldNotStart failure: JobOutcome.Failure, isDue: Bool) {
        self.run = run
        startFailure = failure
        isStartDue = isDue
    }

    /// Of what can be told of these jobs alone; nil where it is not time for any of them.
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
        return digest.everyItem.contains(where: \.isDue) ? digest : nil
    }

    /// Whatever is said of a job, each job as often as it is said.
    var everyItem: [Item] { failedFirst + failedAgain + recovered + drifted + warned + skipped + all }

    package var failures: [Item] { failedFirst + failedAgain }

    /// In a few words: `2 jobs failed, 1 still failing, 1 recovered`.
    package var headline: String {
        if startFailure != nil { return "the run could not start" }
        var parts: [String] = []
        let aside = failedFirst.count(where: \.job.isSetAside)
        if failedFirst.count > aside { parts.append("\(NumberText.counted(failedFirst.count - aside, "job")) failed") }
        if aside > 0 { parts.append("\(NumberText.counted(aside, "job")) with rows set aside") }
        if !failedAgain.isEmpty {
            parts.append(
                "\(failedFirst.isEmpty ? NumberText.counted(failedAgain.count, "job") : NumberText.grouped(failedAgain.count)) still failing"
            )
        }
        if startRecovered != nil { parts.append("runs start again") }
        if !recovered.isEmpty {
            parts.append(
                "\(parts.isEmpty ? NumberText.counted(recovered.count, "job") : NumberText.grouped(recovered.count)) recovered"
            )
        }
        if !drifted.isEmpty { parts.append("\(NumberText.counted(drifted.count, "schema change"))") }
        if parts.isEmpty, !warned.isEmpty { parts.append("\(NumberText.counted(warned.count, "job")) with warnings") }
        if parts.isEmpty { parts.append("\(NumberText.counted(all.count, "job")), all is well") }
        return parts.joined(separator: ", ")
    }

    /// Whether somebody should act.
    package var isBad: Bool { startFailure != nil || !failures.isEmpty }
}

extension AlertLedger.Standing {
    fileprivate var isFailure: Bool {
        switch self {
        case .failedFirst, .failedAgain: true
        case .recovered, .good: false
        }
    }
}
