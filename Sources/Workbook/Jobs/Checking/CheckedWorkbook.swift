import Ports

/// What a workbook says, and what there is to say about it.
package struct CheckedWorkbook: Sendable {
    /// One per row that is not blank, in sheet order.
    package var jobs: [CheckedJob]
    /// Everything that was found, in sheet order.
    package var findings: [Finding]

    package init(jobs: [CheckedJob] = [], findings: [Finding] = []) {
        self.jobs = jobs
        self.findings = findings
    }

    package func count(_ severity: Finding.Severity) -> Int {
        findings.reduce(0) { $0 + ($1.severity == severity ? 1 : 0) }
    }
}

package struct CheckedJob: Sendable {
    /// The row of SourceConfig.
    package var row: Int
    /// As far as it can be told; rows that are refused may lack a name or share one.
    package var id: String
    package var isEnabled: Bool
    /// Nil where the row is refused.
    package var job: Job?
    /// What the row reads, also where it is refused; nil where that cannot be told.
    package var reads: JobPlace?
    /// Why it is refused, in the sentence that `validate` prints and a run writes into `last_message`.
    package var refusal: String?

    package init(
        row: Int, id: String, isEnabled: Bool, job: Job?, reads: JobPlace? = nil, refusal: String? = nil
    ) {
        self.row = row
        self.id = id
        self.isEnabled = isEnabled
        self.job = job
        self.reads = reads
        self.refusal = refusal
    }
}

package struct JobPlace: Equatable, Sendable {
    package var source: String
    package var object: JobObject
}
