/// Finds what a mistyped name may have meant.
package enum NearestName {
    /// The nearest candidate, unless it is more than a third of the letters away.
    package static func suggestion(for name: String, among candidates: [String]) -> String? {
        let limit = max(1, name.count / 3)
        return candidates.map { (name: $0, distance: distance(name, $0)) }
            .filter { $0.distance <= limit || (name.count >= 3 && $0.name.hasPrefix(name)) }
            .min { $0.distance < $1.distance }?.name
    }

    /// The closest first, at most `limit`, without regard to case: within a third of the name's length of edits (2 at least,
    /// 1 for very short names).
    package static func closest(to name: String, among candidates: [String], limit: Int = 3) -> [String] {
        let wanted = name.lowercased()
        let allowed = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
        let scored = candidates.compactMap { candidate -> (name: String, distance: Int)? in
            let other = candidate.lowercased()
            guard abs(other.count - wanted.count) <= allowed else { return nil }
            let distance = distance(wanted, other)
            return distance <= allowed ? (candidate, distance) : nil
        }
        return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    package static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a)
        let b = Array(b)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
