import Ports

/// What a text looks like as a value of a watermark. `KeyScale` takes what databases write; people write more.
enum WatermarkShape {
    /// Whether a date and time ends in an offset or Z.
    static func hasZone(_ text: String) -> Bool {
        let time = text.dropFirst(10)
        return time.contains("Z") || time.contains("z") || time.contains("+") || time.contains("-")
    }

    /// Digits behind the point, without zeros at their end.
    static func fraction(_ text: String, behind point: Character) -> Int {
        guard let start = text.firstIndex(of: point) else { return 0 }
        var digits = text[text.index(after: start)...].prefix { ("0"..."9").contains($0) }
        while digits.last == "0" { digits.removeLast() }
        return digits.count
    }

    /// A day that exists and, behind it, a time of day that a clock shows.
    static func isReal(_ text: String) -> Bool {
        guard let days = KeyScale(.date), let day = days.position(String(text.prefix(10))),
            days.text(day) == text.prefix(10)
        else { return false }
        let rest = text.dropFirst(10)
        guard let first = rest.first else { return true }
        guard first == " " || first == "T" else { return false }
        let clock = rest.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ":" }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }) else { return false }
        return zip(parts, [24, 60, 60]).allSatisfy { part, limit in Int(part).map { $0 < limit } ?? false }
    }
}
