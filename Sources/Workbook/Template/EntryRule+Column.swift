/// The rule that a column's cells get. Columns of plain text have none: their header's comment explains them, and a hint
/// that opens on every cell is in the way.
extension EntryRule {
    init?(_ column: TemplateColumn, lists: inout ListsSheet) {
        let title = column.name
        if column.spec.isOutput {
            // Never true for a value that is typed: Excel asks before it takes it.
            self.init(
                allowed: .formula("FALSE"),
                hint: (title, "Written by ingest after each run. Nothing to fill in here."),
                complaint: (
                    "This column is written by ingest",
                    "What you type here has no effect and is overwritten at the next run. Keep it anyway?"
                ), answer: .ask)
            return
        }
        let hint = (title, Self.hint(column))
        switch column.entry {
        case .text: return nil
        case .exactText:
            // Names need no hint; a watermark, a duration or a schedule has a form.
            switch column.spec.kind {
            case .watermark, .duration, .schedule: self.init(allowed: .anything, hint: hint, complaint: nil)
            default: return nil
            }
        case .found(let name): self.init(allowed: .named(name), hint: hint, complaint: nil, answer: .accept)
        case .flag:
            self.init(
                allowed: .words(["Y", "N"]), hint: hint,
                complaint: ("Y or N", "Please choose Y (yes) or N (no) for \(title)."))
        case .words(let words, let isOpen):
            guard !words.isEmpty else { return nil }
            let name = lists.name(for: column.name, words: words)
            let complaint =
                isOpen
                ? Self.beginnings(of: title)[0] + " Keep it anyway?"
                : Self.beginnings(of: title)[1] + " \(words.joined(separator: ", "))."
            self.init(
                allowed: .named(name), hint: hint, complaint: ("Not in the list", complaint),
                answer: isOpen ? .ask : .refuse)
        case .wholeNumber(let range):
            self.init(
                allowed: .wholeNumbers(range), hint: hint,
                complaint: ("A whole number, please", "\(title) takes \(column.allowed), or stays empty."))
        case .number(let range):
            self.init(
                allowed: .numbers(range), hint: hint,
                complaint: ("A number, please", "\(title) takes \(column.allowed), or stays empty."))
        case .dateTime, .count, .seconds: return nil
        }
    }

    /// How complaints about a word that is not in a list begin: by them a rule is known as one of ours.
    static func beginnings(of title: String) -> [String] {
        [
            "This is not in the list for \(title), which was made from the settings.",
            "Please choose \(title) from the list:",
        ]
    }

    private static func hint(_ column: TemplateColumn) -> String {
        var text = column.spec.explanation
        if let notice = column.notice { text = notice + " " + text }
        return text
    }
}
