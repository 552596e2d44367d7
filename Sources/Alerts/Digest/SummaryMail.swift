import Ports

/// How every job stands, whatever ran last: the mail that goes out once a day.
package struct SummaryMail: Sendable {
    /// In the order in which people want to read of them.
    package enum State: Int, Sendable {
        case failing, late, never, well, off

        var tone: HTMLPage.Tone {
            switch self {
            case .failing: .bad
            case .late: .warn
            case .well: .good
            case .never, .off: .plain
            }
        }
    }

    package struct Job: Sendable {
        package var id: String
        /// `source.table`
        package var name: String
        package var state: State
        /// What people read of it: `FAILED`, `late`.
        package var word: String
        /// Of its last run, in microseconds since 1970.
        package var lastRunAt: Int?
        package var rows: Int?
        package var seconds: Double?
        package var watermark: String?
        /// The error, or a warning.
        package var message: String?

        package init(
            id: String, name: String, state: State, word: String, lastRunAt: Int? = nil, rows: Int? = nil,
            seconds: Double? = nil, watermark: String? = nil, message: String? = nil
        ) {
            self.id = id
            self.name = name
            self.state = state
            self.word = word
            self.lastRunAt = lastRunAt
            self.rows = rows
            self.seconds = seconds
            self.watermark = watermark
            self.message = message
        }
    }

    package var project: String
    package var host: String
    package var version: String
    package var jobs: [Job]
    /// Microseconds since 1970.
    package var now: Int
    package var zone: ZoneRules

    package init(project: String, host: String, version: String, jobs: [Job], now: Int, zone: ZoneRules) {
        self.project = project
        self.host = host
        self.version = version
        self.jobs = jobs
        self.now = now
        self.zone = zone
    }

    private static let mostRows = 2000

    package func message(from: MailAddress, to: [MailAddress]) -> MailMessage {
        MailMessage(
            from: from, to: to, title: title, text: text, html: html, date: now, zone: zone, occasion: "summary.\(now)")
    }

    /// What needs a person first, then in the order that was given.
    private var ordered: [Job] {
        jobs.enumerated().sorted { ($0.element.state.rawValue, $0.offset) < ($1.element.state.rawValue, $1.offset) }
            .map(\.element)
    }

    private func count(_ state: State) -> Int { jobs.count { $0.state == state } }

    private var title: String {
        let all = NumberText.counted(jobs.count - count(.off), "job")
        var parts: [String] = []
        for (state, words) in [(State.failing, "failing"), (.late, "late"), (.never, "never loaded")] {
            guard count(state) > 0 else { continue }
            parts.append(NumberText.grouped(count(state)) + (parts.isEmpty ? " of \(all) " : " ") + words)
        }
        if parts.isEmpty { parts = ["all \(all) well"] }
        return "\(project): \(parts.joined(separator: ", ")) on \(zone.civil(now).date)"
    }

    var html: String {
        var page = HTMLPage(title: title, preview: ordered.prefix(3).map(\.id).joined(separator: ", "))
        page.table(
            ["job", "state", "last run", "rows", "took", "watermark"],
            ordered.prefix(Self.mostRows).map { job in
                var name = "<strong>" + HTMLPage.escaped(job.id) + "</strong>"
                if let message = job.message, !message.isEmpty {
                    name += "<br>" + HTMLPage.muted(HTMLPage.escaped(Figures.cut(message, 200)))
                }
                return [
                    name, HTMLPage.badge(job.word, job.state.tone),
                    job.lastRunAt.map { Figures.moment($0, zone) } ?? "",
                    job.rows.map { NumberText.grouped($0) } ?? "", job.seconds.map { Figures.duration($0) } ?? "",
                    HTMLPage.escaped(Figures.cut(job.watermark ?? "", 40)),
                ]
            }, numbers: [3, 4])
        if jobs.count > Self.mostRows {
            page.paragraph("… and \(NumberText.counted(jobs.count - Self.mostRows, "job")) more.")
        }
        return page.text(
            count(.failing) > 0 ? .bad : count(.late) > 0 ? .warn : .good,
            subtitle: HTMLPage.escaped("\(zone.name), on \(host)"),
            footer: HTMLPage.escaped("ingest \(version). `ingest status` prints the same."))
    }

    var text: String {
        var lines = [title, "\(zone.name), on \(host)", ""]
        for job in ordered.prefix(Self.mostRows) {
            var line = "\(job.id): \(job.word)"
            if let moment = job.lastRunAt { line += ", " + Figures.moment(moment, zone) }
            if let rows = job.rows { line += ", " + NumberText.counted(rows, "row") }
            if let watermark = job.watermark, !watermark.isEmpty { line += ", up to " + Figures.cut(watermark, 40) }
            if let message = job.message, !message.isEmpty { line += ": " + Figures.cut(message, 200) }
            lines.append(HeaderText.oneLine(line))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
