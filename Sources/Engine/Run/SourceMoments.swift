import Ports
import Synchronization

/// Asks a source once where the windows of all its waiting jobs end: one list of open transactions and one wait serve them
/// all. An answer is used once, and only while it is fresh: what was written since then is for the next run.
final class SourceMoments: Sendable {
    private struct Answer {
        var question: WindowQuestion
        var result: Result<WindowMoment, any Error>
        var askedAt: Double
    }

    /// Questions of jobs of the same source that have not begun yet, by job; but for those that have their answer.
    typealias Others = @Sendable (_ answered: Set<String>) -> [(job: String, question: WindowQuestion)]

    private let clock: any MonotonicClock
    private let freshSeconds: Double
    private let answers = Mutex<[String: Answer]>([:])
    /// One per source: while one thread asks, the others wait for what it hears.
    private let gates = Mutex<[String: Gate]>([:])

    private final class Gate: Sendable { let lock = Mutex(()) }

    init(clock: any MonotonicClock, freshSeconds: Double = 300) {
        self.clock = clock
        self.freshSeconds = freshSeconds
    }

    func moment(
        for job: Job, _ question: WindowQuestion, of source: any WindowSource, terms: WindowTerms, stop: StopSignal,
        others: Others
    ) throws -> WindowMoment {
        let gate = gates.withLock { gates in
            if let gate = gates[job.source.name] { return gate }
            let gate = Gate()
            gates[job.source.name] = gate
            return gate
        }
        return try gate.lock.withLock { _ in
            if let known = take(job.id, question) { return try known.get() }
            var asked = [(job: job.id, question: question)]
            let now = clock.seconds
            let answered = answers.withLock { answers in
                Set(answers.filter { now - $0.value.askedAt < freshSeconds }.keys)
            }
            asked += others(answered).filter { $0.job != job.id }
            let results = try source.freeze(asked.map(\.question), terms: terms, stop: stop)
            guard results.count == asked.count else {
                throw EngineFault(.permanent, "The source answered \(results.count) of \(asked.count) questions")
            }
            answers.withLock { answers in
                for (asked, result) in zip(asked, results).dropFirst() {
                    answers[asked.job] = Answer(question: asked.question, result: result, askedAt: now)
                }
            }
            return try results[0].get()
        }
    }

    /// What was asked for the job by another; a failure counts as well, once.
    private func take(_ job: String, _ question: WindowQuestion) -> Result<WindowMoment, any Error>? {
        answers.withLock { answers in
            guard let answer = answers.removeValue(forKey: job), answer.question == question,
                clock.seconds - answer.askedAt < freshSeconds
            else { return nil }
            return answer.result
        }
    }
}
