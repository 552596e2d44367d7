import Ports
import Synchronization

/// All records of a run in their files: the audit trail, the watermarks, the run's figures, the logs. What one of them
/// cannot take is a warning; the others, and the loads, go on.
package final class RunRecords: RunRecorder {
    package struct Places: Sendable {
        /// Folder of the audit trail.
        package var metadata: String
        package var logs: String

        package init(metadata: String, logs: String) {
            self.metadata = metadata
            self.logs = logs
        }
    }

    package struct Terms: Sendable {
        /// Of all times that people read, and of the day that names an audit file.
        package var zone: ZoneRules
        package var logForm: LogForm
        package var logLimits: RotatingLog.Limits
        /// Seconds to wait for a file that another program has locked.
        package var patience: Double
        /// How many files of runs stay.
        package var keptRuns: Int

        package init(
            zone: ZoneRules = .utc, logForm: LogForm = .text, logLimits: RotatingLog.Limits = .init(),
            patience: Double = 5, keptRuns: Int = 1000
        ) {
            self.keptRuns = max(1, keptRuns)
            self.zone = zone
            self.logForm = logForm
            self.logLimits = logLimits
            self.patience = patience
        }
    }

    private struct State {
        var run: RunFacts?
        var outcomes: [JobOutcome] = []
        var recovered: [JobOutcome] = []
        var watermarks: [String: WatermarkFile.Row] = [:]
        var watermarksWritten = 0.0
        /// How often each kind of record could not be written: told once, and at the end.
        var failures: [String: Int] = [:]
    }

    /// Between two rewrites of watermarks.csv while jobs end.
    private static let watermarkPause = 5.0

    private let terms: Terms
    private let redact: @Sendable (String) -> String
    private let warn: @Sendable (String) -> Void
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let audit: AuditTrail
    private let watermarks: WatermarkFile
    private let schemas: SchemaFile
    private let quality: QualityFile
    private let runFile: RunFile
    private let log: RotatingLog
    private let errorLog: RotatingLog
    private let state = Mutex(State())

    /// `redact` takes secrets out of whatever is written; `warn` is given what could not be, in a sentence.
    package init(
        places: Places, terms: Terms = Terms(), clock: any MonotonicClock = SystemClock(), wallClock: any WallClock,
        redact: @escaping @Sendable (String) -> String, warn: @escaping @Sendable (String) -> Void
    ) {
        self.terms = terms
        self.redact = redact
        self.warn = warn
        self.clock = clock
        self.wallClock = wallClock
        audit = AuditTrail(folder: places.metadata, zone: terms.zone, patience: terms.patience, redact: redact)
        watermarks = WatermarkFile(folder: places.metadata, patience: terms.patience)
        schemas = SchemaFile(metadata: places.metadata, redact: redact)
        quality = QualityFile(
            metadata: places.metadata, zone: terms.zone, patience: terms.patience, redact: redact)
        runFile = RunFile(metadata: places.metadata, zone: terms.zone, redact: redact)
        log = RotatingLog(folder: places.logs, name: "ingest.log", limits: terms.logLimits)
        errorLog = RotatingLog(folder: places.logs, name: "errors.log", limits: terms.logLimits)
    }

    // MARK: - RunRecorder

    package func runBegan(_ run: RunFacts) {
        state.withLock { $0.run = run }
        attempt("The run's file") { () throws(RecordFault) in try runFile.write(run, [], recovered: [], end: nil) }
        let workbook = run.workbook.map { ", workbook \($0)" } ?? ""
        write(.info, "run began: \(run.user)@\(run.host), process \(run.process), version \(run.version)\(workbook)")
    }

    package func jobBegan(_ job: JobLabel, attempt: Int) { write(.info, "began", job: job, attempt: attempt) }

    package func attemptEnded(_ outcome: JobOutcome) {
        let run = state.withLock { state in
            state.outcomes.append(outcome)
            return state.run
        }
        if let run {
            attempt("A line of the audit trail") { () throws(RecordFault) in try audit.append(outcome, run: run) }
        }
        keepWatermark(of: outcome)
        keepSchema(of: outcome)
        attempt("A file of metadata/quality") { () throws(RecordFault) in try quality.append(outcome) }
        write(outcome)
    }

    package func loadRecovered(_ outcome: JobOutcome) {
        let run = state.withLock { state in
            state.recovered.append(outcome)
            return state.run
        }
        if let run {
            attempt("A line of the audit trail") { () throws(RecordFault) in
                try audit.appendIfAbsent(outcome, run: run)
            }
        }
        keepWatermark(of: outcome)
        keepSchema(of: outcome)
        let load = outcome.loadID.map { " \($0)" } ?? ""
        write(
            .info, "load\(load) of run \(outcome.runID) was finished: \(OutcomeWords.sentence(outcome))",
            job: outcome.job, attempt: outcome.attempt, facts: OutcomeWords.facts(outcome))
    }

    package func remark(_ remark: RunRemark) {
        write(remark.level, remark.message, job: remark.job, attempt: remark.attempt)
    }

    package func runEnded(_ end: RunEnd) {
        let (run, outcomes, recovered) = state.withLock { ($0.run, $0.outcomes, $0.recovered) }
        writeWatermarks()
        attempt("The audit trail") { () throws(RecordFault) in try audit.flush() }
        guard let run else { return }
        attempt("The run's file") { () throws(RecordFault) in
            try runFile.write(run, outcomes, recovered: recovered, end: end)
            try runFile.prune(keeping: terms.keptRuns)
        }
        for warning in end.warnings { write(.warning, warning) }
        for note in end.notes { write(.info, note) }
        write(
            .info, "run ended: exit code \(end.exitCode) after \(NumberWords.seconds(end.seconds)) s",
            facts: [.init("exit_code", .int(end.exitCode))])
        tellFailures()
    }

    // MARK: - Watermarks

    private func keepWatermark(of outcome: JobOutcome) {
        guard outcome.status == .success, let watermark = outcome.tableWatermark else { return }
        let row = WatermarkFile.Row(
            job: outcome.job.id, jobName: outcome.job.name, watermark: watermark, loadID: outcome.loadID ?? "",
            runID: outcome.runID, updatedAt: terms.zone.civil(outcome.endedAt).iso())
        let now = clock.seconds
        let isDue = state.withLock { state in
            state.watermarks[row.job] = row
            guard now - state.watermarksWritten >= Self.watermarkPause else { return false }
            state.watermarksWritten = now
            return true
        }
        if isDue { writeWatermarks() }
    }

    private func writeWatermarks() {
        let rows = state.withLock { state in
            defer { state.watermarks = [:] }
            return state.watermarks
        }
        let isWritten = attempt("watermarks.csv") { () throws(RecordFault) in
            try watermarks.update(Array(rows.values))
        }
        guard !isWritten else { return }
        // With the next ones, unless those are newer.
        state.withLock { $0.watermarks.merge(rows) { own, _ in own } }
    }

    // MARK: - Schemas

    private func keepSchema(of outcome: JobOutcome) {
        guard let schema = outcome.tableSchema else { return }
        attempt("A file of metadata/schema") { () throws(RecordFault) in
            try schemas.write(schema, job: outcome.job.id, table: outcome.job.table)
        }
    }

    // MARK: - Log

    private func write(_ outcome: JobOutcome) {
        for warning in outcome.warnings { write(.warning, warning, job: outcome.job, attempt: outcome.attempt) }
        for note in outcome.notes { write(.info, note, job: outcome.job, attempt: outcome.attempt) }
        let level: RunRemark.Level =
            switch outcome.status {
            case .success: .info
            case .failed, .invalid: .error
            case .retried, .skipped, .locked, .cancelled: .warning
            }
        write(
            level, OutcomeWords.sentence(outcome), job: outcome.job, attempt: outcome.attempt,
            facts: OutcomeWords.facts(outcome))
    }

    private func write(
        _ level: RunRemark.Level, _ message: String, job: JobLabel? = nil, attempt number: Int? = nil,
        facts: [JSONValue.Member] = []
    ) {
        let run = state.withLock { $0.run?.runID ?? "" }
        let line = LogLine(level: level, message: message, run: run, job: job, attempt: number, facts: facts)
        let bytes = line.bytes(terms.logForm, at: terms.zone.civil(wallClock.unixMicroseconds), redact: redact)
        attempt("ingest.log") { () throws(RecordFault) in try log.append(bytes) }
        if level == .error { attempt("errors.log") { () throws(RecordFault) in try errorLog.append(bytes) } }
    }

    // MARK: - What can't be written

    @discardableResult
    private func attempt(_ what: String, _ body: () throws(RecordFault) -> Void) -> Bool {
        do throws(RecordFault) {
            try body()
            return true
        } catch {
            let isFirst = state.withLock { state in
                state.failures[what, default: 0] += 1
                return state.failures[what] == 1
            }
            if isFirst { warn(redact("\(what) could not be written: \(error.oneLine) The loads are not affected.")) }
            return false
        }
    }

    private func tellFailures() {
        let (failures, lost) = (state.withLock { $0.failures }, audit.pendingCount)
        for (what, count) in failures.sorted(by: { $0.key < $1.key }) where count > 1 {
            warn("\(what) could not be written \(count) times in this run.")
        }
        if lost > 0 {
            warn(
                "\(lost) line\(lost == 1 ? " is" : "s are") missing in the audit trail; `ingest repair` writes those of "
                    + "committed loads.")
        }
    }
}

extension RecordFault {
    var oneLine: String { message + "." + (remedy.map { " " + $0 } ?? "") }
}

package enum LogForm: String, CaseIterable, Sendable { case text, json }
