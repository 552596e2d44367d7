/// Green, red and grey in SourceConfig: how the last run of a row ended, and rows that are switched off.
struct JobLooks {
    var form: FormSheet

    func write(to sheet: XlsxSheet) throws(TemplateFault) {
        let rows = 1...FormSheet.ruledRows
        if let status = form.index(of: JobColumn.lastStatus.name) {
            let cell = "$" + letters(status) + "2"
            let kinds: [(words: [String], look: (text: UInt32, fill: UInt32))] = [
                (["SUCCESS"], Palette.good), (["FAILED", "INVALID"], Palette.bad),
            ]
            for kind in kinds {
                let formula = "OR(" + kind.words.map { "\(cell)=\"\($0)\"" }.joined(separator: ",") + ")"
                let style = CellStyle(isBold: true, color: kind.look.text, fill: kind.look.fill)
                try sheet.look(
                    LookRule(formula: formula, style: style, isLast: true), rows: rows, columns: status...status)
                // Where the row begins too: the result columns are far to the right.
                if kind.look.text == Palette.bad.text, let id = form.index(of: JobColumn.jobID.name) {
                    try sheet.look(LookRule(formula: formula, style: style, isLast: true), rows: rows, columns: id...id)
                }
            }
            try sheet.look(
                LookRule(
                    formula: "LEN(\(cell))>0",
                    style: CellStyle(isBold: true, color: Palette.neutral.text, fill: Palette.neutral.fill),
                    isLast: true),
                rows: rows, columns: status...status)
        }
        if let enabled = form.index(of: JobColumn.enabled.name) {
            let cell = "$" + letters(enabled) + "2"
            try sheet.look(
                LookRule(
                    formula: "AND(LEN(\(cell))>0,ISNUMBER(SEARCH(LEFT(\(cell),1),\"yjt1\")))",
                    style: CellStyle(isBold: true, color: Palette.good.text)),
                rows: rows, columns: enabled...enabled)
            try sheet.look(
                LookRule(
                    formula: "AND(LEN(\(cell))>0,ISNUMBER(SEARCH(LEFT(\(cell),1),\"nf0\")))",
                    style: CellStyle(isItalic: true, color: Palette.soft)),
                rows: rows, columns: 0...(form.columns.count - 1))
        }
    }

    private func letters(_ index: Int) -> String { CellReference(row: 1, column: index + 1).columnLetters }
}
