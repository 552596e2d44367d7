import Alerts
import Ports
import Records

/// `ingest report`: how a project's loads are doing, as one page that needs nothing else.
struct ReportPage {
    /// A job as the page has it.
    struct Job {
        var id: String
        /// `source_name.table_name`.
        var name: String
        /// Nil where no row of the workbook is this job.
        var isEnabled: Bool?
        var loadType: LoadType?
        var schedule: String?
        /// Minutes of the wall clock since 1970-01-01 that the schedule named last.
        var lastDue: Int?
        /// When its last good load ended, where the schedule has named a moment since then.
        var overdueSince: Int?
        var watermark: WatermarkFile.Row?
        var record: AuditDigest.Job?
    }

    enum State: Int {
        case failing, late, never, good, off

        var look: String {
            switch self {
            case .failing: "bad"
            case .late: "warn"
            case .good: "ok"
            case .never, .off: "off"
            }
        }
    }

    let project: String
    let jobs: [Job]
    let digest: AuditDigest
    /// By job, the newest load first; jobs without rules are not among them.
    let qualityResults: [(job: String, entries: [QualityFile.Entry])]
    let notes: [String]
    let zone: ZoneRules
    /// Microseconds since 1970.
    let now: Int
    let version: String
    /// Takes the secrets out of a text, before it becomes part of the page.
    let redact: (String) -> String

    /// Charts of more jobs would make the page heavy.
    static let mostCharts = 600
    static let mostRows = 4000

    var html: String {
        let script = ReportStyle.script
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-"
            + Base64.text(SHA256.digest(Array(script.utf8))) + "'"
        var out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        out += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        out += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"
        out += "<meta name=\"referrer\" content=\"no-referrer\"><link rel=\"icon\" href=\"data:,\">"
        out +=
            "<title>\(escaped(project)): ingest report</title><style>\(ReportStyle.css)</style></head><body><main>"
        out += head + cards + charts + failures + table + quality + warnings + drift
        out += foot + "</main><script>\(script)</script></body></html>\n"
        return out
    }

    // MARK: - Words

    func escaped(_ text: String) -> String { HTMLText.escaped(redact(text)) }

    /// Long texts end in an ellipsis; the whole stands in the audit trail.
    func clipped(_ text: String, _ limit: Int) -> String { HTMLText.clipped(redact(text), limit) }

    func shown(_ moment: Int) -> String {
        let time = zone.civil(moment)
        return time.date + " " + time.time.prefix(5)
    }

    func age(since moment: Int) -> String { StatusReport.age(max(0, now - moment) / 1_000_000) }

    func time(_ moment: Int) -> String {
        "<time datetime=\"\(escaped(zone.civil(moment).iso()))\">\(shown(moment))</time>"
    }

    func state(_ job: Job) -> State {
        if job.isEnabled == false { return .off }
        guard let verdict = job.record?.verdict else { return .never }
        if verdict.isBad { return .failing }
        return job.overdueSince == nil ? .good : .late
    }

    func word(_ job: Job) -> String {
        switch state(job) {
        case .off: "off"
        case .never: job.record?.status.lowercased() ?? "never run"
        case .late: "late"
        case .failing, .good: job.record?.status.lowercased() ?? ""
        }
    }

    // MARK: - Head

    private var counts: [State: Int] { jobs.reduce(into: [:]) { $0[state($1), default: 0] += 1 } }

    private var head: String {
        let counts = counts
        let (failing, late) = (counts[.failing] ?? 0, counts[.late] ?? 0)
        var parts: [String] = []
        if failing > 0 { parts.append("\(NumberText.counted(failing, "job")) failing") }
        if late > 0 { parts.append("\(NumberText.grouped(late)) late") }
        let (good, never) = (counts[.good] ?? 0, counts[.never] ?? 0)
        let rest = never > 0 ? " \(NumberText.counted(never, "job")) never loaded." : ""
        let verdict =
            jobs.isEmpty
            ? "There are no jobs."
            : parts.isEmpty
                ? (good > 0
                    ? "All is well: the newest load of every job\(never > 0 ? " that ran" : "") succeeded.\(rest)"
                    : "Nothing has been loaded yet.")
                : parts.joined(separator: ", ") + "; \(NumberText.grouped(good)) well.\(rest)"
        let look = failing > 0 ? " bad" : late > 0 ? " warn" : ""
        return "<header><h1>\(escaped(project))</h1><p class=\"soft\">Loads as of \(time(now)) "
            + "\(escaped(zone.name))</p></header><p class=\"verdict\(look)\">\(verdict)</p>"
    }

    private var cards: String {
        let today = zone.civil(now).days
        let week = (0..<7).reduce(into: AuditDigest.Day()) { total, back in
            guard let day = digest.days[today - back] else { return }
            total.loads += day.loads
            total.failures += day.failures
            total.rows = total.rows.addingSaturated(day.rows)
            total.bytes = total.bytes.addingSaturated(day.bytes)
            total.seconds += day.seconds
        }
        func card(_ name: String, _ value: String, _ rest: String = "") -> String {
            "<div><dt>\(name)</dt><dd>\(value)\(rest.isEmpty ? "" : " <small>\(rest)</small>")</dd></div>"
        }
        let off = jobs.count { $0.isEnabled == false }
        return "<dl class=\"cards\">" + card("Jobs", NumberText.grouped(jobs.count), off > 0 ? "\(off) off" : "")
            + card("Loads, 7 days", NumberText.grouped(week.loads), "\(NumberText.grouped(week.failures)) failed")
            + card("Rows, 7 days", NumberText.grouped(week.rows)) + card("Data, 7 days", NumberText.bytes(week.bytes))
            + card("Time spent, 7 days", NumberText.duration(week.seconds)) + "</dl>"
    }

    // MARK: - Foot

    private var foot: String {
        var out = ""
        if !notes.isEmpty {
            out += "<h2>Notes</h2><div class=\"panel\"><ul class=\"log\">"
            out += notes.map { "<li>\(clipped($0, 600))</li>" }.joined() + "</ul></div>"
        }
        let since = digest.first.map { " since \(shown($0))" } ?? ""
        out +=
            "<footer>Made by ingest \(escaped(version)) from \(NumberText.counted(digest.lines, "line")) of the audit "
            + "trail\(since). The page holds everything it shows; nothing is fetched.</footer>"
        return out
    }
}
