/// Gives the cells of a merged range the value of its first one, so that a source name merged over three jobs counts for
/// all three. Only in rows that hold something, and no further than the sheet's last column in use: a range may be merged
/// down to row 1,048,576.
enum MergedRanges {
    static let maximumCells = 1_000_000

    static func fill(_ rows: inout [SheetRow], _ ranges: [String]) {
        guard !ranges.isEmpty, !rows.isEmpty else { return }
        let width = rows.reduce(0) { max($0, $1.cells.last?.column ?? 0) }
        var added: [Int: [SheetCell]] = [:]
        var count = 0
        for range in ranges {
            let corners = range.split(separator: ":").map { CellReference(String($0)) }
            guard corners.count == 2, let first = corners[0], let last = corners[1], first <= last else { continue }
            guard let top = place(of: first.row, in: rows), rows[top].number == first.row,
                let source = rows[top].cells.first(where: { $0.column == first.column })
            else { continue }
            var index = top
            while index < rows.count, rows[index].number <= last.row, count < maximumCells {
                for column in first.column...max(first.column, min(last.column, width))
                where index != top || column != first.column {
                    added[index, default: []].append(
                        SheetCell(column: column, value: source.value, traits: source.traits.union(.merged)))
                    count += 1
                }
                index += 1
            }
        }
        for (index, cells) in added {
            // A value left below a merged range is not shown: the range's counts.
            let columns = Set(cells.map(\.column))
            rows[index].cells = (rows[index].cells.filter { !columns.contains($0.column) } + cells)
                .sorted { $0.column < $1.column }
        }
    }

    /// The first row with this number or a higher one.
    private static func place(of number: Int, in rows: [SheetRow]) -> Int? {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < rows.count ? low : nil
    }
}
