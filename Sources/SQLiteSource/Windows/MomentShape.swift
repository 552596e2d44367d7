import Ports

/// How times stand as text in one column: `2026-11-21 06:00:00`, `2026-11-21T06:00:00.123Z`.
///
/// Such texts compare byte by byte. A bound is written as short as it can be, without the zone: whatever a value of that
/// moment has behind it, digits or a zone, it then compares as not less.
struct MomentShape: Equatable, Sendable {
    /// A blank or T.
    var separator = " "
    /// What all values end with: nothing, `Z`, `+02:00`.
    var zone = ""
    /// Of the second's fraction, at least in all values; −1: there are no seconds.
    var digits = 0

    /// Seconds that `zone` is ahead of UTC.
    var offset: Int {
        let text = zone.filter { $0 != " " }
        guard let sign = text.first, sign == "+" || sign == "-", text.count == 6 else { return 0 }
        let minutes = (Int(text.dropFirst().prefix(2)) ?? 0) * 60 + (Int(text.suffix(2)) ?? 0)
        return (sign == "-" ? -60 : 60) * minutes
    }

    /// - Parameters:
    ///   - microseconds: since 1970.
    ///   - isUTC: a moment, which clocks of this zone show as another reading; else that reading.
    func bound(_ microseconds: Int, isUTC: Bool) -> String {
        let reading = isUTC ? microseconds + offset * 1_000_000 : microseconds
        guard reading % 1_000_000 == 0 else {
            let text = Self.text(reading, digits: 6, separator)
            return String(text.dropLast(text.reversed().prefix { $0 == "0" }.count))
        }
        // 10:05:00 is 10:05, and midnight the day itself.
        let text = Self.text(reading, digits: 0, separator)
        if text.hasSuffix("00:00:00") { return String(text.prefix(10)) }
        return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
    }

    /// As the column itself would have it, cut to the digits that all its values have.
    func text(reading microseconds: Int) -> String {
        let unit = digits < 0 ? 60_000_000 : Int(KeyScale.power(6 - min(6, digits)))
        let rest = (microseconds % unit + unit) % unit
        return Self.text(microseconds - rest, digits: max(0, min(6, digits)), separator) + zone
    }

    static func text(_ microseconds: Int, digits: Int, _ separator: String) -> String {
        let unit = Int(KeyScale.power(6 - digits))
        let rest = (microseconds % unit + unit) % unit
        let iso = KeyScale(.time(digits: digits, zone: false))?.text(Int128((microseconds - rest) / unit)) ?? ""
        return iso.prefix(10) + separator + iso.dropFirst(11)
    }

    static func date(_ microseconds: Int) -> String { String(text(microseconds, digits: 0, " ").prefix(10)) }

    /// As julianday() makes it of milliseconds.
    static func julianDay(_ microseconds: Int) -> Double {
        let rest = (microseconds % 1000 + 1000) % 1000
        return Double((microseconds - rest) / 1000 + 210_866_760_000_000) / 86_400_000
    }
}
