extension EntryRule {
    /// As a `dataValidation` (ECMA-376 part 1, 18.3.1.32). Nil for a rule whose words have no room in it.
    func xml(prefix p: String, column: Int, rows: ClosedRange<Int>) -> String? {
        var kind = ""
        var formulas: [String] = []
        switch allowed {
        case .words(let words):
            guard Self.fit(words) else { return nil }
            kind = " type=\"list\""
            formulas = ["\"" + words.joined(separator: ",") + "\""]
        case .named(let name):
            kind = " type=\"list\""
            formulas = [name]
        case .wholeNumbers(let range):
            kind = " type=\"whole\""
            formulas = ["\(range.lowerBound)", "\(range.upperBound)"]
        case .numbers(let range):
            kind = " type=\"decimal\""
            formulas = ["\(Int(range.lowerBound))", "\(Int(range.upperBound))"]
        case .formula(let text):
            kind = " type=\"custom\""
            formulas = [text]
        case .anything: break
        }
        let area = CellArea(
            first: CellReference(row: rows.lowerBound, column: column),
            last: CellReference(row: rows.upperBound, column: column))
        func attribute(_ name: String, _ text: String?, _ limit: Int) -> String {
            guard let text, !text.isEmpty else { return "" }
            return " \(name)=\"\(XMLText.escaped(Self.fitted(text, to: limit)))\""
        }
        var tag = "<\(p)dataValidation\(kind)"
        if answer == .ask { tag += " errorStyle=\"warning\"" }
        tag += " allowBlank=\"1\" showInputMessage=\"1\"" + (answer == .accept ? "" : " showErrorMessage=\"1\"")
        tag += attribute("errorTitle", complaint?.title, Self.titleLimit)
        tag += attribute("error", complaint?.text, Self.textLimit)
        tag += attribute("promptTitle", hint?.title, Self.titleLimit)
        tag += attribute("prompt", hint?.text, Self.textLimit)
        tag += " sqref=\"\(area.text)\">"
        for (index, formula) in formulas.enumerated() {
            tag += "<\(p)formula\(index + 1)>\(XMLText.escaped(formula))</\(p)formula\(index + 1)>"
        }
        return tag + "</\(p)dataValidation>"
    }

    /// What a list's formula is.
    var formula: String? {
        switch allowed {
        case .words(let words): Self.fit(words) ? "\"" + words.joined(separator: ",") + "\"" : nil
        case .named(let name): name
        default: nil
        }
    }

    /// Whether words can stand in a rule itself: no commas in them, 255 characters with those between them.
    static func fit(_ words: [String]) -> Bool {
        !words.isEmpty && words.allSatisfy { !$0.contains(",") && !$0.contains("\"") }
            && words.reduce(words.count - 1) { $0 + $1.utf16.count } <= wordLimit
    }
}
