/// Cells of type `d`: `2026-03-31`, `13:45:30.123`, `2026-03-31T13:45:30Z`, `PT1H30M`. ECMA-376 part 1, 18.17.4.
enum ISODate {
    static func parse(_ text: String) -> SheetDate? {
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "P") { return duration(rest.dropFirst()) }
        if rest.last == UInt8(ascii: "Z") { rest = rest.dropLast() }
        let hasDate = rest.count >= 10 && rest.dropFirst(4).first == UInt8(ascii: "-")
        var days = 0
        if hasDate {
            guard let parsed = date(rest.prefix(10)) else { return nil }
            days = parsed
            rest = rest.dropFirst(10)
            if rest.isEmpty { return SheetDate(form: .date, days: days, microseconds: 0) }
            guard rest.first == UInt8(ascii: "T") || rest.first == UInt8(ascii: " ") else { return nil }
            rest = rest.dropFirst()
        } else if rest.first == UInt8(ascii: "T") {
            rest = rest.dropFirst()
        }
        guard let time = time(rest) else { return nil }
        return SheetDate(form: hasDate ? .dateTime : .time, days: days, microseconds: time)
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar.
    static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let before = year - 1
        return before * 365 + before / 4 - before / 100 + before / 400 + lengths[..<(month - 1)].reduce(0, +) + day - 1
            - 719_162
    }

    private static func date(_ text: Substring.UTF8View) -> Int? {
        let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { number($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
        return days(year: year, month: month, day: day)
    }

    private static func time(_ text: Substring.UTF8View) -> Int? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = number(parts[0]), let minute = number(parts[1]),
            hour < 24, minute < 60
        else { return nil }
        var microseconds = (hour * 60 + minute) * 60_000_000
        if parts.count == 3 {
            guard let seconds = seconds(parts[2]), seconds < 60_000_000 else { return nil }
            microseconds += seconds
        }
        return microseconds
    }

    /// `30.123` in microseconds; further digits are cut.
    private static func seconds(_ text: Substring.UTF8View) -> Int? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = number(parts[0]) else { return nil }
        guard parts.count == 2 else { return whole * 1_000_000 }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        var fraction = 0
        for index in 0..<6 {
            fraction = fraction * 10 + (parts[1].dropFirst(index).first.map { Int($0) - 0x30 } ?? 0)
        }
        return whole * 1_000_000 + fraction
    }

    private static func duration(_ text: Substring.UTF8View) -> SheetDate? {
        guard text.first == UInt8(ascii: "T") else { return nil }
        var rest = text.dropFirst()
        var total = 0
        var found = false
        for (unit, factor) in [("H", 3600), ("M", 60), ("S", 1)] {
            guard let place = rest.firstIndex(of: unit.utf8.first!) else { continue }
            guard let value = unit == "S" ? seconds(rest[..<place]) : number(rest[..<place]).map({ $0 * 1_000_000 })
            else {
                return nil
            }
            total += value * factor
            found = true
            rest = rest[rest.index(after: place)...]
        }
        return found && rest.isEmpty ? SheetDate(form: .duration, days: 0, microseconds: total) : nil
    }

    private static func number(_ text: Substring.UTF8View) -> Int? {
        guard !text.isEmpty, text.count <= 8, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
}
