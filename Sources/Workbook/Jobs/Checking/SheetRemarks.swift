import Ports

/// What there is to say of a sheet before its rows are read.
struct SheetRemarks<Column: SheetColumn> {
    let scope: SheetScope<Column>

    func report() {
        for column in Column.allCases where column.spec.isNeeded && scope.header.column(of: column.rawValue) == nil {
            scope.report(
                .error, "The sheet has no column \(column.name). Add the header: \(column.spec.explanation)")
        }
        guard case .workbook = scope.table.source else { return }
        if scope.table.isHidden { scope.report(.note, "The sheet is hidden; it is read all the same.") }
        reportRowsAboveHeader()
        reportHiddenRows()
        reportBlankRows()
    }

    private func reportRowsAboveHeader() {
        let above = scope.table.rows.prefix { $0.number < scope.header.row }.filter { !$0.isBlank }
        guard let first = above.first else { return }
        scope.report(
            .note,
            "The headers are in row \(scope.header.row); what stands above them, from row \(first.number) on, is not read."
        )
    }

    private func reportHiddenRows() {
        let hidden = scope.rows.filter(\.isHidden).map(\.number)
        guard !hidden.isEmpty else { return }
        scope.report(.note, "\(Self.rowsText(hidden)) hidden, by a filter perhaps; read all the same.")
    }

    private func reportBlankRows() {
        var blank: [Int] = []
        var previous = scope.header.row
        for row in scope.rows {
            if row.number > previous + 1 { blank += Array((previous + 1)..<min(row.number, previous + 1001)) }
            previous = row.number
            if blank.count > 1000 { break }
        }
        guard !blank.isEmpty else { return }
        scope.report(.note, "\(Self.rowsText(blank)) blank, between rows that are not; skipped.")
    }

    /// `Row 3 is`, `Rows 3, 5 and 7–9 are`; the rest of many is left out.
    static func rowsText(_ rows: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for row in rows {
            if let last = ranges.last, last.upperBound + 1 == row {
                ranges[ranges.count - 1] = last.lowerBound...row
            } else {
                ranges.append(row...row)
            }
        }
        guard rows.count > 1 else { return "Row \(rows[0]) is" }
        let texts = ranges.prefix(6).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
        return "Rows " + texts.joined(separator: ", ") + (ranges.count > 6 ? " and others are" : " are")
    }
}
