import Ports

/// The audit trail, added up for a page: each job's last loads, what fails and since when, and the days of all jobs together.
package struct AuditDigest: Sendable {
    package static let columns: Set<AuditColumn> = [
        .timestamp, .jobName, .status, .rows, .seconds, .errorMessage, .jobID, .attempt, .loadType, .bytes,
        .watermarkTo, .schemaChange, .warnings,
    ]

    /// One attempt that a job was over with.
    package struct Attempt: Equatable, Sendable {
        /// When it ended, in microseconds since 1970.
        package var moment: Int
        /// Nil for what other programs call their statuses.
        package var status: JobStatus?
        package var rows: Int
        package var bytes: Int
        package var seconds: Double
        package var isBackfill = false

        package var isGood: Bool { status?.isWell == true }
        /// Also what other programs say of what is no success.
        package var isBad: Bool { status == nil || status?.isWell == false }
    }

    package struct Job: Sendable {
        package var id: String
        package var name: String
        /// The newest `AuditDigest.depth`, the oldest first.
        package var attempts: [Attempt] = []
        package var lastGood: Attempt?
        /// The same, of the job's own loads: no backfill.
        package var lastOwnGood: Attempt?
        /// The newest attempt that was good or bad: what was stopped or not begun after it says nothing of the job. Nil: there
        /// was none.
        package var verdict: Attempt?
        /// The words of that attempt; of the newest, where there was none.
        package var status = ""
        package var message = ""
        package var warnings = ""
        package var watermark = ""
        /// When the watermark came to be what it is.
        package var watermarkMoment: Int?
        /// Since when, and how often in a row, attempts failed; nil where the newest that counts did not.
        package var failing: (since: Int, count: Int)?
        /// The newest failures, the newest first.
        package var lastFailures: [Remark] = []
    }

    /// Something that was said at a moment.
    package struct Remark: Equatable, Sendable {
        package var moment: Int
        package var job: String
        package var text: String
    }

    package struct Day: Equatable, Sendable {
        package var loads = 0
        package var failures = 0
        package var rows = 0
        package var bytes = 0
        package var seconds = 0.0

        package init() {}
    }

    /// How many attempts of a job are kept for its chart.
    package static let depth = 30
    private static let remembered = 5
    private static let mostChanges = 200

    /// In the order of their first line.
    package private(set) var jobs: [Job] = []
    /// By days since 1970 in the project's zone.
    package private(set) var days: [Int: Day] = [:]
    /// The newest first.
    package private(set) var changes: [Remark] = []
    package private(set) var lines = 0
    package private(set) var first: Int?

    private let zone: ZoneRules
    private var places: [String: Int] = [:]
    private var all: [[Line]] = []

    /// What is kept of a line until all are read: they may come in any order.
    private struct Line {
        var attempt: Attempt
        /// Into `texts`; -1 for none.
        var message: Int
        var warnings: Int
        var watermark: Int
        var word: Int
    }
    private var texts: [String] = []
    private var textPlaces: [String: Int] = [:]

    package init(zone: ZoneRules) { self.zone = zone }

    /// Reads all of it.
    package static func read(_ history: AuditHistory, zone: ZoneRules) throws(RecordFault) -> (
        digest: AuditDigest, damaged: [String]
    ) {
        var digest = AuditDigest(zone: zone)
        let damaged = try history.visit(columns) { digest.add($0) }
        digest.finish()
        return (digest, damaged)
    }

    // MARK: - Lines

    mutating func add(_ entry: AuditEntry) {
        guard let moment = entry.moment(zone: zone) else { return }
        lines += 1
        first = min(first ?? moment, moment)
        let own = entry[.jobID]
        let id = own.isEmpty ? entry[.jobName] : own
        let place = places[id] ?? jobs.count
        if place == jobs.count {
            places[id] = place
            jobs.append(Job(id: id, name: entry[.jobName]))
            all.append([])
        }
        if !entry[.schemaChange].isEmpty, entry.status == .success {
            changes.append(Remark(moment: moment, job: id, text: entry[.schemaChange]))
        }
        guard entry.status != .retried else { return }
        let attempt = Attempt(
            moment: moment, status: entry.status, rows: entry.count(.rows) ?? 0, bytes: entry.count(.bytes) ?? 0,
            seconds: entry.seconds ?? 0, isBackfill: entry.isBackfill)
        all[place].append(
            Line(
                attempt: attempt, message: keep(entry[.errorMessage]), warnings: keep(entry[.warnings]),
                watermark: keep(entry[.watermarkTo]), word: keep(entry[.status])))
        let seconds = moment / 1_000_000
        days[(seconds + zone.offset(atUnixSeconds: seconds)) / 86_400, default: Day()].add(attempt)
    }

    /// The same text, told a thousand times, is kept once.
    private mutating func keep(_ text: String) -> Int {
        guard !text.isEmpty else { return -1 }
        if let place = textPlaces[text] { return place }
        texts.append(text)
        textPlaces[text] = texts.count - 1
        return texts.count - 1
    }

    private func text(_ place: Int) -> String { place < 0 ? "" : texts[place] }

    // MARK: - Jobs

    mutating func finish() {
        for index in jobs.indices {
            let lines = all[index].sorted { $0.attempt.moment < $1.attempt.moment }
            jobs[index].take(lines.map(\.attempt))
            guard let last = lines.last(where: { $0.attempt.isGood || $0.attempt.isBad }) ?? lines.last else {
                continue
            }
            jobs[index].status = text(last.word)
            jobs[index].message = text(last.message)
            jobs[index].warnings = text(last.warnings)
            for line in lines where line.attempt.isGood && line.watermark >= 0 {
                let watermark = text(line.watermark)
                if watermark != jobs[index].watermark {
                    jobs[index].watermark = watermark
                    jobs[index].watermarkMoment = line.attempt.moment
                }
            }
            jobs[index].lastFailures = lines.lazy.reversed().filter { $0.attempt.isBad }.prefix(Self.remembered).map {
                Remark(moment: $0.attempt.moment, job: jobs[index].id, text: text($0.message))
            }
        }
        all = []
        (texts, textPlaces) = ([], [:])
        changes = Array(changes.sorted { $0.moment > $1.moment }.prefix(Self.mostChanges))
    }
}

extension AuditDigest.Day {
    fileprivate mutating func add(_ attempt: AuditDigest.Attempt) {
        if attempt.isGood { loads += 1 }
        if attempt.isBad { failures += 1 }
        // No trail has so many lines that these stay below what is there; but people edit it.
        rows = rows.addingSaturated(attempt.rows)
        bytes = bytes.addingSaturated(attempt.bytes)
        seconds += attempt.seconds
    }
}

extension Int {
    /// Of counts, none of which is negative.
    package func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension AuditDigest.Job {
    /// `all` in the order of time.
    fileprivate mutating func take(_ all: [AuditDigest.Attempt]) {
        attempts = all.suffix(AuditDigest.depth)
        lastGood = all.last { $0.isGood }
        lastOwnGood = all.last { $0.isGood && !$0.isBackfill }
        verdict = all.last { $0.isGood || $0.isBad }
        guard verdict?.isBad == true else { return }
        let streak = all.lazy.reversed().prefix { !$0.isGood }.filter(\.isBad)
        if let since = streak.last?.moment { failing = (since, streak.count) }
    }
}
