import Ports
import Records

extension ReportPage {
    static let daysShown = 30

    /// What all jobs did together, day by day.
    var charts: String {
        guard digest.lines > 0 else { return "" }
        let today = zone.civil(now).days
        let days = (today - Self.daysShown + 1...today).map { ($0, digest.days[$0] ?? AuditDigest.Day()) }
        func name(_ day: Int) -> String { CivilTime(days: day).date }
        func figure(
            _ title: String, _ total: String, bars: [ReportChart.Bar]
        ) -> String {
            let label = "\(title): \(total); the same in the table below"
            return "<figure><figcaption><b>\(title)</b><span class=\"soft\">\(total)</span></figcaption>"
                + ReportChart.bars(bars, label: label)
                + "<div class=\"axis\"><span>\(name(days[0].0))</span><span>\(name(today))</span></div></figure>"
        }
        func most(_ value: (AuditDigest.Day) -> Double, _ words: (AuditDigest.Day) -> String) -> String {
            guard let (day, best) = days.max(by: { value($0.1) < value($1.1) }), value(best) > 0 else { return "none" }
            return "most: \(words(best)) on \(name(day))"
        }
        let failures = days.reduce(0) { $0 + $1.1.failures }
        var out = "<h2>The last \(Self.daysShown) days</h2><div class=\"figs\">"
        out += figure(
            "Loads per day", failures == 0 ? "no failures" : "\(NumberText.counted(failures, "failure")) (red)",
            bars: days.map { day, all in
                .init(
                    value: Double(all.loads), bad: Double(all.failures),
                    title: "\(name(day)): \(NumberText.counted(all.loads, "load")), \(all.failures) failed")
            })
        out += figure(
            "Rows per day", most({ Double($0.rows) }, { NumberText.grouped($0.rows) }),
            bars: days.map {
                .init(value: Double($1.rows), title: "\(name($0)): \(NumberText.counted($1.rows, "row"))")
            })
        out += figure(
            "Data written per day", most({ Double($0.bytes) }, { NumberText.bytes($0.bytes) }),
            bars: days.map { .init(value: Double($1.bytes), title: "\(name($0)): \(NumberText.bytes($1.bytes))") })
        out += figure(
            "Time spent per day", most({ $0.seconds }, { NumberText.duration($0.seconds) }),
            bars: days.map { .init(value: $1.seconds, title: "\(name($0)): \(NumberText.duration($1.seconds))") })
        out += "</div><details><summary>The same as a table</summary><div class=\"panel\"><table><thead><tr>"
        out += ["Day", "Loads", "Failed", "Rows", "Data", "Time"].enumerated().map {
            "<th scope=\"col\"\($0 > 0 ? " class=\"n\"" : "")>\($1)</th>"
        }.joined()
        out += "</tr></thead><tbody>"
        for (day, all) in days.reversed() where all != AuditDigest.Day() {
            out +=
                "<tr><th scope=\"row\">\(name(day))</th><td class=\"n\">\(NumberText.grouped(all.loads))</td><td class=\"n\">"
                + "\(NumberText.grouped(all.failures))</td><td class=\"n\">\(NumberText.grouped(all.rows))</td><td class=\"n\">"
                + "\(NumberText.bytes(all.bytes))</td><td class=\"n\">\(NumberText.duration(all.seconds))</td></tr>"
        }
        return out + "</tbody></table></div></details>"
    }
}
