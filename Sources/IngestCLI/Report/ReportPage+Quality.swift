import Ports
import Records

extension ReportPage {
    /// How far the column with earlier loads looks back.
    static let qualityDepth = 6
    private static let mostRules = 400

    /// What the rules of each job found in its newest load that was judged, those that found something first. Values of rows
    /// stay out of the page.
    var quality: String {
        let rules = qualityResults.flatMap { job, entries -> [(job: String, rule: QualityFile.Rule, before: [Int])] in
            guard let newest = entries.first else { return [] }
            return newest.rules.map { rule in
                let before = entries.dropFirst().prefix(Self.qualityDepth - 1).compactMap { entry in
                    entry.rules.first { $0.label == rule.label && $0.argument == rule.argument }?.failing
                }
                return (job, rule, before.reversed())
            }
        }
        guard !rules.isEmpty else { return "" }
        let ordered = rules.enumerated().sorted { a, b in
            (Self.hasFailed(a.element.rule) ? 0 : 1, a.offset) < (Self.hasFailed(b.element.rule) ? 0 : 1, b.offset)
        }.map(\.element)
        let bad = rules.count { Self.hasFailed($0.rule) }
        var out = "<h2>Quality rules</h2><p class=\"soft\">"
        out +=
            bad == 0 ? "None of \(NumberText.counted(rules.count, "rule")) failed." : "\(bad) of \(rules.count) failed."
        out += "</p><div class=\"panel\"><table><thead><tr>"
        out += ["Job", "Rule", "State", "Failing", "Loads before", "Finding"].enumerated().map {
            "<th scope=\"col\"\($0 == 3 || $0 == 4 ? " class=\"n\"" : "")>\($1)</th>"
        }.joined()
        out += "</tr></thead><tbody>"
        for (job, rule, before) in ordered.prefix(Self.mostRules) {
            let look =
                Self.hasFailed(rule)
                ? rule.severity == QualityRule.Severity.warn.rawValue ? "warn" : "bad"
                : rule.state == RuleResult.State.passed.rawValue ? "ok" : "off"
            out += "<tr><th scope=\"row\">\(clipped(job, 80))</th><td>\(clipped(rule.label, 120))"
            if !rule.argument.isEmpty { out += " <small>\(clipped(rule.argument, 120))</small>" }
            out +=
                "</td><td><span class=\"state \(look)\">\(clipped(rule.state.replacing("_", with: " "), 30))</span>"
            out += "<small>\(clipped(rule.severity, 20))</small></td><td class=\"n\">"
            out +=
                NumberText.grouped(rule.failing)
                + "<small>of \(NumberText.grouped(rule.checked))</small></td><td class=\"n\">"
            out += before.map { NumberText.grouped($0) }.joined(separator: " · ")
            out += "</td><td>\(clipped(rule.finding, 240))</td></tr>"
        }
        out += "</tbody></table></div>"
        if ordered.count > Self.mostRules {
            out += "<p class=\"soft\">… and \(ordered.count - Self.mostRules) more rules: ingest quality JOB</p>"
        }
        return out
    }

    private static func hasFailed(_ rule: QualityFile.Rule) -> Bool { rule.state == RuleResult.State.failed.rawValue }
}
