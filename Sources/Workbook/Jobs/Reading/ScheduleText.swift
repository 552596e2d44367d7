import Ports

/// `daily 06:00`, `06:00`, `hourly`, `weekly mon 06:00`, `monthly 1 06:00`, or cron.
enum ScheduleText {
    /// Nil where it is nothing of that.
    static func schedule(_ text: String) throws(CronSchedule.Mistake) -> JobSchedule? {
        if let cron = try CronSchedule(text) { return .cron(cron) }
        var words = text.lowercased().split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
        if words.first?.hasPrefix("@") == true { words[0].removeFirst() }
        words.removeAll { $0 == "at" || $0 == "on" }
        switch (words.first, words.count) {
        case ("hourly", 1): return try cron("0 * * * *")
        case ("daily", 1): return .daily(minuteOfDay: 0)
        case ("daily", 2): return minute(words[1]).map { .daily(minuteOfDay: $0) }
        case ("weekly", 2...3):
            guard let minute = words.count == 3 ? minute(words[2]) : 0 else { return nil }
            return try cron("\(minute % 60) \(minute / 60) * * \(words[1].prefix(3))")
        case ("monthly", 2...3):
            guard let minute = words.count == 3 ? minute(words[2]) : 0 else { return nil }
            return try cron("\(minute % 60) \(minute / 60) \(words[1]) * *")
        case (let clock?, 1): return minute(clock).map { .daily(minuteOfDay: $0) }
        default: return nil
        }
    }

    private static func cron(_ text: String) throws(CronSchedule.Mistake) -> JobSchedule? {
        try CronSchedule(text).map { .cron($0) }
    }

    /// `6:00`, `06:00:00`.
    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
            let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    static func clock(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minute / 60) + ":" + two(minute % 60)
    }
}
