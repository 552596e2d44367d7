/// Cells in aligned columns, two blanks apart.
struct TextTable {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        rows.append(columns.map(\.title))
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// Columns without any content are left out.
    func lines(indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let shown = alignments.indices.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
        let widths = alignments.indices.map { column in rows.map { PrintableText.width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = margin
            for column in shown {
                let padding = String(repeating: " ", count: widths[column] - PrintableText.width(row[column]))
                if column != shown.first { line += "  " }
                line += alignments[column] == .left ? row[column] + padding : padding + row[column]
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
