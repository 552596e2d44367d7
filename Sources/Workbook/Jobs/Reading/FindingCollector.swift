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

    private var entries: [(position: Position, finding: Finding)] = []

    func add(_ finding: Finding, at position: Position) { entries.append((position, finding)) }

    /// At one position: errors first, else in the order in which they were found.
    func sorted() -> [(position: Position, finding: Finding)] {
        entries.enumerated().sorted { a, b in
            if a.element.position != b.element.position { return a.element.position < b.element.position }
            if a.element.finding.severity != b.element.finding.severity {
                return a.element.finding.severity > b.element.finding.severity
            }
            return a.offset < b.offset
        }.map(\.element)
    }
}
