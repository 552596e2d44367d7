/// A name with `*` (any characters) and `?` (one character), as people write it for several names at once. Compared
/// without regard to case.
package struct NamePattern: Equatable, Sendable {
    package let text: String
    private let pattern: [Unicode.Scalar]

    /// Every name.
    package static let all = NamePattern("*")

    package init(_ text: String) {
        self.text = text
        pattern = Array(text.lowercased().unicodeScalars)
    }

    package var hasWildcard: Bool { pattern.contains { $0 == "*" || $0 == "?" } }

    package func matches(_ name: String) -> Bool {
        let name = Array(name.lowercased().unicodeScalars)
        // The last star, and where in the name what it stands for ends: on a mismatch it takes one character more. Each star
        // is gone back to only while it is the last, so the time is at most the product of the lengths.
        var star: (pattern: Int, name: Int)?
        var (p, n) = (0, 0)
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let (starAt, taken) = star {
                star = (starAt, taken + 1)
                p = starAt + 1
                n = taken + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
