import Ports

/// Everything that is found, whatever the order it is found in; handed out in sheet order.
final class FindingCollector {
    struct Position: Comparable {
        /// Order of the sheets as they are checked.
        var sheet: Int
        /// 0: about the sheet.
        var row: Int
        var column: Int

        static func < (a: Position, b: Position) -> Bool {
            (a.sheet, a.row, a.column) < (b.sheet, b.row, b.column)
        }
    }

    private(set) var entries: [(position: Position, finding: Finding)] = []

    func add(_ finding: Finding, at position: Position) { entries.append((position, finding)) }

    /// At one position: errors first, else in the order in which they were found.
    ///
    /// Their places among the entries: a finding is large.
    func order() -> [Int] {
        entries.indices.sorted { a, b in
            if entries[a].position != entries[b].position { return entries[a].position < entries[b].position }
            let (one, two) = (entries[a].finding.severity, entries[b].finding.severity)
            return one != two ? one > two : a < b
        }
    }
}
