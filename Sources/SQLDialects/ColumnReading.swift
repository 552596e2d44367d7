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
        /// `YYYY-MM-DD`, or the database's text of what is no date of the years 1 to 9999.
        case dateText
        /// `YYYY-MM-DD HH:MM:SS[.ffffff]`, behind which an instant has `+00`; or the text of what is none of those years.
        case timestampText(utc: Bool)
        /// `HH:MM:SS[.ffffff]`, a time of day.
        case timeText
        /// The same, but a length of time: below zero, or longer than a day.
        case durationText
        /// Described as something else; it has this many digits.
        case decimal(precision: Int, scale: Int)
    }

    /// What stands before, between and behind the quoted name: `CAST(` and ` AS varchar(40))`. Never empty.
    package var pieces: [String]
    package var arrival: Arrival
    /// Why, for notes and previews; nil for a plain column.
    package var note: String?

    package init(_ pieces: [String], _ arrival: Arrival, note: String?) {
        precondition(!pieces.isEmpty, "A column stands somewhere")
        self.pieces = pieces
        self.arrival = arrival
        self.note = note
    }

    package static let plain = ColumnReading(["", ""], .asDescribed, note: nil)
    package static let utc = ColumnReading(["", ""], .utc, note: nil)

    package var isPlain: Bool { pieces == ["", ""] }
    /// - Parameter name: quoted.
    package func sql(_ name: String) -> String { pieces.joined(separator: name) }

    static func text(_ before: String, _ after: String, _ note: String) -> ColumnReading {
        ColumnReading([before, after], .text, note: note)
    }
}
