/// What one quality rule found in one load.
package struct RuleResult: Equatable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        case passed, failed
        /// There was nothing to judge by: too few loads to compare with, no value in the column.
        case notJudged = "not_judged"
    }

    /// A row that does not satisfy the rule: the key's columns and the rule's. Nil is NULL.
    package struct Sample: Equatable, Sendable {
        package struct Cell: Equatable, Sendable {
            package var column: String
            package var value: String?

            package init(_ column: String, _ value: String?) {
                self.column = column
                self.value = value
            }
        }

        package var cells: [Cell]

        package init(_ cells: [Cell]) { self.cells = cells }
    }

    /// `range(total)`; of rules with the same label the argument tells them apart.
    package var label: String
    package var kind: QualityRule.Kind
    package var columns: [String]
    /// As it would stand in the sheet.
    package var argument: String
    package var severity: QualityRule.Severity
    package var state: State
    /// Rows that were looked at.
    package var checked: Int
    /// Rows that do not satisfy it; of rules about the whole load 0.
    package var failing: Int
    /// What was found, as a sentence without its end.
    package var finding: String
    /// At most five.
    package var samples: [Sample]

    package init(
        label: String, kind: QualityRule.Kind, columns: [String], argument: String, severity: QualityRule.Severity,
        state: State, checked: Int, failing: Int = 0, finding: String, samples: [Sample] = []
    ) {
        self.label = label
        self.kind = kind
        self.columns = columns
        self.argument = argument
        self.severity = severity
        self.state = state
        self.checked = checked
        self.failing = failing
        self.finding = finding
        self.samples = samples
    }
}
