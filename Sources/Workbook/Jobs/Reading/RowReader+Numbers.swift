import Ports

extension RowReader {
    /// Y/N, yes/no, true/false, 1/0, a real boolean. Nil where the cell is empty or says something else (reported).
    func flag(_ column: Column) -> Bool? {
        let text: String
        switch value(column) {
        case nil, .empty, .error: return nil
        case .boolean(let flag): return flag
        case .number(let number, let digits):
            if number == 1 || number == 0 { return number == 1 }
            text = NumberCell.plain(number, digits: digits)
        case .date(let date): text = date.plainText
        case .text("Y"): return true
        case .text("N"): return false
        case .text(let found):
            switch found.lowercased() {
            case "y", "yes", "true", "1": return true
            case "n", "no", "false", "0": return false
            default:
                if CellText.meansNothing(found) {
                    report(.note, column, value: found, "\(VisibleText.quoted(found)) is read as an empty cell.")
                    return nil
                }
                text = found
            }
        }
        report(.error, column, value: text, "\(VisibleText.quoted(text)) is neither Y nor N.")
        return nil
    }

    func integer(_ column: Column) -> Int? {
        let whole: Int?
        let text: String
        switch value(column) {
        case nil, .empty, .error: return nil
        case .number(let number, let digits):
            text = NumberCell.plain(number, digits: digits)
            if cell(column)?.traits.contains(.percent) == true {
                report(
                    .error, column, value: text,
                    "The cell is formatted as per cent, but \(column.name) is a whole number. Format it as a number.")
                return nil
            }
            whole = NumberCell.whole(number)
        case .text(let found):
            text = found
            whole = NumberCell.whole(found)
            if let whole, String(whole) != found || !scope.isCSV {
                report(
                    .note, column, value: found, "\(VisibleText.quoted(found)) is a text; read as the number \(whole).")
            }
        case .boolean(let flag):
            text = flag ? "TRUE" : "FALSE"
            whole = nil
        case .date(let date):
            text = date.plainText
            whole = nil
        }
        guard case .integer(let range) = column.spec.kind else { preconditionFailure("\(column.name) is no integer") }
        guard let whole else {
            report(
                .error, column, value: text,
                "\(VisibleText.quoted(text)) is not a whole number. \(column.name): \(range.words).")
            return nil
        }
        guard range.contains(whole) else {
            report(.error, column, value: text, "\(whole) is out of range. \(column.name): \(range.words).")
            return nil
        }
        return whole
    }

    /// In per cent: 10, `10 %` and a cell formatted as per cent that shows 10 % are the same.
    func percent(_ column: Column) -> Double? {
        let text: String
        var result: Double?
        switch value(column) {
        case nil, .empty, .error: return nil
        case .number(let number, let digits):
            text = NumberCell.plain(number, digits: digits)
            let isPercent = cell(column)?.traits.contains(.percent) == true
            // Scaled and rounded: 0.07 * 100 is not 7.
            result = isPercent ? (number * 1e8).rounded() / 1e6 : number
            if !isPercent, number > 0, number < 1 {
                report(
                    .warning, column, value: text,
                    "\(text) is read as \(text) %. If \((number * 1e8).rounded() / 1e6) % is meant, write that.")
            }
        case .text(let found):
            text = found
            let digits = found.hasSuffix("%") ? CellText.cleaned(String(found.dropLast())).text : found
            if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) {
                result = Double(digits)
            }
            if result != nil, !scope.isCSV {
                report(.note, column, value: found, "\(VisibleText.quoted(found)) is a text; read as \(digits) %.")
            }
        case .boolean(let flag): text = flag ? "TRUE" : "FALSE"
        case .date(let date): text = date.plainText
        }
        guard let result, result >= 0, result <= 1_000_000 else {
            report(
                .error, column, value: text,
                "\(VisibleText.quoted(text)) is not a number of per cent, such as 10 or 10 %.")
            return nil
        }
        return result
    }

    /// One of the column's choices. What is known but not in this version is handed out as well: the caller says what that means.
    func choice(_ column: Column) -> CellChoice? {
        guard let text = name(column) else { return nil }
        if let known = scope.spelledChoices.value(column.rawValue, text) { return known }
        if let choice = scope.choice(column, text) {
            if choice.name == text { scope.spelledChoices.keep(choice, column.rawValue, text) }
            if choice.name != text, HeaderName.plain(choice.name) != HeaderName.plain(text) {
                report(.note, column, value: text, "\(VisibleText.quoted(text)) is read as \(choice.name).")
            }
            return choice
        }
        let allowed = column.spec.kind.choices.offered
        let nearest = scope.suggestions.sentence(for: text, among: column.spec.kind.choices.map(\.name))
        report(
            .error, column, value: text,
            "\(VisibleText.quoted(text)) is not a \(column.name). Allowed: \(allowed.joined(separator: ", "))."
                + nearest)
        return nil
    }
}

extension ClosedRange<Int> {
    var words: String { upperBound == Int.max ? "\(lowerBound) or more" : "\(lowerBound) to \(upperBound)" }
}
