/// A sheet that people fill in: coloured headers with comments and links to the Guide, a table with filters, formats,
/// drop-downs and hints down each column, a few example rows.
struct FormSheet {
    var name: String
    var tableName: String
    var columns: [TemplateColumn]
    /// By column name.
    var examples: [[String: ExampleValue]]
    /// Columns that stay when scrolling to the right.
    var frozenColumns: Int
    var tabColor: UInt32
    var printScale = 70

    enum ExampleValue: Equatable {
        case text(String)
        case number(Double)
    }

    /// The table is a form with room; Excel makes it longer as rows are added below it.
    static let tableRows = 200
    /// Rules reach further than the table: LibreOffice does not make tables longer.
    static let ruledRows = 5_000

    /// `guideRow` answers on which row (from 0) of the Guide a column is explained.
    func write(
        to book: XlsxBook, lists: inout ListsSheet, guideRow: (TemplateColumn) -> Int
    ) throws(TemplateFault) -> XlsxSheet {
        let sheet = try book.sheet(name)
        sheet.defaultRow(height: 18)
        try sheet.row(0, height: 33)
        try sheet.table(tableName, rows: 0...Self.tableRows, headers: columns.map(\.name))
        for (index, column) in columns.enumerated() {
            try sheet.column(index, width: width(at: index), style: cellStyle(at: index))
            try sheet.link(
                column.name, to: "Guide!A\(guideRow(column) + 1)", tip: "Open the Guide at \(column.name)", 0, index,
                headerStyle(at: index))
            let comment = HeaderComment(column)
            try sheet.comment(comment.text, 0, index, width: comment.width, height: comment.height)
            if let rule = EntryRule(column, lists: &lists) {
                try sheet.allow(rule, rows: 1...Self.ruledRows, column: index)
            }
            for (row, example) in examples.enumerated() {
                switch example[column.name] {
                case .text(let text): try sheet.write(text, row + 1, index, cellStyle(at: index))
                case .number(let number): try sheet.write(number, row + 1, index, cellStyle(at: index))
                case nil: break
                }
            }
        }
        let last = CellReference(row: Self.ruledRows + 1, column: columns.count)
        try sheet.allowNumbersAsText("A2:\(last)")
        sheet.freeze(rows: 1, columns: frozenColumns)
        sheet.select(1, 0)
        sheet.tab(tabColor)
        try sheet.page(
            XlsxSheet.Page(
                footer: "&L&9ingest · \(name)&C&9Page &P of &N&R&9&F", repeatedRows: 0,
                repeatedColumns: frozenColumns > 0 ? frozenColumns - 1 : nil, fitsWidth: false, scale: printScale,
                columnBreaks: pageStarts))
        return sheet
    }

    /// Wide enough for the header with its button, and for the examples.
    private func width(at index: Int) -> Double {
        let column = columns[index]
        let longest = examples.compactMap { example -> Int? in
            if case .text(let text) = example[column.name] { text.count } else { nil }
        }.max()
        return max(column.fittedWidth, Double(longest ?? 0) * 0.95 + 1.5)
    }

    /// Groups share a page as long as they fit beside the frozen columns.
    private var pageStarts: [Int] {
        // 784 points of A4 landscape between the margins; a character of width takes 5.25, each column 3.75 more.
        func points(_ range: Range<Int>) -> Double { range.reduce(0) { $0 + width(at: $1) * 5.25 + 3.75 } }
        let frozen = points(0..<frozenColumns)
        let room = 784 * 100 / Double(printScale) - frozen
        var starts: [Int] = []
        var used = 0.0
        let bounds = ([0] + groupStarts + [columns.count])
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            let group = start == 0 ? points(0..<end) - frozen : points(start..<end)
            if used + group > room, start > frozenColumns {
                starts.append(start)
                used = 0
            }
            used += group
        }
        return starts
    }

    /// The stripes, as a conditional format: they move with sorting and need no table style.
    func stripe(_ sheet: XlsxSheet) throws(TemplateFault) {
        try sheet.look(
            LookRule(formula: stripeFormula, style: CellStyle(fill: Palette.stripe)), rows: 1...Self.ruledRows,
            columns: 0...(columns.count - 1))
    }

    /// True on every other row that is filled in.
    var stripeFormula: String {
        let last = CellReference(row: 1, column: columns.count).columnLetters
        return "AND(MOD(ROW(),2)=1,COUNTA($A2:$\(last)2)>0)"
    }

    func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

    private var groupStarts: [Int] {
        columns.indices.filter { $0 > 0 && columns[$0].group != columns[$0 - 1].group }
    }

    private func cellStyle(at index: Int) -> CellStyle {
        let column = columns[index]
        var style = CellStyle(color: Palette.ink, vertical: .center)
        switch column.entry {
        case .exactText: style.numberFormat = "@"
        case .dateTime: style.numberFormat = "yyyy-mm-dd hh:mm:ss"
        case .count: style.numberFormat = "#,##0"
        case .seconds: style.numberFormat = "#,##0.0"
        case .wholeNumber: style.numberFormat = "0"
        case .flag: style.horizontal = .center
        case .text, .words, .found, .number: break
        }
        switch column.entry {
        case .text, .words, .found, .exactText:
            style.horizontal = .left
            style.indent = 1
        default: break
        }
        if column.spec.isOutput {
            style.fill = Palette.output
            style.color = Palette.neutral.text
        }
        if groupStarts.contains(index) { style.lineLeft = Palette.line }
        return style
    }

    private func headerStyle(at index: Int) -> CellStyle {
        var style = CellStyle(
            isBold: true, isItalic: columns[index].spec.isOutput, color: columns[index].group.color,
            fill: columns[index].group.header, horizontal: .left, vertical: .center, indent: 1,
            lineBelow: columns[index].group.color, lineBelowIsThick: true)
        if groupStarts.contains(index) { style.lineLeft = Palette.white }
        return style
    }
}
