import Ports
import Records

extension ReportPage {
    /// What needs somebody first, then as the workbook has them.
    private var ordered: [Job] {
        jobs.enumerated().sorted { a, b in
            (order(a.element), a.offset) < (order(b.element), b.offset)
        }.map(\.element)
    }

    private func order(_ job: Job) -> Int {
        switch state(job) {
        case .failing: 0
        case .late: 1
        case .never, .good: 2
        case .off: 3
        }
    }

    var table: String {
        guard !jobs.isEmpty else { return "" }
        var out =
            "<div class=\"tools\"><h2 id=\"jobs\">Jobs</h2><input id=\"find\" type=\"search\" placeholder=\"Find a job\" "
        out +=
            "aria-label=\"Find a job\" hidden></div><div class=\"panel\"><table class=\"jobs\" aria-labelledby=\"jobs\"><thead><tr>"
        for (name, isNumber) in [
            ("Job", false), ("State", false), ("Last run", false), ("Rows", true), ("Took", true), ("Data", true),
            ("Watermark", false), ("Schedule", false),
        ] {
            out += "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(name)</th>"
        }
        out += "</tr></thead><tbody>"
        let ordered = ordered
        for (index, job) in ordered.prefix(Self.mostRows).enumerated() {
            out += row(job, charts: index < Self.mostCharts)
        }
        out += "</tbody></table></div>"
        if ordered.count > Self.mostRows {
            out +=
                "<p class=\"soft\">… and \(NumberText.grouped(ordered.count - Self.mostRows)) more jobs: ingest status</p>"
        }
        return out
    }

    private func row(_ job: Job, charts: Bool) -> String {
        let record = job.record
        let last = record?.verdict ?? record?.attempts.last
        var out = "<tr><th scope=\"row\">\(clipped(job.id, 120))"
        if job.name != job.id { out += "<small>\(clipped(job.name, 120))</small>" }
        if job.isEnabled == nil { out += "<small>not in the workbook</small>" }
        out += "</th>"
        out += "<td data-l=\"State\" data-v=\"\(state(job).rawValue)\"><span class=\"state \(state(job).look)\">"
        out += clipped(word(job), 40) + "</span></td>"
        guard let record, let last else {
            return out + "<td class=\"none\" data-v=\"0\"></td>"
                + String(repeating: "<td class=\"n none\" data-v=\"-1\"></td>", count: 3)
                + watermark(job) + schedule(job) + "</tr>"
        }
        out += "<td data-l=\"Last run\" data-v=\"\(last.moment / 1_000_000)\" class=\"nw\">\(time(last.moment))"
        out += "<small>\(age(since: last.moment)) ago</small></td>"
        let loads = record.attempts.filter(\.isGood)
        let shown = loads.last
        out +=
            "<td data-l=\"Rows\" class=\"n\" data-v=\"\(shown?.rows ?? -1)\">\(shown.map { NumberText.grouped($0.rows) } ?? "")"
        if charts, record.attempts.count > 1 {
            out += ReportChart.loads(record.attempts, label: words(record, loads))
        }
        out += "</td><td data-l=\"Took\" class=\"n nw\" data-v=\"\(NumberText.fixed(last.seconds, digits: 3))\">"
        out += NumberText.duration(last.seconds)
        if charts, loads.count > 1 {
            let longest = loads.map(\.seconds).max() ?? 0
            out += ReportChart.line(
                loads.map(\.seconds), label: "time of \(loads.count) loads, the longest \(NumberText.duration(longest))"
            )
        }
        out += "</td><td data-l=\"Data\" class=\"n nw\" data-v=\"\(shown?.bytes ?? -1)\">"
        out += (shown.map { NumberText.bytes($0.bytes) } ?? "") + "</td>"
        return out + watermark(job) + schedule(job) + "</tr>"
    }

    private func words(_ record: AuditDigest.Job, _ loads: [AuditDigest.Attempt]) -> String {
        let rows = loads.map(\.rows)
        let range = rows.isEmpty ? "no rows" : "\(rows.min() ?? 0) to \(rows.max() ?? 0) rows"
        return "the last \(record.attempts.count) runs: \(range), \(record.attempts.count { $0.isBad }) failed"
    }

    // MARK: - Watermark and schedule

    private func watermark(_ job: Job) -> String {
        guard let value = job.watermark?.watermark.value ?? job.record.map(\.watermark), !value.isEmpty else {
            return "<td class=\"none\"></td>"
        }
        var out = "<td data-l=\"Watermark\" class=\"wm\">\(clipped(value, 60))"
        if let moment = WatermarkAge.moment(of: value, type: job.watermark?.watermark.type ?? "", zone: zone) {
            out += "<small>\(moment > now ? "in the future" : "\(age(since: moment)) old")</small>"
        } else if let moved = job.record?.watermarkMoment {
            out += "<small>moved \(age(since: moved)) ago</small>"
        }
        return out + "</td>"
    }

    private func schedule(_ job: Job) -> String {
        guard let schedule = job.schedule else { return "<td class=\"none\"></td>" }
        var out = "<td data-l=\"Schedule\" class=\"nw\">\(clipped(schedule, 60))"
        if job.isEnabled != false, let since = job.overdueSince {
            out += "<small class=\"late\">overdue: last loaded \(age(since: since)) ago</small>"
        } else if let due = job.lastDue {
            let time = CivilTime(unixMicroseconds: due * 60_000_000)
            let isToday = time.days == zone.civil(now).days
            out += "<small>last due \(isToday ? "" : time.date + " ")\(time.time.prefix(5))</small>"
        }
        return out + "</td>"
    }
}

extension JobSchedule {
    var shown: String {
        switch self {
        case .daily(let minute):
            let (hours, minutes) = (String(minute / 60), String(minute % 60))
            return "daily \(hours.count < 2 ? "0" : "")\(hours):\(minutes.count < 2 ? "0" : "")\(minutes)"
        case .cron: return "cron"
        }
    }
}

/// The moment that a watermark names, where it names one.
enum WatermarkAge {
    static func moment(of value: String, type: String, zone: ZoneRules) -> Int? {
        guard type.isEmpty || type.contains("time") || type.contains("date") else { return nil }
        var text = value
        if text.utf8.count == 10 { text += "T00:00:00" }
        // PostgreSQL writes an offset of whole hours in two digits.
        if let sign = text.utf8.suffix(3).first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            text.utf8.count > 19
        {
            text += ":00"
        }
        return CivilTime(iso: text) { zone.offset(atUnixSeconds: $0.unixMicroseconds / 1_000_000) }?.unixMicroseconds
    }
}
