/// Heights: Excel does not fit rows of files that it did not write, so each is reckoned from its longest cell.
extension GuideSheet.Line {
    var height: Double {
        let widths = GuideSheet.widths
        let wide = widths[2...].reduce(0, +)
        switch self {
        case .title: return 46
        case .heading: return 24
        case .group: return 24
        case .legend(_, let names): return Self.height([(names.joined(separator: ", "), wide + widths[1])])
        case .gap: return 12
        case .column(let column, let notice, _):
            let meaning = [notice, column.spec.explanation].compactMap { $0 }.joined(separator: " ")
            return Self.height([
                (column.name, widths[0] - 2), (meaning, widths[2]), (column.allowed, widths[3]),
                (column.spec.example, widths[4]),
            ])
        case .pair(let name, let text, _): return Self.height([(name, widths[0] + widths[1]), (text, wide)])
        case .step(_, let title, let text): return Self.height([(title, widths[0]), (text, wide)])
        case .status(_, let text, _): return Self.height([(text, wide)])
        }
    }

    /// Calibri of 11 points takes 15 points a line; words wrap, so a line holds a little less than the width in digits.
    private static func height(_ cells: [(text: String, width: Double)]) -> Double {
        let lines = cells.map { cell in
            cell.text.split(separator: "\n", omittingEmptySubsequences: false)
                .reduce(0) { $0 + max(1, Int((Double($1.count) / (cell.width * 1.12)).rounded(.up))) }
        }
        return Double(lines.max() ?? 1) * 15 + 6
    }
}

extension SheetColumnSpec.Need {
    fileprivate var guideWords: String {
        switch self {
        case .optional: ""
        case .always: "needed"
        case .incremental: "if INCREMENTAL"
        }
    }
}

/// Writes one line of the Guide.
struct GuideLineWriter {
    let sheet: XlsxSheet
    let row: Int
    let rowOfGroup: [SheetColumnSpec.Group: Int]

    private var last: Int { GuideSheet.columnCount - 1 }

    func write(_ line: GuideSheet.Line) throws(TemplateFault) {
        try sheet.row(row, height: line.height)
        switch line {
        case .gap: break
        case .title(let title, let subtitle):
            try sheet.merge(
                title, row: row, columns: 0...1,
                CellStyle(
                    size: 18, isBold: true, color: Palette.white, fill: Palette.title, vertical: .center, indent: 1))
            try sheet.merge(
                subtitle, row: row, columns: 2...last,
                CellStyle(size: 11, color: 0xDCE6F2, fill: Palette.title, vertical: .center, wraps: true))
        case .heading(let text, let color):
            try sheet.merge(
                text, row: row, columns: 0...last,
                CellStyle(size: 13, isBold: true, color: color, vertical: .center, lineBelow: color))
        case .step(let number, let title, let text):
            try sheet.write(
                "\(number)   \(title)", row, 0,
                CellStyle(isBold: true, color: Palette.ink, vertical: .center, indent: 1, wraps: true))
            try sheet.merge(text, row: row, columns: 1...last, body())
        case .pair(let name, let text, let isOdd):
            try sheet.merge(name, row: row, columns: 0...1, body(isOdd, isBold: true, indent: 1))
            try sheet.merge(text, row: row, columns: 2...last, body(isOdd))
        case .status(let word, let text, let look):
            try sheet.write(
                word, row, 0,
                CellStyle(isBold: true, color: look.text, fill: look.fill, horizontal: .center, vertical: .center))
            try sheet.merge(
                text, row: row, columns: 1...last,
                CellStyle(color: Palette.ink, vertical: .center, indent: 1, wraps: true))
        case .legend(let group, let names): try legend(group, names)
        case .group(let group, let title): try header(group, title)
        case .column(let column, let notice, let isOdd): try explain(column, notice, isOdd)
        }
    }

    private func legend(_ group: SheetColumnSpec.Group, _ names: [String]) throws(TemplateFault) {
        let chip = CellStyle(
            isBold: true, color: group.color, fill: group.header, vertical: .center, indent: 1, lineBelow: Palette.white
        )
        try sheet.link(
            group.rawValue, to: "Guide!A\((rowOfGroup[group] ?? 0) + 1)", tip: "Go to \(group.rawValue)", row, 0, chip)
        try sheet.merge(
            names.joined(separator: ", "), row: row, columns: 1...last,
            CellStyle(color: Palette.ink, vertical: .center, indent: 1, wraps: true))
    }

    private func header(_ group: SheetColumnSpec.Group, _ title: String) throws(TemplateFault) {
        let style = CellStyle(isBold: true, color: Palette.white, fill: group.color, vertical: .center)
        var first = style
        first.size = 12
        first.indent = 1
        try sheet.merge(title, row: row, columns: 0...2, first)
        var label = style
        label.indent = 1
        try sheet.write("What may stand there", row, 3, label)
        try sheet.write("Example", row, 4, label)
    }

    private func explain(_ column: TemplateColumn, _ notice: String?, _ isOdd: Bool) throws(TemplateFault) {
        let fill = isOdd ? column.group.tint : nil
        var name = CellStyle(
            isBold: true, color: column.group.color, fill: fill, vertical: .center, indent: 1, lineBelow: Palette.line)
        name.wraps = true
        var text = CellStyle(
            color: Palette.ink, fill: fill, vertical: .center, indent: 1, wraps: true, lineBelow: Palette.line)
        try sheet.write(column.name, row, 0, name)
        var needed = text
        needed.isBold = true
        needed.color = Palette.bad.text
        try sheet.write(column.spec.need.guideWords, row, 1, needed)
        let meaning = [notice, column.spec.explanation].compactMap { $0 }.joined(separator: " ")
        try sheet.write(meaning, row, 2, text)
        text.color = Palette.soft
        try sheet.write(column.spec.isOutput ? "written by ingest" : column.allowed, row, 3, text)
        text.color = Palette.ink
        text.numberFormat = "@"
        try sheet.write(column.spec.example, row, 4, text)
    }

    private func body(_ isOdd: Bool = false, isBold: Bool = false, indent: UInt8 = 0) -> CellStyle {
        CellStyle(
            isBold: isBold, color: Palette.ink, fill: isOdd ? Palette.stripe : nil, vertical: .center, indent: indent,
            wraps: true)
    }
}
