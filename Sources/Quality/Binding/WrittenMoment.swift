import Columnar
import Ports

/// Days and times as a person wrote them, in a column's own units.
enum WrittenMoment {
    /// Days since 1970-01-01.
    static func days(_ text: String) -> Int128? {
        guard text.utf8.count == 10, let scale = KeyScale(.date), let days = scale.position(text),
            // The calendar has the day: 2026-02-30 would be another.
            scale.text(days) == text
        else { return nil }
        return days
    }

    /// Units since 1970-01-01T00:00:00 of `2026-11-21 06:00`, `2026-11-21T06:00:59.5+01:00`, or of a day alone, which is its
    /// first unit. Nil for an offset where the column has no zone: it would be taken off, and the end would be another.
    static func units(_ text: String, _ unit: TimeUnit, utc: Bool) -> Int128? {
        guard text.utf8.count >= 10, days(String(text.prefix(10))) != nil, isClock(text.dropFirst(10)) else {
            return nil
        }
        let digits = unit == .microseconds ? 6 : 9
        // A digit that the column does not have would be cut, and the end would be another.
        let fraction = text.split(separator: ".", maxSplits: 1).dropFirst().first?.prefix { $0.isNumber }
        guard (fraction?.utf8.count ?? 0) <= digits, utc || !hasOffset(text) else { return nil }
        return KeyScale(.time(digits: digits, zone: utc))?.position(text)
    }

    static func unitsPerDay(_ unit: TimeUnit) -> Int128 {
        unit == .microseconds ? 86_400_000_000 : 86_400_000_000_000
    }

    /// Microseconds since midnight of `06:00`, `06:00:59.5`.
    static func time(_ text: String) -> Int128? {
        isClock("T" + text) ? units("1970-01-01T" + text, .microseconds, utc: false) : nil
    }

    /// Behind the clock of a text that is long enough to be a day.
    private static func hasOffset(_ text: String) -> Bool {
        !text.dropFirst(11).allSatisfy { $0.isNumber || $0 == ":" || $0 == "." || $0 == " " }
    }

    /// Hours to 23, minutes and seconds to 59; what follows them is judged by the scale.
    private static func isClock(_ text: Substring) -> Bool {
        guard let first = text.first else { return true }
        guard first == "T" || first == " " else { return false }
        let parts = text.dropFirst().prefix { $0.isNumber || $0 == ":" }.split(
            separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return false }
        return zip(parts, [24, 60, 60]).allSatisfy { part, limit in
            part.utf8.count == 2 && (Int(part) ?? limit) < limit
        }
    }

    private static func isClock(_ text: String) -> Bool { isClock(Substring(text)) }
}
