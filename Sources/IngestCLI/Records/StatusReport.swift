import Ports
import Records

/// What `ingest status` prints.
struct StatusReport {
    struct Job {
        var id: String
        /// Nil where the workbook could not be read.
        var isEnabled: Bool?
        /// `source_name.table_name`.
        var name: String
        var last: AuditEntry?
        var watermark: WatermarkFile.Row?
    }

    let jobs: [Job]
    let notes: [String]
    let zone: ZoneRules
    /// Microseconds since 1970.
    let now: Int

    /// `width` nil: as wide as it gets.
    func text(width: Int?) -> String {
        var table = TextTable([
            ("job", .left), ("state", .left), ("last run", .left), ("age", .right), ("rows", .right), ("took", .right),
            ("watermark", .left), ("message", .left),
        ])
        for job in jobs {
            table.add(
                [
                    job.id, state(job) + (job.isEnabled == false ? " (off)" : ""),
                    moment(job).map { Self.shown(zone.civil($0)) } ?? "", age(job).map(Self.age) ?? "",
                    Int(job.last?[.rows] ?? "").map { NumberText.grouped($0) } ?? "",
                    Double(job.last?[.seconds] ?? "").map { NumberText.duration($0) } ?? "",
                    job.watermark?.watermark.value ?? "", job.last?[.errorMessage] ?? "",
                ].map { VisibleText.shown($0, limit: 300) })
        }
        var lines = jobs.isEmpty ? ["There are no jobs."] : table.lines(indent: 0)
        if let width { lines = lines.map { PrintableText.truncated($0, to: width) } }
        lines += notes.map { "note: " + $0 }
        return lines.map { PrintableText.escaped($0) }.joined(separator: "\n") + "\n"
    }

    var json: JSONText {
        .object([
            ("jobs", .array(jobs.map(json))), ("notes", .array(notes.map { .string($0) })),
        ])
    }

    private func json(_ job: Job) -> JSONText {
        let last = job.last
        func text(_ column: AuditColumn) -> JSONText {
            let value = last?[column] ?? ""
            return value.isEmpty ? .null : .string(value)
        }
        return .object([
            ("job_id", .string(job.id)), ("job_name", .string(job.name)),
            ("enabled", job.isEnabled.map { .bool($0) } ?? .null), ("state", .string(state(job))),
            ("last_run", text(.timestamp)), ("age_seconds", .optional(age(job))),
            ("rows", .optional(Int(last?[.rows] ?? ""))),
            ("duration_seconds", Double(last?[.seconds] ?? "").map { .number($0) } ?? .null),
            ("attempt", .optional(Int(last?[.attempt] ?? ""))), ("run_id", text(.runID)), ("load_id", text(.loadID)),
            ("error", text(.errorMessage)), ("warnings", text(.warnings)),
            ("watermark", job.watermark.map { .string($0.watermark.value) } ?? .null),
            ("watermark_type", job.watermark.map { .string($0.watermark.type) } ?? .null),
        ])
    }

    private func state(_ job: Job) -> String { job.last.map { $0[.status] } ?? "never run" }

    private func moment(_ job: Job) -> Int? { job.last?.moment(zone: zone) }

    /// In seconds.
    private func age(_ job: Job) -> Int? { moment(job).map { max(0, now - $0) / 1_000_000 } }

    static func shown(_ time: CivilTime) -> String { time.date + " " + time.time }

    /// The largest unit that counts more than one: `45 s`, `12 min`, `30 h`, `9 d`.
    static func age(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
