import Ports

/// Whether a column can tell new rows from old, in words for the person who fills the cell.
struct WatermarkFit {
    struct Remark: Equatable {
        var severity: Finding.Severity
        /// Begins behind the column's name and type: "has days only …".
        var message: String
    }

    let column: CatalogColumn

    /// An error: a watermark of this kind loses or doubles rows whatever is done.
    var refusal: String? {
        switch column.nature {
        case .float:
            "cannot be a watermark: its values are rounded, so equal and different cannot be told apart. "
                + "Choose a time or a whole number that grows with every change."
        case .boolean:
            "cannot be a watermark: it has two values. Choose a time or a whole number that grows with every change."
        case .uuid:
            "cannot be a watermark: its values do not grow with time. Choose a time or a whole number that grows with "
                + "every change."
        case .other:
            "cannot be a watermark: its values have no order that tells new rows from old. Choose a time or a whole "
                + "number that grows with every change."
        case .instant, .localTime, .date, .integer, .exactNumeric, .text, .rowversion: nil
        }
    }

    /// `hasZone`: the job says which zone its times are in. `isAlone`: no other column stands in where it is NULL.
    func remarks(hasZone: Bool, isAlone: Bool) -> [Remark] {
        if let refusal { return [Remark(severity: .error, message: refusal)] }
        var remarks: [Remark] = []
        switch column.nature {
        case .date:
            remarks.append(
                Remark(
                    severity: .warning,
                    message:
                        "has days only: rows of the last days are read again and replaced by each load. A column with "
                        + "the time of day is better."))
        case .localTime where !hasZone:
            remarks.append(
                Remark(
                    severity: .warning,
                    message: "has no time zone. Write the zone in which it is filled into watermark_timezone, such as "
                        + "Europe/Berlin or UTC: without it, rows of some hours may be read late."))
        case .text:
            remarks.append(
                Remark(
                    severity: .warning,
                    message:
                        "is text, and is compared as the database sorts text: 10 comes before 9. It works only where "
                        + "all values are written alike, such as 2026-02-01T00:00:00."))
        default: break
        }
        if column.isNullable == true, isAlone {
            remarks.append(
                Remark(
                    severity: .warning,
                    message:
                        "may be NULL, and rows where it is NULL are not loaded. Name a second column that stands in, as "
                        + "in updated_at, created_at, or write include into on_null_watermark."))
        }
        if column.leadsIndex == false {
            remarks.append(
                Remark(
                    severity: .note,
                    message:
                        "begins no index: each load reads the whole table to find what is new. An index on it makes "
                        + "loads fast."))
        }
        return remarks
    }

    /// Columns that can stand in for each other: COALESCE wants one type.
    var family: String {
        switch column.nature {
        case .instant: "a time with a zone"
        case .localTime: "a time without a zone"
        case .date: "a date"
        case .integer, .exactNumeric: "a number"
        case .text: "text"
        case .rowversion: "a rowversion"
        case .uuid, .float, .boolean, .other: column.sourceType
        }
    }
}
