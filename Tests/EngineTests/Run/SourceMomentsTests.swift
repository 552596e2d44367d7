import Ports
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// Answers at once, and counts what it is asked.
private final class AskedSource: WindowSource {
    let asked = Mutex<[[String]]>([])

    func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        throw FakeFault(.permanent, "nothing to read")
    }

    func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>] {
        asked.withLock { $0.append(questions.map { $0.columns[0] }) }
        return questions.map { _ in .success(WindowMoment(sort: .integer, ends: .high, high: nil)) }
    }
}

private final class SetClock: MonotonicClock {
    let now = Mutex(0.0)
    var seconds: Double { now.withLock { $0 } }
}

@Suite("Where the windows of a source's jobs end")
struct SourceMomentsTests {
    private let source = AskedSource()
    private let clock = SetClock()

    private func job(_ id: String) -> Job {
        Job(
            id: id, source: JobSource(name: "s", type: .postgresql), object: JobObject(table: id),
            target: JobTarget(table: id))
    }

    private func ask(_ id: String, of moments: SourceMoments, others: [String]) throws -> Set<String> {
        @Sendable func question(_ id: String) -> WindowQuestion { WindowQuestion(object: .table(id), columns: [id]) }
        let known = Mutex<Set<String>>([])
        _ = try moments.moment(
            for: job(id), question(id), of: source, terms: WindowTerms(), stop: StopSignal(),
            others: { answered in
                known.withLock { $0 = answered }
                return others.filter { !answered.contains($0) }.map { (job: $0, question: question($0)) }
            })
        return known.withLock { $0 }
    }

    @Test("one question serves all; who asks again asks for those alone that have no fresh answer")
    func once() throws {
        let moments = SourceMoments(clock: clock, freshSeconds: 300)
        _ = try ask("a", of: moments, others: ["b", "c"])
        #expect(source.asked.withLock { $0 } == [["a", "b", "c"]])
        _ = try ask("b", of: moments, others: ["a", "c"])
        #expect(source.asked.withLock { $0.count } == 1, "it was asked before")
        // A retry.
        #expect(try ask("a", of: moments, others: ["b", "c"]) == ["c"])
        #expect(source.asked.withLock { $0.last } == ["a", "b"])
        clock.now.withLock { $0 = 300 }
        #expect(try ask("a", of: moments, others: ["b", "c"]) == [])
        #expect(source.asked.withLock { $0.last } == ["a", "b", "c"])
    }
}
