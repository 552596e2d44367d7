import Ports

/// Times and texts as alerts say them.
enum Figures {
    /// The two largest units that count: `48 s`, `3 min 20 s`, `2 h 5 min`, `4 d 6 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "a long time" }
        if seconds < 9.95 {
            let tenths = Int((max(0, seconds) * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(seconds.rounded())
        let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        let first = units.firstIndex { whole >= $0.0 } ?? 3
        var text = "\(whole / units[first].0) \(units[first].1)"
        if first < 3 {
            let next = units[first + 1]
            let rest = whole % units[first].0 / next.0
            if rest > 0 { text += " \(rest) \(next.1)" }
        }
        return text
    }

    /// `2026-11-21 06:00`, as clocks in the project's zone show it.
    static func moment(_ unixMicroseconds: Int, _ zone: ZoneRules) -> String {
        let time = zone.civil(unixMicroseconds)
        return time.date + " " + time.time.prefix(5)
    }

    /// Cut to so many characters, with `…` where something was cut.
    static func cut(_ text: String, _ limit: Int) -> String {
        text.count > limit ? String(text.prefix(max(0, limit - 1))) + "…" : text
    }
}
