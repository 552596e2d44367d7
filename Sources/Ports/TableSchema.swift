/// A table's columns in the order of its files, and how they came to be what they are.
package struct TableSchema: Equatable, Sendable {
    package struct Column: Equatable, Sendable {
        package var name: String
        /// As docs/types.md spells it: `decimal(12,2)`.
        package var type: String
        /// As the source calls it: `numeric(12,2)`. Nil where it does not say, and for columns that the load adds.
        package var sourceType: String?
        /// The source has it no more: what is loaded now is NULL there.
        package var isMissing: Bool

        package init(name: String, type: String, sourceType: String? = nil, isMissing: Bool = false) {
            self.name = name
            self.type = type
            self.sourceType = sourceType
            self.isMissing = isMissing
        }
    }

    /// A load whose columns were others than those before it.
    package struct Step: Equatable, Sendable {
        /// Number of its record.
        package var commit: Int
        package var loadID: String
        /// `2026-11-21T06:00:59.123456+00:00`.
        package var writtenAt: String
        /// Of the table's first load: a column each, added.
        package var changes: [ColumnChange]

        package init(commit: Int, loadID: String, writtenAt: String, changes: [ColumnChange]) {
            self.commit = commit
            self.loadID = loadID
            self.writtenAt = writtenAt
            self.changes = changes
        }
    }

    package var columns: [Column]
    /// The first load first.
    package var history: [Step]

    package init(columns: [Column] = [], history: [Step] = []) {
        self.columns = columns
        self.history = history
    }

    /// What a load changed; of the table's first one, nothing.
    package func changes(in commit: Int) -> [ColumnChange] {
        history.dropFirst().first { $0.commit == commit }?.changes ?? []
    }
}

/// What is different about one column of a table.
package struct ColumnChange: Equatable, Sendable {
    package enum What: Equatable, Sendable {
        case added
        /// From the table itself, which was loaded anew without it.
        case removed
        /// From the source; the table keeps it.
        case missing
        /// It was missing, and the source has it again.
        case returned
        case retyped(from: String)

        package var word: String {
            switch self {
            case .added: "added"
            case .removed: "removed"
            case .missing: "missing"
            case .returned: "returned"
            case .retyped: "changed"
            }
        }
    }

    package var column: String
    /// After the change; of a column that is gone, its last.
    package var type: String
    package var what: What

    package init(_ column: String, _ type: String, _ what: What) {
        self.column = column
        self.type = type
        self.what = what
    }

    /// A clause for people.
    package var text: String {
        switch what {
        case .added: "column '\(column)' was added (\(type))"
        case .removed: "column '\(column)' was removed (\(type))"
        case .missing: "column '\(column)' was removed from the source (\(type)): the table keeps it, empty from now on"
        case .returned: "column '\(column)' is back in the source (\(type))"
        case .retyped(let before): "column '\(column)' was changed from \(before) to \(type)"
        }
    }

    /// In the order in which a person would read them: what changed, what came, what went.
    package static func between(_ before: [TableSchema.Column], _ after: [TableSchema.Column]) -> [ColumnChange] {
        let old = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let now = Set(after.map(\.name))
        var retyped: [ColumnChange] = []
        var added: [ColumnChange] = []
        var gone: [ColumnChange] = []
        for column in after {
            guard let known = old[column.name] else {
                added.append(ColumnChange(column.name, column.type, .added))
                continue
            }
            if known.type != column.type {
                retyped.append(ColumnChange(column.name, column.type, .retyped(from: known.type)))
            }
            if column.isMissing, !known.isMissing {
                gone.append(ColumnChange(column.name, column.type, .missing))
            } else if known.isMissing, !column.isMissing {
                added.append(ColumnChange(column.name, column.type, .returned))
            }
        }
        for column in before where !now.contains(column.name) {
            gone.append(ColumnChange(column.name, column.type, .removed))
        }
        return retyped + added + gone
    }
}
