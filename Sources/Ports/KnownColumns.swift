/// The columns that a table has already, by their names in the source: a read that is bound to them leaves others out, and
/// does without those that are gone.
package struct KnownColumns: Equatable, Sendable {
    package var names: Set<String>

    package init(_ names: some Sequence<String>) { self.names = Set(names) }

    /// Indices of `described` that are known, and the others. A name that differs in case alone is known where no column
    /// is spelled as it is.
    package func divide(_ described: [String]) -> (known: [Int], others: [Int]) {
        let exact = Set(described)
        let lower = Set(names.filter { !exact.contains($0) }.map { $0.lowercased() })
        var known: [Int] = []
        var others: [Int] = []
        for (index, name) in described.enumerated() {
            if names.contains(name) || lower.contains(name.lowercased()) {
                known.append(index)
            } else {
                others.append(index)
            }
        }
        return (known, others)
    }
}
