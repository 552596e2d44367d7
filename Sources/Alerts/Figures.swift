import Ports

/// Numbers and times as alerts say them.
enum Figures {
    /// `3 jobs`, `1 job`.
    static func counted(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var digits = Substring(String(number.magnitude))
        var groups: [Substring] = []
        while digits.utf8.count > 3 {
            groups.append(digits.suffix(3))
            digits = digits.dropLast(3)
        }
        groups.append(digits)
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

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

    /// `84.6 MB`.
    static func bytes(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var (tenths, unit) = (count * 10, 0)
        if count > Int.max / 20 { (tenths, unit) = (count / 100, 1) }
        while tenths >= 9995, unit < units.count - 1 {
            tenths = (tenths + 500) / 1000
            unit += 1
        }
        return tenths % 10 == 0 || unit == 0
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
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
