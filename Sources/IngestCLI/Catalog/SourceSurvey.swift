import Engine
import Ports
import Synchronization

/// Looks at what jobs read, each source once, several sources at a time.
struct SourceSurvey: Sendable {
    struct Question: Sendable {
        /// The caller's own number.
        var id: Int
        var request: ReadRequest
        /// Of its rows, which the source shall understand.
        var conditions: [String] = []
    }

    struct Description: Sendable {
        var object: Result<ObjectDescription, CatalogFault>
        /// What the source says of each condition; nil: it takes it.
        var conditions: [CatalogFault?]
    }

    enum Answer: Sendable {
        case described([Int: Description])
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
            let objects = try catalog.describe(questions.map(\.request))
            var descriptions: [Int: Description] = [:]
            for (question, object) in zip(questions, objects) {
                descriptions[question.id] = Description(
                    object: object, conditions: try conditions(of: question, object, catalog))
            }
            return .described(descriptions)
        } catch {
            return .unreachable((error as? any Fault) ?? UnexpectedFault(String(describing: error)))
        }
    }

    /// Tried as filters are: by a statement that reads no row.
    private func conditions(
        of question: Question, _ object: Result<ObjectDescription, CatalogFault>, _ catalog: any OpenCatalog
    ) throws(CatalogFault) -> [CatalogFault?] {
        // Of what cannot be read, no condition would be right.
        guard case .success = object, !question.conditions.isEmpty else { return [] }
        let requests = question.conditions.map { condition in
            var request = question.request
            request.filter = condition
            return request
        }
        return try catalog.describe(requests).map { (try? $0.get())?.filterFault }
    }
}
