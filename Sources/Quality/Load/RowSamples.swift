import Columnar
import Ports

/// Which columns of a failing row are shown, and how: never more than a line, and nothing of a concealed column.
struct RowSamples: Sendable {
    static let most = 5
    private static let mostCharacters = 80
    static let concealed = "(masked)"

    let fields: [Field]
    /// Indexes of the primary key's columns.
    let key: [Int]
    let concealedColumns: Set<String>

    /// The key's columns, then those of the rule.
    func sample(_ batch: Batch, row: Int, columns: [Int]) -> RuleResult.Sample {
        let shown = key + columns.filter { !key.contains($0) }
        return RuleResult.Sample(
            shown.map { index in
                let name = fields[index].name
                guard !concealedColumns.contains(name) else { return .init(name, Self.concealed) }
                return .init(name, ValueText.value(batch.columns[index], slot: row).map(Self.cut))
            })
    }

    /// Of a key in its encoded form.
    func sample(key: [UInt8], columns: [Int], areWords: Bool) -> RuleResult.Sample {
        let texts = KeyText.values(of: key, types: columns.map { fields[$0].type }, areWords: areWords)
        return RuleResult.Sample(
            zip(columns, texts).map { index, text in
                let name = fields[index].name
                return .init(name, concealedColumns.contains(name) ? Self.concealed : Self.cut(text))
            })
    }

    private static func cut(_ text: String) -> String {
        // Counting would walk through megabytes.
        let start = text.prefix(mostCharacters + 1)
        return start.count <= mostCharacters ? text : start.dropLast() + "…"
    }
}
