import Engine
import Ports
import Synchronization

/// Looks at what jobs read, each source once, several sources at a time.
struct SourceSurvey: Sendable {
    struct Question: Sendable {
        /// The caller's own number.
        var id: Int
        var request: ReadRequest
    }

    enum Answer: Sendable {
        case described([Int: Result<ObjectDescription, CatalogFault>])
        /// Nothing could be asked.
        case unreachable(any Fault)
        /// There is no looking around in sources of this kind.
        case hasNoCatalog
    }

    /// By the source's name. Throws where the source cannot even be tried: a setting is missing.
    let open: @Sendable (_ source: String) throws -> any BatchSource
    let stop: StopSignal
    private static let mostThreads = 8

    init(stop: StopSignal, open: @escaping @Sendable (_ source: String) throws -> any BatchSource) {
        self.stop = stop
        self.open = open
    }

    func ask(_ questions: [String: [Question]]) throws -> [String: Answer] {
        let sources = questions.keys.sorted()
        if sources.count < 2 {
            return Dictionary(uniqueKeysWithValues: sources.map { ($0, answer($0, questions[$0] ?? [])) })
        }
        let next = Mutex(0)
        let answers = Mutex<[String: Answer]>([:])
        var threads: [NamedThread] = []
        defer { for thread in threads { thread.join() } }
        for _ in 0..<min(sources.count, Self.mostThreads) {
            threads.append(
                try NamedThread("survey") {
                    while let index = next.withLock({ next -> Int? in
                        guard next < sources.count else { return nil }
                        defer { next += 1 }
                        return next
                    }) {
                        let answer = answer(sources[index], questions[sources[index]] ?? [])
                        answers.withLock { $0[sources[index]] = answer }
                    }
                })
        }
        for thread in threads { thread.join() }
        return answers.withLock { $0 }
    }

    private func answer(_ source: String, _ questions: [Question]) -> Answer {
        do {
            guard let place = try open(source) as? any SourceCatalog else { return .hasNoCatalog }
            let catalog = try place.openCatalog(stop: stop)
            defer { catalog.close() }
            let results = try catalog.describe(questions.map(\.request))
            return .described(
                Dictionary(uniqueKeysWithValues: zip(questions.map(\.id), results)))
        } catch {
            return .unreachable((error as? any Fault) ?? UnexpectedFault(String(describing: error)))
        }
    }
}
