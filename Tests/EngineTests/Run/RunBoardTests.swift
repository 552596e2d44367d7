import Ports
import Testing

@testable import Engine

@Suite("Which job is next")
struct RunBoardTests {
    private func job(
        _ id: String, source: String = "s", priority: Int = 100, after: [String] = []
    ) -> Job {
        var job = Job(
            id: id, source: JobSource(name: source, type: .sqlite), object: JobObject(table: id),
            target: JobTarget(table: id))
        job.run.priority = priority
        job.run.dependsOn = after
        return job
    }

    /// Starts what can start now.
    private func started(_ board: inout RunBoard, now: Double = 0) -> [Int] {
        var jobs: [Int] = []
        while case .start(let job, _) = board.next(now: now) { jobs.append(job) }
        return jobs
    }

    private func next(_ board: inout RunBoard, _ now: Double) -> RunBoard.Step { board.next(now: now) }

    @Test("priority first, then the order of the sheet")
    func order() {
        var board = RunBoard(jobs: [job("a"), job("b", priority: 1), job("c"), job("d", priority: 1)], limits: [:])
        #expect(started(&board) == [1, 3, 0, 2])
    }

    @Test("what ends before the source is asked counts neither for nor against it")
    func unasked() {
        let jobs = (0..<9).map { job("j\($0)") }
        var board = RunBoard(
            jobs: jobs, limits: ["s": 1], breaker: SourceBreaker(failuresToOpen: 2, pauseSeconds: 30, mostProbes: 2))
        func end(_ job: Int, _ answered: Bool?, now: Double) {
            #expect(board.next(now: now) == .start(job: job, attempt: 1))
            board.ended(job, .failed, sourceAnswered: answered, now: now)
        }
        for job in 0..<4 { end(job, nil, now: 0) }
        end(4, false, now: 0)
        end(5, nil, now: 0)
        end(6, false, now: 0)
        #expect(board.next(now: 1) == .wait(until: 30))
        // A probe that did not get as far as to ask: the next is one again.
        end(7, nil, now: 30)
        #expect(board.next(now: 30) == .start(job: 8, attempt: 1))
        board.ended(8, .failed, sourceAnswered: false, now: 30)
        #expect(board.next(now: 31) == .finished)
    }

    @Test("a child waits for its parents, and runs when all have succeeded")
    func dependsOn() {
        var board = RunBoard(jobs: [job("c", after: ["a", "b"]), job("a"), job("b")], limits: [:])
        #expect(started(&board) == [1, 2])
        board.ended(1, .succeeded, sourceAnswered: true, now: 0)
        #expect(started(&board) == [])
        board.ended(2, .succeeded, sourceAnswered: true, now: 0)
        #expect(started(&board) == [0])
    }

    @Test("children of what failed are skipped with the reason, and theirs too")
    func skips() {
        var board = RunBoard(jobs: [job("a"), job("b", after: ["a"]), job("c", after: ["b"]), job("d")], limits: [:])
        _ = started(&board)
        board.ended(0, .failed, sourceAnswered: true, now: 0)
        let skipped = board.skipped()
        #expect(skipped.map(\.job) == [1, 2])
        #expect(skipped[0].ending == .skipped("it depends on 'a', which failed"))
        #expect(skipped[1].ending == .skipped("it depends on 'b', which was skipped"))
        board.ended(3, .succeeded, sourceAnswered: true, now: 0)
        #expect(next(&board, 0) == .finished)
    }

    @Test("who waits for memory lets nobody pass")
    func memory() {
        var board = RunBoard(jobs: [job("a"), job("b"), job("c")], limits: [:])
        #expect(started(&board) == [0, 1, 2])
        board = RunBoard(jobs: [job("a"), job("b")], limits: [:])
        #expect(board.next(now: 0, mayStart: { $0 != 0 }) == .wait(until: 1))
        #expect(board.next(now: 0, mayStart: { $0 == 0 }) == .start(job: 0, attempt: 1))
        #expect(board.next(now: 0, mayStart: { _ in false }) == .wait(until: 1))
    }

    @Test("a try that found too little memory does not count, and comes before what is behind it")
    func tookBack() {
        var board = RunBoard(jobs: [job("a"), job("b"), job("c")], limits: ["s": 2])
        #expect(started(&board) == [0, 1])
        board.tookBack(0, now: 0)
        #expect(board.next(now: 0) == .start(job: 0, attempt: 1))
    }

    @Test("a parent that is not part of the run is nobody's business")
    func absentParent() {
        var board = RunBoard(jobs: [job("b", after: ["a"])], limits: [:])
        #expect(started(&board) == [0])
    }

    @Test("jobs in a circle end the run instead of waiting for ever")
    func circle() {
        var board = RunBoard(jobs: [job("a", after: ["b"]), job("b", after: ["a"]), job("c")], limits: [:])
        #expect(started(&board) == [2])
        board.ended(2, .succeeded, sourceAnswered: true, now: 0)
        #expect(next(&board, 0) == .finished)
        let remaining = board.remaining()
        #expect(remaining == [0, 1])
    }

    @Test("a source gives no more connections than it has; jobs of others pass")
    func limits() {
        var board = RunBoard(jobs: [job("a"), job("b"), job("c", source: "t"), job("d")], limits: ["s": 2])
        #expect(started(&board) == [0, 1, 2])
        let (own, other) = (board.lendHand(to: 0), board.lendHand(to: 2))
        #expect(!own && other)
        board.ended(1, .succeeded, sourceAnswered: true, now: 0)
        let freed = board.lendHand(to: 0)
        #expect(freed)
        #expect(started(&board) == [])
        board.takeHandBack(from: 0)
        #expect(started(&board) == [3])
    }

    @Test("a retry waits for its time and lets others pass")
    func retry() {
        var board = RunBoard(jobs: [job("a"), job("b")], limits: ["s": 1])
        #expect(next(&board, 0) == .start(job: 0, attempt: 1))
        board.failedAttempt(0, retryAt: 5, sourceAnswered: true, now: 0)
        #expect(next(&board, 0) == .start(job: 1, attempt: 1))
        board.ended(1, .succeeded, sourceAnswered: true, now: 1)
        #expect(next(&board, 1) == .wait(until: 5))
        #expect(next(&board, 5) == .start(job: 0, attempt: 2))
    }

    @Test("with fail-fast nothing begins after a failure; what runs goes on")
    func failFast() {
        var board = RunBoard(jobs: [job("a"), job("b"), job("c")], limits: ["s": 2], failsFast: true)
        #expect(started(&board) == [0, 1])
        board.ended(0, .failed, sourceAnswered: true, now: 0)
        let skipped = board.skipped().map(\.job)
        #expect(skipped == [2])
        #expect(next(&board, 0) == .wait(until: .infinity))
        board.ended(1, .succeeded, sourceAnswered: true, now: 0)
        #expect(next(&board, 0) == .finished)
    }

    @Test("after failures in a row a source rests, then one job tries whether it is back")
    func breaker() {
        let jobs = (0..<5).map { job("j\($0)") } + [job("other", source: "t")]
        var board = RunBoard(
            jobs: jobs, limits: ["s": 2], breaker: SourceBreaker(failuresToOpen: 2, pauseSeconds: 30, mostProbes: 2))
        #expect(started(&board) == [0, 1, 5])
        for index in 0..<2 { board.failedAttempt(index, retryAt: 1, sourceAnswered: false, now: 0) }
        #expect(next(&board, 2) == .wait(until: 30))
        #expect(started(&board, now: 30) == [0])
        board.ended(0, .succeeded, sourceAnswered: true, now: 31)
        #expect(started(&board, now: 31) == [1, 2])
    }

    @Test("a source that stays away is given up: what has failed has failed, the rest is skipped")
    func givenUp() {
        let jobs = (0..<4).map { job("j\($0)") }
        var board = RunBoard(
            jobs: jobs, limits: ["s": 1], breaker: SourceBreaker(failuresToOpen: 1, pauseSeconds: 10, mostProbes: 2))
        var now = 0.0
        for _ in 0..<3 {
            guard case .start(let index, _) = board.next(now: now) else {
                Issue.record("nothing starts at \(now)")
                return
            }
            board.failedAttempt(index, retryAt: now + 1, sourceAnswered: false, now: now)
            now += 100
        }
        let ended = board.skipped()
        #expect(ended.map(\.job) == [0, 1, 2, 3])
        #expect(ended.first?.ending == .failed)
        #expect(ended.last?.ending == .skipped("the source 's' did not answer to several jobs before it"))
        #expect(next(&board, now) == .finished)
    }

    @Test("pauses grow, have a random half, and end at the longest")
    func pauses() {
        let policy = RetryPolicy(attempts: 10, initialSeconds: 2, multiplier: 2, longestSeconds: 20)
        #expect((1...6).map { policy.pause(afterAttempt: $0, chance: 1) } == [2, 4, 8, 16, 20, 20])
        #expect((1...6).map { policy.pause(afterAttempt: $0, chance: 0) } == [1, 2, 4, 8, 10, 10])
    }
}
