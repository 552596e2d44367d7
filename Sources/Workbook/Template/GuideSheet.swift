/// The Guide: how to begin, what the colours mean, recipes, and every column of every sheet with an example. Laid out
/// first, so that headers elsewhere can link to a column's row; then written.
struct GuideSheet {
    enum Line {
        case title(String, String)
        case heading(String, color: UInt32)
        /// A group of columns: its name, and what stands in the columns of the Guide.
        case group(SheetColumnSpec.Group, title: String)
        case column(TemplateColumn, notice: String?, isOdd: Bool)
        case pair(String, String, isOdd: Bool)
        case step(Int, String, String)
        case status(word: String, text: String, look: (text: UInt32, fill: UInt32))
        /// A group's colour, which leads to its section, and its columns.
        case legend(SheetColumnSpec.Group, [String])
        case gap
    }

    static let name = "Guide"
    /// Name, needed, meaning, what may stand there, example.
    static let widths: [Double] = [27, 16, 62, 34, 30]
    static let columnCount = widths.count

    private(set) var lines: [Line] = []
    private var rowOfColumn: [String: Int] = [:]
    private var rowOfGroup: [SheetColumnSpec.Group: Int] = [:]

    init(jobs: FormSheet, rules: [(sheet: FormSheet, title: String)]) {
        let used = Set(jobs.columns.filter { $0.spec.isUsed }.map(\.name))
        let groups = SheetColumnSpec.Group.allCases.filter { group in jobs.columns.contains { $0.group == group } }
        lines = [.title(GuideText.title, GuideText.subtitle), .gap, .heading("In four steps", color: Palette.title)]
        for (index, step) in GuideText.steps.enumerated() { lines.append(.step(index + 1, step.title, step.text)) }
        lines += [.gap, .heading("The colours of the columns", color: Palette.title)]
        for group in groups { lines.append(.legend(group, jobs.columns.filter { $0.group == group }.map(\.name))) }
        lines.append(.gap)
        lines.append(.heading("What do you want to do?", color: Palette.title))
        for (index, recipe) in GuideText.recipes.filter({ used.isSuperset(of: $0.columns) }).enumerated() {
            lines.append(.pair(recipe.goal, recipe.how, isOdd: index % 2 == 1))
        }
        lines += [.gap, .heading("What last_status says", color: Palette.title)]
        for status in GuideText.statuses {
            lines.append(.status(word: status.word, text: status.text, look: status.look))
        }
        lines += [.gap, .heading("Good to know", color: Palette.title)]
        for (index, habit) in GuideText.habits.enumerated() {
            lines.append(.pair(habit.title, habit.text, isOdd: index % 2 == 1))
        }
        for group in groups {
            rowOfGroup[group] = lines.count + 1
            append(group, of: jobs, title: group.rawValue)
        }
        for rule in rules { append(.rule, of: rule.sheet, title: rule.title) }
    }

    /// On which row, from 0, a column is explained.
    func row(of column: TemplateColumn, in sheet: String) -> Int { rowOfColumn[sheet + "!" + column.name] ?? 0 }

    private mutating func append(_ group: SheetColumnSpec.Group, of sheet: FormSheet, title: String) {
        let columns = sheet.columns.filter { $0.group == group }
        // What is true of all is said once, in the heading.
        let notices = Set(columns.map(\.notice))
        let shared = notices.count == 1 ? columns.first?.notice : nil
        lines += [.gap, .group(group, title: title + (shared.map { " · " + $0 } ?? ""))]
        for (index, column) in columns.enumerated() {
            rowOfColumn[sheet.name + "!" + column.name] = lines.count
            lines.append(.column(column, notice: shared == nil ? column.notice : nil, isOdd: index % 2 == 1))
        }
    }

    func write(to book: XlsxBook) throws(TemplateFault) {
        let sheet = try book.sheet(Self.name)
        for (index, width) in Self.widths.enumerated() {
            try sheet.column(index, width: width, style: CellStyle(color: Palette.ink, vertical: .center, wraps: true))
        }
        sheet.hideGridlines()
        for (row, line) in lines.enumerated() {
            try GuideLineWriter(sheet: sheet, row: row, rowOfGroup: rowOfGroup).write(line)
        }
        sheet.freeze(rows: 1, columns: 0)
        sheet.select(1, 0)
        sheet.tab(Palette.link)
        try sheet.page(
            XlsxSheet.Page(
                footer: "&L&9ingest · Guide&C&9Page &P of &N&R&9&F", repeatedRows: 0, rowBreaks: breaks))
    }

    /// Each page begins with a section, so that none is torn apart without need.
    private var breaks: [Int] {
        // A4 landscape, as wide as the five columns together: about 640 points of rows.
        let pageHeight = 620.0
        var breaks: [Int] = []
        var used = 0.0
        var sectionStart = 0
        func height(_ range: Range<Int>) -> Double { range.reduce(0) { $0 + lines[$1].height } }
        for row in lines.indices {
            switch lines[row] {
            case .group, .heading:
                let end =
                    lines[(row + 1)...].firstIndex {
                        switch $0 {
                        case .group, .heading: true
                        default: false
                        }
                    } ?? lines.count
                if used + height(row..<end) > pageHeight, used > pageHeight / 3 {
                    breaks.append(row - 1)
                    used = lines[0].height
                }
                sectionStart = row
            default: break
            }
            used += lines[row].height
            if used > pageHeight, row > sectionStart { used = lines[0].height + lines[row].height }
        }
        return breaks
    }
}
