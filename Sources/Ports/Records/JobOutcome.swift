/// What one attempt at a job did: a line of the audit trail, and all that people and programs are told about it. Texts
/// may hold anything that a source said; who writes them down takes secrets out.
package struct JobOutcome: Equatable, Sendable {
    /// Why nothing was loaded: a sentence, and what to do about it.
    package struct Failure: Equatable, Sendable {
        package var message: String
        package var remedy: String?
        /// What tells a cause from another; nil where nobody knows.
        package var kind: FaultKind?

        package init(_ message: String, remedy: String? = nil, kind: FaultKind? = nil) {
            self.message = message
            self.remedy = remedy
            self.kind = kind
        }

        /// Of any error; a `Fault` brings its remedy.
        package init(_ error: any Error) {
            if let fault = error as? any Fault {
                self.init(fault.message, remedy: fault.remedy, kind: fault.kind)
            } else {
                self.init(String(describing: error))
            }
        }

        /// Both in one line.
        package var text: String {
            guard let remedy, !remedy.isEmpty else { return message }
            guard let end = message.last else { return remedy }
            return message + (".!?:;…".contains(end) ? " " : ". ") + remedy
        }
    }

    /// What a part of the work took, in the order of the work: `freeze`, `read`, `commit`.
    package struct Phase: Equatable, Sendable {
        package var name: String
        package var seconds: Double

        package init(_ name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    package var job: JobLabel
    /// The run that the load belongs to; of a load that a later run finished, still its own.
    package var runID: String
    /// Nil where no load was begun.
    package var loadID: String?
    /// From 1; 0 where none was made.
    package var attempt: Int
    package var status: JobStatus
    /// Nil where the row does not say.
    package var loadType: LoadType?
    package var writeMode: WriteMode?
    /// A range that a person had loaded once more: it is not the load that the job's schedule waits for.
    package var isBackfill = false

    /// In the lake; 0 where nothing was committed.
    package var rows = 0
    /// By the source's own count.
    package var sourceRows: Int?
    /// Rows that quality rules kept out of the table.
    package var quarantined = 0
    /// More of them than the settings allow without a word: the run's exit code is not 0.
    package var exceedsQuarantineLimit = false
    /// What its quality rules found, in the order of the sheet.
    package var quality: [RuleResult] = []
    package var files = 0
    package var bytes = 0
    /// The folder of its files, as a person would paste it. Nil where there are none.
    package var partitionPath: String?
    /// Where its windows began, and up to where the table is loaded after it.
    package var watermarkFrom: WatermarkText?
    package var watermarkTo: WatermarkText?
    /// Where the table's next load begins, as its last record says, before and after this attempt. Nil where it has none.
    package var tableWatermarkBefore: WatermarkText?
    package var tableWatermark: WatermarkText?
    /// Rows without a watermark; nil where it was not asked.
    package var nullWatermarks: Int?
    /// The row's `reload_from` and `reload_to` are done and can be cleared.
    package var finishedReload = false
    /// One clause each: `column 'discount' was added (decimal(10,2))`.
    package var schemaChanges: [String] = []
    /// The table's columns after the load; nil where none was committed.
    package var tableSchema: TableSchema?
    package var warnings: [String] = []
    package var notes: [String] = []
    /// Set for every status but SUCCESS.
    package var failure: Failure?
    /// Of a RETRIED attempt: the wait before the next.
    package var retryAfterSeconds: Double?

    /// Microseconds since 1970, UTC.
    package var startedAt: Int
    package var endedAt: Int
    /// By a clock that only goes forward: `endedAt - startedAt` need not be the same.
    package var seconds: Double
    package var phases: [Phase] = []
    package var pressure: SourcePressure?

    /// As records have it: FULL, INCREMENTAL or BACKFILL. Nil where the row does not say.
    package var loadWord: String? { isBackfill ? "BACKFILL" : loadType?.rawValue }

    package init(
        job: JobLabel, runID: String, loadID: String? = nil, attempt: Int, status: JobStatus,
        loadType: LoadType? = nil, writeMode: WriteMode? = nil, failure: Failure? = nil, startedAt: Int, endedAt: Int,
        seconds: Double
    ) {
        self.job = job
        self.runID = runID
        self.loadID = loadID
        self.attempt = attempt
        self.status = status
        self.loadType = loadType
        self.writeMode = writeMode
        self.failure = failure
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.seconds = seconds
    }
}
