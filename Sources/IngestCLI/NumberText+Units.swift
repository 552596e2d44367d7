import Ports

/// Further numbers as people read them on a terminal.
extension NumberText {
    /// Rounded to `digits` places behind the point; values beyond 2^53 lose what a double has not.
    package static func fixed(_ value: Double, digits: Int, trimming: Bool = false) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let units = (abs(value) * Double(scale)).rounded()
        guard units < 9e18 else { return "\(value)" }
        let whole = Int(units) / scale
        var text = (value < 0 && units > 0 ? "-" : "") + String(whole)
        guard digits > 0 else { return text }
        let rest = String(Int(units) % scale)
        var fraction = String(repeating: "0", count: digits - rest.count) + rest
        if trimming { while fraction.hasSuffix("0") { fraction.removeLast() } }
        if !fraction.isEmpty { text += "." + fraction }
        return text
    }

    /// Decimal units: `999 B`, `84.6 MB`.
    package static func bytes(_ count: Int) -> String {
        if count < 1000 { return "\(count) B" }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(count) / 1000
        var unit = 0
        while value >= 999.95, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return fixed(value, digits: 1) + " " + units[unit]
    }

    /// `12.3 s`, `4:05`, `1:02:03`.
    package static func duration(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        if seconds < 59.95 { return fixed(seconds, digits: seconds < 9.995 ? 2 : 1) + " s" }
        guard seconds < 1e12 else { return "∞" }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
