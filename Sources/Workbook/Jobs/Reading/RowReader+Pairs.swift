import Ports

extension RowReader {
    func pairs(_ column: Column) -> [JobRequest.Pair] {
        guard let text = name(column) else { return [] }
        do throws(PairsText.Mistake) { return try PairsText.pairs(text) } catch {
            report(
                .error, column, value: text,
                "\(error.message). Write one name=value per line, or a JSON object.")
            return []
        }
    }
}

extension RowReader {
    /// For people: nothing in it can be wrong but an error of the spreadsheet.
    func prose(_ column: Column) -> String? {
        if case .date(let date) = cell(column)?.value { return date.plainText }
        return name(column)
    }

    /// What the tool wrote, as it stands: whatever a person made of it is overwritten by the next run.
    func output(_ column: Column) -> String? {
        switch cell(column)?.value {
        case nil, .empty: nil
        case .text(let text), .error(let text): text
        case .number(let number, let digits): NumberCell.plain(number, digits: digits)
        case .boolean(let flag): flag ? "TRUE" : "FALSE"
        case .date(let date): date.plainText
        }
    }
}
