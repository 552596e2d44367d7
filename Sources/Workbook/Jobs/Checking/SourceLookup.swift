import Ports

/// The sources of the settings by name: exactly, or else the only one that differs in case alone.
struct SourceLookup {
    private let sources: [KnownSource]
    private let exact: [String: Int]
    private let folded: [String: [Int]]

    init(_ sources: [KnownSource]) {
        self.sources = sources
        exact = Dictionary(sources.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        folded = Dictionary(grouping: sources.indices) { sources[$0].name.lowercased() }
    }

    func find(_ name: String) -> KnownSource? {
        if let index = exact[name] { return sources[index] }
        guard let matches = folded[name.lowercased()], matches.count == 1 else { return nil }
        return sources[matches[0]]
    }

    func advice(for name: String, _ suggestions: NameSuggestion) -> String {
        guard !sources.isEmpty else { return " The settings have no sources: add [sources.\(name)] to ingest.toml." }
        let names = sources.map(\.name)
        if let nearest = suggestions.nearest(to: name, among: names) {
            return " Did you mean \(VisibleText.quoted(nearest))?"
        }
        let list = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " …" : "")
        return " There are: \(list)."
    }
}
