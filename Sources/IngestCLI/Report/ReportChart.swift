import Alerts
import Ports
import Records

/// Small charts as inline SVG, without text inside: words stand beside them, where they keep their size on a phone.
enum ReportChart {
    struct Bar {
        var value: Double
        /// Drawn above the value, in the colour of failures.
        var bad = 0.0
        var title: String
    }

    /// A bar for each day.
    static func bars(_ bars: [Bar], label: String) -> String {
        let (width, height, gap) = (Double(bars.count) * 20, 110.0, 5.0)
        let most = max(bars.map { $0.value + $0.bad }.max() ?? 0, .leastNonzeroMagnitude)
        var out = open(width: width, height: height, label: label, kind: "bars")
        out += "<path class=\"base\" d=\"M0 \(Int(height) - 1)h\(Int(width))\"/>"
        for (index, bar) in bars.enumerated() {
            let x = Double(index) * 20 + gap / 2
            var top = height - 1
            for (value, kind) in [(bar.value, "b"), (bar.bad, "x")] where value > 0 {
                let size = max(2, value / most * (height - 6))
                top -= size
                out +=
                    "<rect class=\"\(kind)\" x=\"\(short(x))\" y=\"\(short(top))\" width=\"\(short(20 - gap))\" "
                    + "height=\"\(short(size))\" rx=\"1.5\"/>"
            }
            out +=
                "<rect class=\"hit\" x=\"\(index * 20)\" y=\"0\" width=\"20\" height=\"\(Int(height))\"><title>"
                + HTMLText.escaped(bar.title) + "</title></rect>"
        }
        return out + "</svg>"
    }

    /// A bar for each load, the newest on the right; a failed one is a cross at the foot.
    static func loads(_ attempts: [AuditDigest.Attempt], label: String) -> String {
        var out = open(width: 120, height: 26, label: label, kind: "spark")
        let most = Double(max(1, attempts.map(\.rows).max() ?? 1))
        var (good, bad) = ("", "")
        for (attempt, index) in zip(attempts, (AuditDigest.depth - attempts.count)...) {
            let x = index * 4
            if attempt.isGood {
                let size = attempt.rows == 0 ? 1 : max(2, Double(attempt.rows) / most * 24)
                good += "M\(x) 25v-\(short(size))h3V25z"
            } else if attempt.isBad {
                bad += "M\(x) 21l3 4m0-4l-3 4"
            }
        }
        if !good.isEmpty { out += "<path class=\"b\" d=\"\(good)\"/>" }
        if !bad.isEmpty { out += "<path class=\"cross\" d=\"\(bad)\"/>" }
        return out + "</svg>"
    }

    /// How long loads took.
    static func line(_ values: [Double], label: String) -> String {
        var out = open(width: 120, height: 26, label: label, kind: "spark")
        let most = max(values.max() ?? 0, .leastNonzeroMagnitude)
        let points = values.enumerated().map { index, value -> String in
            let x = 118 - (values.count - 1 - index) * 4
            return "\(x) \(short(24 - value / most * 22))"
        }
        if values.count > 1 { out += "<polyline class=\"l\" points=\"\(points.joined(separator: " "))\"/>" }
        if let last = points.last?.split(separator: " ") {
            out += "<circle class=\"d\" cx=\"\(last[0])\" cy=\"\(last[1])\" r=\"2\"/>"
        }
        return out + "</svg>"
    }

    private static func open(width: Double, height: Double, label: String, kind: String) -> String {
        let stretch =
            kind == "bars" ? " preserveAspectRatio=\"none\"" : " width=\"\(Int(width))\" height=\"\(Int(height))\""
        return
            "<svg class=\"\(kind)\" viewBox=\"0 0 \(Int(width)) \(Int(height))\"\(stretch) role=\"img\" aria-label=\""
            + HTMLText.escaped(label) + "\">"
    }

    private static func short(_ value: Double) -> String { NumberText.fixed(value, digits: 1, trimming: true) }
}
