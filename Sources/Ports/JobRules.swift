/// What the data of a job must satisfy: a row of the sheet QualityRules.
package struct QualityRule: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case notNull = "not_null"
        case maxNullPercent = "max_null_pct"
        case unique, range, regex
        case acceptedValues = "accepted_values"
        case length, freshness
        case rowCount = "row_count"
        case dateOrder = "date_order"
        case sql, anomaly
    }

    package enum Severity: String, CaseIterable, Sendable { case error, warn, quarantine }

    /// Nil: every job.
    package var job: String?
    /// Empty for rules about the whole load.
    package var columns: [String]
    package var kind: Kind
    package var argument: Argument
    package var severity: Severity
    /// Where it stands; nil where it comes from no sheet.
    package var cells: Cells?

    package struct Cells: Equatable, Sendable {
        /// `QualityRules!B2`.
        package var column: String
        package var rule: String
        package var argument: String

        package init(column: String, rule: String, argument: String) {
            self.column = column
            self.rule = rule
            self.argument = argument
        }
    }

    package enum Argument: Equatable, Sendable {
        case none
        case percent(Double)
        /// Ends as they were written: their type is that of the column. Nil is open.
        case range(low: String?, high: String?)
        case values([String])
        /// A regular expression, an SQL condition.
        case text(String)
        case seconds(Int)
        case count(Int)
    }

    package init(
        job: String?, columns: [String], kind: Kind, argument: Argument, severity: Severity = .error,
        cells: Cells? = nil
    ) {
        self.job = job
        self.columns = columns
        self.kind = kind
        self.argument = argument
        self.severity = severity
        self.cells = cells
    }
}

/// What happens to a column on its way: a row of the sheet ColumnRules.
package struct ColumnRule: Equatable, Sendable {
    package enum ColumnType: Equatable, Sendable {
        case boolean, int16, int32, int64, float, double, string, date, time, timestamp, timestampUTC, json, uuid,
            binary
        /// As `timestamp` and `timestampUTC`, with nine digits instead of six.
        case nanoseconds, nanosecondsUTC
        /// char(n) with its pad blanks.
        case keepPadding
        case decimal(precision: Int, scale: Int)
    }

    package enum Mask: Equatable, Sendable {
        case hash, redact, encrypt
        /// How many characters stay readable at the end.
        case partial(Int)
        case truncateDate(DateUnit)
    }

    package enum DateUnit: String, CaseIterable, Sendable { case day, month, year }

    /// Nil: every job that has the column.
    package var job: String?
    package var column: String
    package var type: ColumnType?
    package var mask: Mask?
    package var rename: String?
    package var isDropped: Bool

    package init(
        job: String?, column: String, type: ColumnType? = nil, mask: Mask? = nil, rename: String? = nil,
        isDropped: Bool = false
    ) {
        self.job = job
        self.column = column
        self.type = type
        self.mask = mask
        self.rename = rename
        self.isDropped = isDropped
    }
}

extension ColumnRule.Mask: CustomStringConvertible {
    /// As the sheet spells it.
    package var description: String {
        switch self {
        case .hash: "hash"
        case .redact: "redact"
        case .encrypt: "encrypt"
        case .partial(let count): "partial(\(count))"
        case .truncateDate(let unit): "truncate_date(\(unit.rawValue))"
        }
    }
}
