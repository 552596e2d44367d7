/// Green, red and grey in SourceConfig: how the last run of a row ended, rows that are switched off, and stripes.
///
/// Each column belongs to one range of rules, in which the first that is true decides alone: LibreOffice applies no more
/// than one, and asks ranges that overlap in an order of its own.
struct JobLooks {
    var form: FormSheet

    func write(to sheet: XlsxSheet) throws(TemplateFault) {
        let status = form.index(of: JobColumn.lastStatus.name)
        let enabled = form.index(of: JobColumn.enabled.name)
        let statusRules = status.map { Self.status(cell($0)) } ?? []
        let alone = [status, enabled, form.index(of: JobColumn.jobID.name)]
        var start = 0
        for index in form.columns.indices {
            let isOutput = form.columns[index].spec.isOutput
            let next = index + 1
            let isEnd =
                next == form.columns.count || alone.contains(index) || alone.contains(next)
                || form.columns[next].spec.isOutput != isOutput
            guard isEnd else { continue }
            var rules: [LookRule] = []
            if index == enabled {
                let on = CellStyle(isBold: true, color: Palette.good.text)
                rules = striped(first(of: cell(index), isOneOf: "yjt1"), on, Palette.stripe)
            } else if alone.contains(index) {
                // Where the row begins, only what needs a look: the result columns are far to the right.
                rules = statusRules.filter { index == status || $0.look == Palette.bad }.map { rule in
                    LookRule(
                        formula: rule.formula,
                        style: CellStyle(isBold: true, color: rule.look.text, fill: rule.look.fill), isLast: true)
                }
            }
            rules += rowRules(stripe: isOutput ? Palette.outputStripe : Palette.stripe)
            try write(rules, to: sheet, columns: start...index)
            start = next
        }
    }

    /// Formulas over the cell of last_status, the first that is true counts.
    static func status(_ cell: String) -> [(formula: String, look: (text: UInt32, fill: UInt32))] {
        [
            ("\(cell)=\"SUCCESS\"", Palette.good),
            ("OR(\(cell)=\"FAILED\",\(cell)=\"INVALID\")", Palette.bad),
            (
                "AND(LEN(\(cell))>0,\(cell)<>\"SUCCESS\",\(cell)<>\"FAILED\",\(cell)<>\"INVALID\")", Palette.neutral
            ),
        ]
    }

    /// What every cell of a row takes part in.
    private func rowRules(stripe: UInt32) -> [LookRule] {
        var rules: [LookRule] = []
        if let enabled = form.index(of: JobColumn.enabled.name) {
            let off = CellStyle(isItalic: true, color: Palette.soft)
            rules = striped(first(of: cell(enabled), isOneOf: "nf0"), off, stripe)
        }
        return rules + [LookRule(formula: form.stripeFormula, style: CellStyle(fill: stripe), isLast: true)]
    }

    /// A look without a fill of its own, on striped rows and on the others.
    private func striped(_ formula: String, _ style: CellStyle, _ stripe: UInt32) -> [LookRule] {
        var filled = style
        filled.fill = stripe
        return [
            LookRule(formula: "AND(\(formula),\(form.stripeFormula))", style: filled, isLast: true),
            LookRule(formula: formula, style: style, isLast: true),
        ]
    }

    private func first(of cell: String, isOneOf letters: String) -> String {
        "AND(LEN(\(cell))>0,ISNUMBER(SEARCH(LEFT(\(cell),1),\"\(letters)\")))"
    }

    private func write(_ rules: [LookRule], to sheet: XlsxSheet, columns: ClosedRange<Int>) throws(TemplateFault) {
        for rule in rules { try sheet.look(rule, rows: 1...FormSheet.ruledRows, columns: columns) }
    }

    private func cell(_ index: Int) -> String {
        "$" + CellReference(row: 1, column: index + 1).columnLetters + "2"
    }
}
