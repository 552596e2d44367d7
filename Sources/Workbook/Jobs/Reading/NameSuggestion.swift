import Ports

/// "Did you mean", without regard to case, and bounded: a sheet of thousands of wrong names must not take minutes.
final class NameSuggestion {
    /// Comparisons of two names that one check may cost in all.
    private var budget = 200_000

    func sentence(for name: String, among candidates: some Collection<String>) -> String {
        nearest(to: name, among: candidates).map { " Did you mean \(VisibleText.quoted($0))?" } ?? ""
    }

    func nearest(to name: String, among candidates: some Collection<String>) -> String? {
        guard candidates.count <= budget, name.utf8.count <= 200 else { return nil }
        budget -= candidates.count
        let wanted = name.lowercased()
        let length = wanted.utf8.count
        var originals: [String: String] = [:]
        for candidate in candidates where abs(candidate.utf8.count - length) <= max(2, length) {
            originals[candidate.lowercased()] = originals[candidate.lowercased()] ?? candidate
        }
        let found = NearestName.suggestion(for: wanted, among: originals.keys.sorted())
        return found.flatMap { originals[$0] }
    }
}
