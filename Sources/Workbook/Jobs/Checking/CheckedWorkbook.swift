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

/// Large, and there may be thousands: the checks fill them in where they lie.
package struct CheckedJob: Sendable {
    /// The row of SourceConfig.
    package var row: Int
    /// As far as it can be told; rows that are refused may lack a name or share one.
    package var id: String
    package var isEnabled: Bool
    /// Nil where the row is refused.
    package var job: Job?
    /// Why it is refused, in the sentence that `validate` prints and a run writes into `last_message`.
    package private(set) var refusal: String?
    /// The row names its id itself.
    var hasOwnID: Bool
    /// What was chosen although it is not there yet still says what the row is about.
    var loadType: LoadType?
    private var refusedPlace: JobPlace?

    init(row: Int, id: String, hasOwnID: Bool, isEnabled: Bool, job: Job?, loadType: LoadType?) {
        self.row = row
        self.id = id
        self.hasOwnID = hasOwnID
        self.isEnabled = isEnabled
        self.job = job
        self.loadType = loadType
    }

    /// What the row reads, also where it is refused; nil where that cannot be told.
    package var reads: JobPlace? { refusedPlace ?? job.map(Self.place) }

    mutating func refuse(_ sentence: String, keepingJob: Bool) {
        refusal = sentence
        guard !keepingJob else { return }
        refusedPlace = job.map(Self.place)
        job = nil
    }

    private static func place(of job: Job) -> JobPlace { JobPlace(source: job.source.name, object: job.object) }
}

package struct JobPlace: Equatable, Sendable {
    package var source: String
    package var object: JobObject
}
