/// What a request asks of single columns. Names stand as somebody wrote them; a source resolves them among the names that
/// the object has, as `resolved` says.
package struct ColumnChoices: Equatable, Sendable {
    package struct Choice: Equatable, Sendable {
        package var column: String
        /// Nil: as docs/types.md has it. A source that cannot read the column as this, exactly, refuses and says what it can.
        package var type: ColumnRule.ColumnType?
        /// Not in the result, though the object has it.
        package var isLeftOut = false
        /// No error, note or log may show a value of it.
        package var isConcealed = false
        /// The object must have it.
        package var isRequired = false

        package init(_ column: String) { self.column = column }
    }

    package var all: [Choice]

    package init(_ all: [Choice] = []) { self.all = all }

    package var isEmpty: Bool { all.isEmpty }

    /// By the object's own names. A name means the column of just that name; else each that differs from it in case alone,
    /// so that what is to be concealed never slips through.
    /// - Parameter isWhole: `names` are all that the object has.
    package func resolved(among names: [String], isWhole: Bool = true) throws(UnknownChoice) -> [String: Choice] {
        var found: [String: Choice] = [:]
        for choice in all {
            let columns = Self.columns(choice.column, among: names)
            guard !columns.isEmpty || !choice.isRequired || !isWhole else {
                throw UnknownChoice(column: choice.column, near: NearestName.closest(to: choice.column, among: names))
            }
            for name in columns {
                var merged = found[name] ?? Choice(name)
                merged.type = choice.type ?? merged.type
                merged.isLeftOut = merged.isLeftOut || choice.isLeftOut
                merged.isConcealed = merged.isConcealed || choice.isConcealed
                found[name] = merged
            }
        }
        return found
    }

    /// Whether any value must not be shown.
    package var concealsAny: Bool { all.contains(where: \.isConcealed) }

    /// What stands in messages for a value that must not be shown.
    package static let concealed = "a value that is not shown here"

    package static func columns(_ written: String, among names: [String]) -> [String] {
        if names.contains(written) { return [written] }
        let folded = written.lowercased()
        return names.filter { $0.lowercased() == folded }
    }
}

/// A choice was made for a column that the object does not have.
package struct UnknownChoice: Error, Equatable {
    package var column: String
    /// The nearest first.
    package var near: [String]

    package init(column: String, near: [String]) {
        self.column = column
        self.near = near
    }

    package var message: String { "ColumnRules has a row for the column '\(column)', which is not there" }
    package var remedy: String {
        near.isEmpty ? "Write a column of the table or query." : "Did you mean \(near.joined(separator: ", "))?"
    }
}
