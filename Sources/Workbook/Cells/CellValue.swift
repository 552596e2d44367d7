/// What a cell holds, by what the file says of it, never by how it looks.
package enum CellValue: Equatable, Sendable {
    case empty
    case text(String)
    /// The number, and its digits as the file has them.
    case number(Double, digits: String)
    case boolean(Bool)
    /// `#REF!`, `#N/A` …
    case error(String)
    /// A number whose format makes it a date or a time of day.
    case date(SheetDate)
}

/// A date, a time of day, or both, with microseconds; no zone.
package struct SheetDate: Equatable, Sendable {
    package enum Form: Equatable, Sendable { case date, time, dateTime, duration }

    package var form: Form
    /// Days since 1970-01-01; 0 for a time of day or a duration.
    package var days: Int
    /// Microseconds of the day; of a duration all of it.
    package var microseconds: Int

    package init(form: Form, days: Int, microseconds: Int) {
        self.form = form
        self.days = days
        self.microseconds = microseconds
    }
}
