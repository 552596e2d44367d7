/// How a column stands in a SELECT list, and what then arrives.
package struct ColumnReading: Equatable, Sendable {
    package enum Arrival: Equatable, Sendable {
        /// The column itself, as the driver describes it.
        case asDescribed
        /// The database's own text of it.
        case text
        /// Digits with a point, to be read exactly.
        case decimalText
        /// Described as a time without zone; it is one of UTC.
        case utc
    }

    /// Around the quoted name: `CAST(` and ` AS varchar(40))`.
    package var before: String
    package var after: String
    package var arrival: Arrival
    /// Why, for notes and previews; nil for a plain column.
    package var note: String?

    package init(before: String, after: String, arrival: Arrival, note: String?) {
        self.before = before
        self.after = after
        self.arrival = arrival
        self.note = note
    }

    package static let plain = ColumnReading(before: "", after: "", arrival: .asDescribed, note: nil)
    package static let utc = ColumnReading(before: "", after: "", arrival: .utc, note: nil)

    package var isPlain: Bool { before.isEmpty && after.isEmpty }

    static func text(_ before: String, _ after: String, _ note: String) -> ColumnReading {
        ColumnReading(before: before, after: after, arrival: .text, note: note)
    }
}
