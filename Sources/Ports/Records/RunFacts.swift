/// What is the same for every line that a run writes.
package struct RunFacts: Equatable, Sendable {
    package var runID: String
    /// Microseconds since 1970, UTC.
    package var startedAt: Int
    package var host: String
    package var process: Int
    package var user: String
    package var version: String
    /// As a person would paste it.
    package var workbook: String?
    /// Of the file as it was read, in hexadecimal digits.
    package var workbookSHA256: String?

    package init(
        runID: String, startedAt: Int, host: String, process: Int, user: String, version: String,
        workbook: String? = nil, workbookSHA256: String? = nil
    ) {
        self.runID = runID
        self.startedAt = startedAt
        self.host = host
        self.process = process
        self.user = user
        self.version = version
        self.workbook = workbook
        self.workbookSHA256 = workbookSHA256
    }
}

/// How a run ended; what its jobs did was told before.
package struct RunEnd: Equatable, Sendable {
    package var endedAt: Int
    /// By a clock that only goes forward.
    package var seconds: Double
    package var exitCode: Int
    package var peakMemoryBytes: Int?
    /// Of the run as a whole.
    package var warnings: [String]
    package var notes: [String]

    package init(
        endedAt: Int, seconds: Double, exitCode: Int, peakMemoryBytes: Int? = nil, warnings: [String] = [],
        notes: [String] = []
    ) {
        self.endedAt = endedAt
        self.seconds = seconds
        self.exitCode = exitCode
        self.peakMemoryBytes = peakMemoryBytes
        self.warnings = warnings
        self.notes = notes
    }
}
