import Ports

/// How every job stands, whatever ran last: the mail that goes out once a day.
package struct SummaryMail: Sendable {
    package struct Job: Sendable {
        package var id: String
        /// `source.table`
        package var name: String
        /// Nil: it never ran.
        package var status: JobStatus?
        package var isEnabled: Bool
        /// Of its last run, in microseconds since 1970.
        package var lastRunAt: Int?
        package var rows: Int?
        package var seconds: Double?
        package var watermark: String?
        /// The error, or a warning.
        package var message: String?

        package init(
            id: String, name: String, status: JobStatus?, isEnabled: Bool = true, lastRunAt: Int? = nil,
            rows: Int? = nil,
            seconds: Double? = nil, watermark: String? = nil, message: String? = nil
        ) {
            self.id = id
            self.name = name
            self.status = status
            self.isEnabled = isEnabled
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
        let host = from.address.split(separator: "@").last.map(String.init) ?? "localhost"
        let seed = SHA256.hex(Array((project + to.map(\.address).joined()).utf8)).prefix(12)
        return MailMessage(
            from: from, to: to, subject: Figures.cut("[ingest] " + title, 200), text: text, html: html, date: now,
            zone: zone,
            id: "summary.\(now).\(seed)@\(host)")
    }

    /// What needs a person first, then in the order that was given.
    private var ordered: [Job] {
        jobs.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    private func rank(_ job: Job) -> Int {
        if !job.isEnabled { return 4 }
        switch job.status {
        case .failed?, .invalid?: return 0
        case .skipped?, .locked?, .cancelled?, .retried?: return 1
        case nil: return 2
        case .success?: return 3
        }
    }

    private var bad: Int { jobs.count { $0.isEnabled && ($0.status == .failed || $0.status == .invalid) } }

    private var title: String {
        let enabled = jobs.count(where: \.isEnabled)
        return "\(project): "
            + (bad == 0
                ? "all \(Figures.counted(enabled, "job")) well"
                : "\(bad) of \(Figures.counted(enabled, "job")) failing")
            + " on " + zone.civil(now).date
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
                    name, state(job), job.lastRunAt.map { Figures.moment($0, zone) } ?? "",
                    job.rows.map { Figures.grouped($0) } ?? "", job.seconds.map { Figures.duration($0) } ?? "",
                    HTMLPage.escaped(Figures.cut(job.watermark ?? "", 40)),
                ]
            }, numbers: [3, 4])
        if jobs.count > Self.mostRows {
            page.paragraph("… and \(Figures.counted(jobs.count - Self.mostRows, "job")) more.")
        }
        return page.text(
            bad > 0 ? .bad : .good, subtitle: HTMLPage.escaped("\(zone.name), on \(host)"),
            footer: HTMLPage.escaped("ingest \(version). `ingest status` prints the same."))
    }

    private func state(_ job: Job) -> String {
        if !job.isEnabled { return HTMLPage.badge("off", .plain) }
        return job.status.map { HTMLPage.badge($0.rawValue, $0.tone) } ?? HTMLPage.badge("never run", .plain)
    }

    var text: String {
        var lines = [title, "\(zone.name), on \(host)", ""]
        for job in ordered.prefix(Self.mostRows) {
            var line = "\(job.id): \(job.isEnabled ? job.status?.rawValue ?? "never run" : "off")"
            if let moment = job.lastRunAt { line += ", " + Figures.moment(moment, zone) }
            if let rows = job.rows { line += ", " + Figures.counted(rows, "row") }
            if let watermark = job.watermark, !watermark.isEmpty { line += ", up to " + Figures.cut(watermark, 40) }
            if let message = job.message, !message.isEmpty { line += ": " + Figures.cut(message, 200) }
            lines.append(HeaderText.oneLine(line))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
