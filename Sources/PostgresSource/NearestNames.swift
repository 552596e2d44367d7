/// Names like one that was not found, for "did you mean".
package enum NearestNames {
    /// The closest first, at most `limit`, within a third of the name's length edits (2 at least, 1 for very short names).
    package static func of(_ name: String, among candidates: [String], limit: Int = 3) -> [String] {
        let wanted = Array(name.lowercased().unicodeScalars)
        let allowed = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
        let scored = candidates.compactMap { candidate -> (name: String, distance: Int)? in
            let other = Array(candidate.lowercased().unicodeScalars)
            guard abs(other.count - wanted.count) <= allowed else { return nil }
            let distance = distance(wanted, other)
            return distance <= allowed ? (candidate, distance) : nil
        }
        return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    /// Edits (insert, delete, replace, swap neighbours) that turn one into the other.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
