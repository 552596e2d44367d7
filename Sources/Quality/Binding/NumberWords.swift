/// Numbers in sentences.
enum NumberWords {
    /// `3,000,000`.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return (value < 0 ? "-" : "") + ([rest] + groups).joined(separator: ",")
    }

    static func rows(_ value: Int) -> String { value == 1 ? "1 row" : count(value) + " rows" }

    /// `5 %`, `0.25 %`.
    static func percent(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return (rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int(rounded)) : String(rounded))
            + " %"
    }

    /// `2d`, `90min`, `45s`: the greatest unit that leaves no rest.
    static func duration(_ seconds: Int) -> String {
        for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "min")] where seconds % unit == 0 && seconds != 0 {
            return "\(seconds / unit)\(name)"
        }
        return "\(seconds)s"
    }

    /// `3 d 4 h`, `5 h 12 min`, `40 s`: an age, in its two greatest units.
    static func age(_ seconds: Int) -> String {
        let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        let parts = units.reduce(into: (rest: seconds, words: [String]())) { parts, unit in
            let count = parts.rest / unit.0
            parts.rest %= unit.0
            if count > 0 || !parts.words.isEmpty { parts.words.append("\(count) \(unit.1)") }
        }
        return parts.words.isEmpty ? "0 s" : parts.words.prefix(2).filter { !$0.hasPrefix("0 ") }.joined(separator: " ")
    }
}
