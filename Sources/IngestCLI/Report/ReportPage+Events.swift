import Ports
import Records

extension ReportPage {
    private static let mostShown = 60

    /// What fails now, since when and how often, with its last errors.
    var failures: String {
        let failing = jobs.filter { state($0) == .failing }.sorted {
            ($0.record?.failing?.since ?? 0) < ($1.record?.failing?.since ?? 0)
        }
        guard !failing.isEmpty else { return "" }
        var out = "<h2>Failing now</h2><div class=\"panel\"><ul class=\"log\">"
        for job in failing.prefix(Self.mostShown) {
            guard let record = job.record else { continue }
            out += "<li><span class=\"state bad\">\(clipped(word(job), 40))</span> "
            out += "<b>\(clipped(job.id, 120))</b> <span class=\"soft\">"
            if let failing = record.failing {
                out +=
                    failing.count == 1
                    ? "since \(time(failing.since)), for the first time"
                    : "since \(time(failing.since)), \(NumberText.grouped(failing.count)) times in a row"
            }
            out += "</span><br>\(clipped(record.message, 700))"
            let earlier = record.lastFailures.dropFirst().filter { $0.text != record.message }
            if !earlier.isEmpty {
                out +=
                    "<ul>" + earlier.map { "<li>\(time($0.moment)): \(clipped($0.text, 240))</li>" }.joined()
                out += "</ul>"
            }
            out += "</li>"
        }
        out += "</ul></div>"
        if failing.count > Self.mostShown {
            out += "<p class=\"soft\">… and \(failing.count - Self.mostShown) more, in the table below.</p>"
        }
        return out
    }

    /// What the newest loads had to say.
    var warnings: String {
        let warned = jobs.filter {
            $0.isEnabled != false && state($0) != .failing && $0.record?.warnings.isEmpty == false
        }
        guard !warned.isEmpty else { return "" }
        var out = "<h2>Warnings of the newest loads</h2><div class=\"panel\"><ul class=\"log\">"
        for job in warned.prefix(Self.mostShown) {
            guard let record = job.record, let last = record.verdict else { continue }
            out += "<li><b>\(clipped(job.id, 120))</b> <span class=\"soft\">\(time(last.moment))</span><br>"
            out += clipped(record.warnings.replacing(" | ", with: "; "), 500) + "</li>"
        }
        out += "</ul></div>"
        if warned.count > Self.mostShown {
            out += "<p class=\"soft\">… and of \(warned.count - Self.mostShown) more jobs: ingest status</p>"
        }
        return out
    }

    /// What changed in the columns of tables.
    var drift: String {
        guard !digest.changes.isEmpty else { return "" }
        var out = "<h2>Columns that changed</h2><div class=\"panel\"><ul class=\"log\">"
        for change in digest.changes.prefix(Self.mostShown) {
            out += "<li>\(time(change.moment)) <b>\(clipped(change.job, 120))</b><br>"
            out += clipped(change.text.replacing(" | ", with: "; "), 500) + "</li>"
        }
        out += "</ul></div>"
        if digest.changes.count > Self.mostShown {
            out += "<p class=\"soft\">… and earlier ones: ingest schema JOB --history</p>"
        }
        return out
    }
}
