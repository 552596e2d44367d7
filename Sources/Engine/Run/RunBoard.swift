import Ports

/// Which job is next: the whole state of a run, without threads and clocks. Jobs come by priority and then in the order
/// of the sheet; those that wait (for what they depend on, for a retry, for a source that is busy or down) let others pass.
struct RunBoard {
    enum Step: Equatable {
        case start(job: Int, attempt: Int)
        /// Nothing to begin now; somebody else may become ready at this moment (`clock.seconds`), or after an event.
        case wait(until: Double)
        case finished
    }

    enum Ending: Equatable {
        case succeeded
        case failed
        case locked
        case cancelled
        case skipped(String)
    }

    private enum Phase: Equatable {
        case waiting(notBefore: Double)
        case running
        case ended(Ending)
    }

    private struct Entry {
        var job: Job
        var phase = Phase.waiting(notBefore: 0)
        /// Tries that have begun.
        var attempts = 0
        /// Connections that its load uses now, its own included. Changed by `set(hands:of:)` only.
        var hands = 0
    }

    private var entries: [Entry]
    /// Those that have not ended, by priority, then as they stand in the sheet.
    private var open: [Int]
    /// Of each source: asked for every job that waits, each time that a thread looks for work.
    private var hands: [String: Int] = [:]
    private let parents: [[Int]]
    private let limits: [String: Int]
    private var breakers: [String: SourceBreaker]
    private let breaker: SourceBreaker
    private let failsFast: Bool
    private var isStopped: String?

    /// - Parameter limits: the most connections of each source.
    init(jobs: [Job], limits: [String: Int], breaker: SourceBreaker = SourceBreaker(), failsFast: Bool = false) {
        entries = jobs.map { Entry(job: $0) }
        open = jobs.indices.sorted { (jobs[$0].run.priority, $0) < (jobs[$1].run.priority, $1) }
        let places = Dictionary(jobs.indices.map { (jobs[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
        // A parent that is not part of this run was left out by whoever started it.
        parents = jobs.map { $0.run.dependsOn.compactMap { places[$0] } }
        self.limits = limits
        self.breaker = breaker
        self.failsFast = failsFast
        breakers = [:]
    }

    /// Jobs that end without having been tried since the last call, with the reason.
    mutating func skipped() -> [(job: Int, ending: Ending)] {
        var found: [(Int, Ending)] = []
        var changed = true
        while changed {
            changed = false
            for index in open {
                guard case .waiting = entries[index].phase, let ending = endingWithoutTry(index) else { continue }
                close(index, ending)
                found.append((index, ending))
                changed = true
            }
        }
        return found.map { (job: $0.0, ending: $0.1) }
    }

    private func endingWithoutTry(_ index: Int) -> Ending? {
        if let isStopped { return entries[index].attempts > 0 ? .failed : .skipped(isStopped) }
        for parent in parents[index] {
            guard case .ended(let ending) = entries[parent].phase, ending != .succeeded else { continue }
            let id = entries[parent].job.id
            let what =
                switch ending {
                case .failed: "failed"
                case .locked: "was locked by another run"
                case .cancelled: "was cancelled"
                case .skipped, .succeeded: "was skipped"
                }
            return .skipped("it depends on '\(id)', which \(what)")
        }
        if breakers[entries[index].job.source.name]?.isGivenUp == true {
            let name = entries[index].job.source.name
            return entries[index].attempts > 0
                ? .failed : .skipped("the source '\(name)' did not answer to several jobs before it")
        }
        return nil
    }

    /// - Parameter mayStart: whether there is memory for the job; one that has to wait for it lets nobody pass.
    mutating func next(now: Double, mayStart: (_ job: Int) -> Bool = { _ in true }) -> Step {
        var soonest = Double.infinity
        var isAnyRunning = false
        for index in open {
            switch entries[index].phase {
            case .ended: continue
            case .running: isAnyRunning = true
            case .waiting(let notBefore):
                guard parents[index].allSatisfy({ entries[$0].phase == .ended(.succeeded) }) else { continue }
                guard now >= notBefore else {
                    soonest = min(soonest, notBefore)
                    continue
                }
                let source = entries[index].job.source.name
                guard hasConnection(source) else { continue }
                switch breakers[source]?.answer(now: now) ?? .go {
                case .givenUp: continue
                case .waitUntil(let moment): soonest = min(soonest, moment)
                case .go: return mayStart(index) ? start(index) : .wait(until: now + 1)
                }
            }
        }
        // What waits only for jobs that wait for it would wait for ever.
        return isAnyRunning || soonest < .infinity ? .wait(until: soonest) : .finished
    }

    /// What is left when `next` says that the run is finished: jobs that depend on each other in a circle.
    func remaining() -> [Int] {
        open.filter { if case .waiting = entries[$0].phase { true } else { false } }
    }

    private mutating func start(_ index: Int) -> Step {
        entries[index].phase = .running
        entries[index].attempts += 1
        set(hands: 1, of: index)
        breakers[entries[index].job.source.name, default: breaker].began()
        return .start(job: index, attempt: entries[index].attempts)
    }

    private func hasConnection(_ source: String) -> Bool { hands[source] ?? 0 < limits[source] ?? .max }

    private mutating func set(hands count: Int, of index: Int) {
        hands[entries[index].job.source.name, default: 0] += count - entries[index].hands
        entries[index].hands = count
    }

    private mutating func close(_ index: Int, _ ending: Ending) {
        entries[index].phase = .ended(ending)
        open.removeAll { $0 == index }
    }

    /// Whether a running job's source has a connection to spare; takes it.
    mutating func lendHand(to index: Int) -> Bool {
        guard entries[index].phase == .running, hasConnection(entries[index].job.source.name) else { return false }
        set(hands: entries[index].hands + 1, of: index)
        return true
    }

    mutating func takeHandBack(from index: Int) { set(hands: entries[index].hands - 1, of: index) }

    /// - Parameter sourceAnswered: nil where the source was not asked.
    mutating func ended(_ index: Int, _ ending: Ending, sourceAnswered: Bool?, now: Double) {
        close(index, ending)
        set(hands: 0, of: index)
        note(index, sourceAnswered, now)
        if failsFast, ending == .failed { isStopped = "another job failed (--fail-fast)" }
    }

    /// The try does not count: the job waits for its turn once more.
    mutating func tookBack(_ index: Int, now: Double) {
        entries[index].phase = .waiting(notBefore: 0)
        entries[index].attempts -= 1
        set(hands: 0, of: index)
        note(index, true, now)
    }

    mutating func failedAttempt(_ index: Int, retryAt moment: Double, sourceAnswered: Bool?, now: Double) {
        entries[index].phase = .waiting(notBefore: moment)
        set(hands: 0, of: index)
        note(index, sourceAnswered, now)
    }

    private mutating func note(_ index: Int, _ answered: Bool?, _ now: Double) {
        let source = entries[index].job.source.name
        switch answered {
        case true?: breakers[source, default: breaker].answered()
        case false?: breakers[source, default: breaker].failed(now: now)
        case nil: breakers[source, default: breaker].notAsked()
        }
    }

    /// No job begins any more.
    mutating func stop(because reason: String) { isStopped = isStopped ?? reason }
}
