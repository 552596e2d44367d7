/// A rectangle of cells, as `A1:BF201` says it.
struct CellArea: Equatable {
    var first: CellReference
    var last: CellReference

    init(first: CellReference, last: CellReference) {
        self.first = first
        self.last = last
    }

    /// `A1` or `A1:B2`, also with `$`; whole columns (`A:A`) are none.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first.flatMap({ CellReference(String($0)) }) else { return nil }
        guard let last = CellReference(String(parts[parts.count - 1])), last.row >= first.row,
            last.column >= first.column
        else { return nil }
        self.init(first: first, last: last)
    }

    /// The areas of a `sqref`: blanks between them.
    static func list(_ text: String) -> [CellArea] { text.split(separator: " ").compactMap { CellArea($0) } }

    var text: String { first == last ? "\(first)" : "\(first):\(last)" }

    func contains(_ cell: CellReference) -> Bool {
        (first.row...last.row).contains(cell.row) && (first.column...last.column).contains(cell.column)
    }

    func meets(_ other: CellArea) -> Bool {
        first.row <= other.last.row && other.first.row <= last.row && first.column <= other.last.column
            && other.first.column <= last.column
    }
}
