import Workbook

/// One line that a test sends: SHEET, A1, KIND (text, exactText, number, dateTime as days:microseconds, boolean, empty), VALUE.
enum PatchLine {
    static func patch(_ fields: [String]) -> CellPatch {
        let text = fields.count > 3 ? fields[3].replacing("\\n", with: "\n") : ""
        let value: CellPatch.Value =
            switch fields[2] {
            case "text": .text(text)
            case "exactText": .exactText(text)
            case "number": .number(Double(text)!)
            case "dateTime": .dateTime(dateTime(text))
            case "boolean": .boolean(text == "true")
            default: .empty
            }
        return CellPatch(sheet: fields[0], reference: CellReference(fields[1])!, value: value)
    }

    /// `COLUMN=TEXT`
    static func cell(_ field: String) -> (String, CellPatch.Value) {
        let mark = field.firstIndex(of: "=")!
        return (String(field[..<mark]), .text(String(field[field.index(after: mark)...])))
    }

    private static func dateTime(_ text: String) -> SheetDate {
        let parts = text.split(separator: ":").map { Int($0)! }
        return SheetDate(form: .dateTime, days: parts[0], microseconds: parts[1])
    }
}
