import Ports
import Synchronization

/// Runs jobs on a bounded number of threads. A thread without a job of its own lends a hand to a running one whose source
/// has a connection to spare, so that one huge table does not leave the others idle.
package final class JobPool: Sendable {
    package struct Options: Sendable {
        package var workers: Int
        package var failsFast: Bool
        package var acceptsShrink: Bool
        /// The most connections of each source, over all jobs.
        package var limits: [String: Int]
        /// What all hands together may keep in memory.
        package var memoryBytes: Int

        package init(
            workers: Int, failsFast: Bool = false, acceptsShrink: Bool = false, limits: [String: Int] = [:],
            memoryBytes: Int = .max
        ) {
            self.workers = max(1, workers)
            self.memoryBytes = memoryBytes
            self.failsFast = failsFast
            self.acceptsShrink = acceptsShrink
            self.limits = limits
        }
    }

    struct Offer: Sendable {
        var job: Int
        var reading: TableReading
        var helpers = 0
    }

    struct Running: Sendable {
        var attempt: Int
        var since: Double
        var progress: LoadProgress
    }

    struct State: Sendable {
        var board: RunBoard
        var offers: [Offer] = []
        var running: [Int: Running] = [:]
        /// The last word on each job.
        var outcomes: [Int: JobOutcome] = [:]
        /// When the first attempt began, and how the last one failed.
        var firstBegan: [Int: Double] = [:]
        /// Of jobs that found out that it is more than usual.
        var neededBytes: [Int: Int] = [:]
        var lastFailure: [Int: JobOutcome] = [:]
    }

    let jobs: [Job]
    let asks: [String: LoadRequest]
    let surroundings: any RunSurroundings
    let terms: RunTerms
    let options: Options
    let recorder: any RunRecorder
    let stop: StopSignal
    let state: Mutex<State>
    let moments: SourceMoments
    let watch: LoadWatch
    let wakeup = Wakeup()
    let memory: MemoryBudget

    /// - Parameter asks: what a person asked for beyond the sheet, by job.
    package init(
        jobs: [Job], asks: [String: LoadRequest] = [:], surroundings: any RunSurroundings, terms: RunTerms,
        options: Options, recorder: any RunRecorder, stop: StopSignal
    ) {
        self.jobs = jobs
        self.asks = asks
        self.surroundings = surroundings
        self.terms = terms
        self.options = options
        self.recorder = recorder
        self.stop = stop
        state = Mutex(
            State(board: RunBoard(jobs: jobs, limits: options.limits, failsFast: options.failsFast)))
        memory = MemoryBudget(bytes: options.memoryBytes, onRelease: { [wakeup] in wakeup.ring() })
        moments = SourceMoments(clock: terms.clock)
        watch = LoadWatch(clock: terms.clock, leaseSeconds: terms.leaseSeconds)
    }

    /// Blocks until every job has ended, or has been stopped. In the order of the jobs.
    package func run() throws -> [JobOutcome] {
        var threads: [NamedThread] = []
        for index in 0..<min(options.workers, max(1, jobs.count * 4)) {
            do {
                threads.append(
                    try NamedThread("ingest-work-\(index + 1)") { [self] in
                        work()
                        wakeup.ring()
                    })
            } catch {
                // With fewer threads it takes longer, and that is all.
                if threads.isEmpty { throw error }
                break
            }
        }
        keepWatch()
        for thread in threads { thread.join() }
        let outcomes = state.withLock { $0.outcomes }
        return jobs.indices.compactMap { outcomes[$0] }
    }

    /// Until the last job has ended: renews leases, looks at deadlines, and passes the person's stop on to those who wait.
    private func keepWatch() {
        while state.withLock({ $0.outcomes.count }) < jobs.count {
            // Workers that wait for a retry or for a source hear of it.
            if stop.isRaised { wakeup.ring() }
            let count = wakeup.count
            watch.look()
            wakeup.wait(since: count, seconds: stop.isRaised ? 0.05 : 0.5)
        }
    }

    // MARK: - A worker

    private enum Task {
        case job(Int, attempt: Int, MemoryShare)
        case help(Int, MemoryShare)
        case wait(Double)
        case finished
    }

    private func work() {
        while true {
            let count = wakeup.count
            switch nextTask() {
            case .finished: return
            case .job(let index, let attempt, let memory): perform(index, attempt, memory)
            case .help(let index, let memory): help(index, memory)
            case .wait(let moment): wakeup.wait(since: count, seconds: min(moment - terms.clock.seconds, 1))
            }
        }
    }

    private func nextTask() -> Task {
        settleSkipped()
        let now = terms.clock.seconds
        let task = state.withLock { state -> Task in
            var share: MemoryShare?
            var lacksMemory = false
            let needed = state.neededBytes
            let step = state.board.next(now: now) { job in
                share = memory.reserve(needed[job] ?? MemoryBudget.usualBytes)
                lacksMemory = share == nil
                return !lacksMemory
            }
            memory.setWanted(lacksMemory)
            switch step {
            case .start(let index, let attempt):
                guard let share else { preconditionFailure("a job begins with its memory") }
                return .job(index, attempt: attempt, share)
            case .finished:
                return state.running.isEmpty ? .finished : .wait(now + 1)
            case .wait(let moment):
                // What is free goes to the job that waits for it.
                guard !lacksMemory else { return .wait(moment) }
                for offer in state.offers where offer.reading.wantsHand && state.board.lendHand(to: offer.job) {
                    guard let share = memory.reserve(offer.reading.handBytes) else {
                        state.board.takeHandBack(from: offer.job)
                        continue
                    }
                    if let place = state.offers.firstIndex(where: { $0.job == offer.job }) {
                        state.offers[place].helpers += 1
                    }
                    return .help(offer.job, share)
                }
                return .wait(moment)
            }
        }
        if case .finished = task { settleRemaining() }
        return task
    }

    private func help(_ index: Int, _ share: MemoryShare) {
        let reading = state.withLock { $0.offers.first { $0.job == index }?.reading }
        reading?.work(until: { memory.isWanted })
        share.giveBack()
        state.withLock { state in
            if let place = state.offers.firstIndex(where: { $0.job == index }) { state.offers[place].helpers -= 1 }
            state.board.takeHandBack(from: index)
        }
        wakeup.ring()
    }

    /// A running load offers its units to whoever is idle.
    struct Hands: HandLender {
        let pool: JobPool
        let index: Int

        func share(_ reading: TableReading) {
            if reading.mostHands > 1 {
                pool.state.withLock { $0.offers.append(Offer(job: index, reading: reading)) }
                pool.wakeup.ring()
            }
            reading.work()
            while true {
                let count = pool.wakeup.count
                let isOver = pool.state.withLock { state in
                    guard let place = state.offers.firstIndex(where: { $0.job == index }) else { return true }
                    guard state.offers[place].helpers == 0 else { return false }
                    // What a hand gave back before it went.
                    guard reading.stop.isRaised || reading.queue.isEmpty else { return false }
                    state.offers.remove(at: place)
                    return true
                }
                if isOver { return }
                if reading.wantsHand {
                    reading.work()
                } else {
                    pool.wakeup.wait(since: count, seconds: 1)
                }
            }
        }
    }
}
