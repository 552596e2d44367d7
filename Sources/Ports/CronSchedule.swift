/// Five fields of cron, each as a set of bits: minute 0–59, hour 0–23, day 1–31, month 1–12, weekday 0–6 (Sunday is 0).
package struct CronSchedule: Equatable, Sendable {
    package var minutes: UInt64
    package var hours: UInt64
    package var days: UInt64
    package var months: UInt64
    package var weekdays: UInt64
    /// Cron's old rule: where both the day and the weekday are restricted, either is enough.
    package var restrictsDays: Bool
    package var restrictsWeekdays: Bool

    /// Which field of a text is wrong, and what it may hold.
    package struct Mistake: Error, Equatable {
        package var field: String
        package var text: String
        package var allowed: String
    }

    private static let fields: [(name: String, range: ClosedRange<Int>, names: [String])] = [
        ("minute", 0...59, []), ("hour", 0...23, []), ("day", 1...31, []),
        ("month", 1...12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        ("weekday", 0...7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    /// Nil where the text has not five fields: it is no cron expression then.
    package init?(_ text: String) throws(Mistake) {
        // Most schedules are words, told apart without taking them to pieces.
        guard text.utf8.reduce(0, { $0 + (Self.isBlank($1) ? 1 : 0) }) >= 4 else { return nil }
        let parts = text.lowercased().utf8.split(whereSeparator: Self.isBlank).map { String(Substring($0)) }
        guard parts.count == 5 else { return nil }
        var sets: [UInt64] = []
        for (part, field) in zip(parts, Self.fields) { sets.append(try Self.set(part, field)) }
        minutes = sets[0]
        hours = sets[1]
        days = sets[2]
        months = sets[3]
        // 7 is Sunday too.
        weekdays = (sets[4] | (sets[4] >> 7 & 1)) & 0x7F
        restrictsDays = !parts[2].hasPrefix("*")
        restrictsWeekdays = !parts[4].hasPrefix("*")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }

    private static func set(
        _ text: String, _ field: (name: String, range: ClosedRange<Int>, names: [String])
    ) throws(Mistake) -> UInt64 {
        let range = field.range
        let mistake = Mistake(
            field: field.name, text: text,
            allowed: "\(range.lowerBound) to \(range.upperBound)"
                + (field.names.isEmpty ? "" : " or \(field.names[0])–\(field.names[field.names.count - 1])"))
        func number(_ text: Substring) -> Int? {
            if let index = field.names.firstIndex(of: String(text)) { return index + (field.name == "month" ? 1 : 0) }
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value)
            else { return nil }
            return value
        }
        var bits: UInt64 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var step = 1
            if parts.count == 2 {
                guard parts[1].utf8.count <= 3, let value = Int(parts[1]), value > 0 else { throw mistake }
                step = value
            }
            var first = range.lowerBound
            var last = range.upperBound
            if parts[0] != "*" {
                let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                guard let low = number(ends[0]), let high = ends.count == 2 ? number(ends[1]) : low, low <= high
                else { throw mistake }
                first = low
                last = ends.count == 1 && parts.count == 2 ? range.upperBound : high
            }
            for value in stride(from: first, through: last, by: step) { bits |= 1 << UInt64(value) }
        }
        return bits
    }
}
