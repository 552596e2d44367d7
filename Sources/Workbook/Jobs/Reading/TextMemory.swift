/// What the texts of a sheet's columns were read as. Ten thousand rows say the same again and again in a column: `2h`,
/// `daily 06:00`, `id, name`. Only what was read without a word is kept, so that each row still gets its own notes.
final class TextMemory<Value> {
    /// Columns whose every cell is another are not worth more.
    private static var mostTexts: Int { 512 }

    private var columns: [[String: Value]]
    private var last: [(text: String, value: Value)?]

    init(columns count: Int) {
        columns = [[String: Value]](repeating: [:], count: count)
        last = [(text: String, value: Value)?](repeating: nil, count: count)
    }

    func value(_ column: Int, _ text: String) -> Value? {
        if let last = last[column], last.text == text { return last.value }
        guard let value = columns[column][text] else { return nil }
        last[column] = (text, value)
        return value
    }

    func keep(_ value: Value, _ column: Int, _ text: String) {
        if columns[column].count < Self.mostTexts { columns[column][text] = value }
    }
}
