import Ports

extension SheetDate {
    /// `2026-02-12`, `2026-02-12 01:00:59.920529`, `06:00`: what a person would write, nothing lost.
    var plainText: String {
        switch form {
        case .date: dateText
        case .dateTime: dateText + " " + timeText(withSeconds: true)
        case .time, .duration: timeText(withSeconds: microseconds % 60_000_000 != 0)
        }
    }

    /// As a value of a watermark column: a date with a time at midnight stays a date with a time.
    var watermarkText: String? { form == .date || form == .dateTime ? plainText : nil }

    private var dateText: String {
        let date = CivilTime(days: days)
        return Self.digits([(date.year, 4), (date.month, 2), (date.day, 2)], dividedBy: "-")
    }

    private func timeText(withSeconds: Bool) -> String {
        let total = Int(microseconds.magnitude)
        let seconds = total / 1_000_000
        let minutes = [(seconds / 3600, 2), (seconds / 60 % 60, 2)]
        var text = Self.digits(withSeconds ? minutes + [(seconds % 60, 2)] : minutes, dividedBy: ":")
        let fraction = total % 1_000_000
        if fraction != 0 {
            var digits = Self.digits([(fraction, 6)], dividedBy: ".")
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return microseconds < 0 ? "-" + text : text
    }

    /// Numbers with at least so many digits; not negative. Dates are on every row: this is not put together from texts.
    private static func digits(_ fields: [(number: Int, width: Int)], dividedBy divider: Unicode.Scalar) -> String {
        String(unsafeUninitializedCapacity: 24 * fields.count) { bytes in
            var end = 0
            for (index, field) in fields.enumerated() {
                if index > 0 {
                    bytes[end] = UInt8(divider.value)
                    end += 1
                }
                let start = end
                var rest = field.number.magnitude
                while rest > 0 || end - start < field.width {
                    bytes[end] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                    end += 1
                }
                bytes[start..<end].reverse()
            }
            return end
        }
    }
}

/// What days there are in the Gregorian calendar.
enum CivilDate {
    static func isValid(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }
}
