import Ports

/// What could be understood of a workbook, with where it stands: what looking around in the sources goes by.
package struct CheckedRows: Sendable {
    /// Here a row that is refused has its job too, as far as it could be read.
    package var jobs: [CheckedJob]
    /// The sheet's row of each rule.
    package var qualityRules: [(row: Int, rule: QualityRule)]
    package var columnRules: [(row: Int, rule: ColumnRule)]
}

/// Something that a source shows of one cell.
package struct SourceRemark: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        case job(row: Int, JobColumn)
        case qualityRule(row: Int, QualityRuleColumn)
        case columnRule(row: Int, ColumnRuleColumn)
    }

    package var severity: Finding.Severity
    package var place: Place
    package var value: String?
    package var message: String

    package init(_ severity: Finding.Severity, _ place: Place, value: String? = nil, _ message: String) {
        self.severity = severity
        self.place = place
        self.value = value
        self.message = message
    }
}
