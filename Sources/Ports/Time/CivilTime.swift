import Columnar

/// A moment as a calendar and a clock on the wall show it.
package struct CivilTime: Equatable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var microsecond: Int
    /// Of the zone, at that moment: 3600 is +01:00.
    package var offsetSeconds: Int

    /// `unixMicroseconds` since 1970, UTC.
    package init(unixMicroseconds: Int, offsetSeconds: Int = 0) {
        let local = unixMicroseconds + offsetSeconds * 1_000_000
        let (seconds, fraction) = Self.split(local, 1_000_000)
        let (days, time) = Self.split(seconds, 86_400)
        (year, month, day) = Self.date(days: days)
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        microsecond = fraction
        self.offsetSeconds = offsetSeconds
    }

    /// The beginning of a day, UTC; `days` since 1970-01-01.
    package init(days: Int) {
        (year, month, day) = Self.date(days: days)
        (hour, minute, second, microsecond, offsetSeconds) = (0, 0, 0, 0, 0)
    }

    /// Days since 1970-01-01 of the calendar date.
    package var days: Int { Self.days(year: year, month: month, day: day) }

    /// Microseconds of the day.
    package var microsecondsOfDay: Int { ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond }

    package var unixMicroseconds: Int { days * 86_400_000_000 + microsecondsOfDay - offsetSeconds * 1_000_000 }

    /// `20261121`.
    package var compactDate: String { Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2) }

    /// `2026-11-21`.
    package var date: String { Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) }

    /// `06:00:59`.
    package var time: String { Self.padded(hour, 2) + ":" + Self.padded(minute, 2) + ":" + Self.padded(second, 2) }

    /// `+01:00`; UTC is `+00:00`.
    package var offset: String {
        let minutes = abs(offsetSeconds) / 60
        return (offsetSeconds < 0 ? "-" : "+") + Self.padded(minutes / 60, 2) + ":" + Self.padded(minutes % 60, 2)
    }

    /// `2026-11-21T06:00:59.123456+00:00`, with so many digits behind the second.
    package func iso(digits: Int = 6) -> String {
        date + "T" + time + (digits > 0 ? "." + Self.padded(microsecond, 6).prefix(digits) : "") + offset
    }

    /// The reverse of `iso`; also without an offset, which then is `zoneless`, and with a blank for the T.
    package init?(iso text: some StringProtocol, zoneless: (_ local: CivilTime) -> Int = { _ in 0 }) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        let marks: [(Int, [UInt8])] = [(4, [0x2D]), (7, [0x2D]), (10, [0x54, 0x20]), (13, [0x3A]), (16, [0x3A])]
        guard bytes.count >= 19, marks.allSatisfy({ $0.1.contains(bytes[$0.0]) }), let year = number(0..<4),
            let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var position = 19
        var fraction = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            var digits = 0
            while position < bytes.count, let digit = number(position..<position + 1) {
                if digits < 6 { fraction = fraction * 10 + digit }
                digits += 1
                position += 1
            }
            while digits < 6 {
                fraction *= 10
                digits += 1
            }
        }
        let local = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        let rest = bytes[position...]
        var offset: Int?
        if rest.elementsEqual([UInt8(ascii: "Z")]) {
            offset = 0
        } else if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 6,
            let hours = number(position + 1..<position + 3), let minutes = number(position + 4..<position + 6)
        {
            offset = (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
        } else if !rest.isEmpty {
            return nil
        }
        let reading = CivilTime(unixMicroseconds: local * 1_000_000 + fraction)
        let seconds = offset ?? zoneless(reading)
        self.init(unixMicroseconds: reading.unixMicroseconds - seconds * 1_000_000, offsetSeconds: seconds)
    }

    // MARK: - The calendar

    /// Rounded down, with what is left over.
    private static func split(_ value: Int, _ unit: Int) -> (Int, Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
        return remainder < 0 ? (quotient - 1, remainder + unit) : (quotient, remainder)
    }

    package static func padded(_ value: Int, _ width: Int) -> String { CivilDate.padded(value, width) }

    /// Since 1970-01-01.
    package static func days(year: Int, month: Int, day: Int) -> Int {
        CivilDate(year: year, month: month, day: day).days
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let date = CivilDate(days: days)
        return (date.year, date.month, date.day)
    }
}
