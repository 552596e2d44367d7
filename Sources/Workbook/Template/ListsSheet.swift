/// The words of the drop-downs: one column each on a hidden sheet, each with a name that the rules use. So no drop-down is
/// bound to the 255 characters that a cell's rule takes, and all of them can be looked at in one place.
struct ListsSheet {
    static let name = "Lists"
    /// Of the names of lists.
    static let prefix = "list_"

    private(set) var lists: [(name: String, words: [String])] = []

    /// The name to use in a rule. The same words under the same name are kept once.
    mutating func name(for column: String, words: [String]) -> String {
        let name = Self.prefix + column
        if let known = lists.first(where: { $0.name == name }) {
            if known.words == words { return name }
            let next = name + "_\(lists.count)"
            lists.append((next, words))
            return next
        }
        lists.append((name, words))
        return name
    }

    /// Room below the words, for a list that people make longer themselves, is not part of the name's range: Excel would
    /// show it as empty lines.
    func write(to book: XlsxBook) throws(TemplateFault) {
        let sheet = try book.sheet(Self.name)
        let header = CellStyle(isBold: true, color: Palette.white, fill: Palette.title)
        for (column, list) in lists.enumerated() {
            let longest = ([list.name] + list.words).map(\.count).max() ?? 0
            try sheet.column(column, width: Double(longest) * 1.2 + 2)
            try sheet.write(list.name, 0, column, header)
            for (row, word) in list.words.enumerated() {
                try sheet.write(word, row + 1, column, CellStyle(color: Palette.ink, numberFormat: "@"))
            }
            try book.define(list.name, as: Self.range(column: column, words: list.words.count))
        }
        sheet.freeze(rows: 1, columns: 0)
        sheet.hide()
    }

    /// Where a list's words are; `column` counts from 0.
    static func range(column: Int, words: Int, sheet: String = Self.name) -> String {
        let letters = CellReference(row: 1, column: column + 1).columnLetters
        return "\(sheet)!$\(letters)$2:$\(letters)$\(max(words, 1) + 1)"
    }
}
