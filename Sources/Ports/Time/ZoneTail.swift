/// What holds after the last transition that is listed: `CET-1CEST,M3.5.0,M10.5.0/3`, as POSIX writes a zone with the
/// extension of RFC 8536 that hours may reach from -167 to 167.
struct ZoneTail: Sendable {
    private enum Day: Sendable {
        /// 1 to 365, never 29 February.
        case julian(Int)
        /// 0 to 365.
        case ofYear(Int)
        /// The week counts from 1; 5 is the last. Sunday is 0.
        case weekday(month: Int, week: Int, day: Int)
    }

    private struct Change: Sendable {
        var day: Day
        var seconds: Int
    }

    private let standard: Int
    private var summer: Int?
    private var begins: Change?
    private var ends: Change?

    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.takeName(&rest), let west = Self.takeTime(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else { return }
        guard Self.takeName(&rest) else { return nil }
        if rest.first != "," {
            guard let west = Self.takeTime(&rest) else { return nil }
            summer = -west
        } else {
            summer = standard + 3600
        }
        let parts = rest.split(separator: ",")
        guard parts.count == 2, let begins = Self.change(parts[0]), let ends = Self.change(parts[1]) else { return nil }
        (self.begins, self.ends) = (begins, ends)
    }

    func offset(at moment: Int) -> Int {
        guard let summer, let begins, let ends else { return standard }
        let year = CivilTime(unixMicroseconds: moment * 1_000_000, offsetSeconds: standard).year
        // Each change happens at a time of the clock that ran before it.
        let start = Self.seconds(begins, year) - standard
        let end = Self.seconds(ends, year) - summer
        let isSummer = start < end ? (start..<end).contains(moment) : !(end..<start).contains(moment)
        return isSummer ? summer : standard
    }

    private static func seconds(_ change: Change, _ year: Int) -> Int {
        let first = CivilTime.days(year: year, month: 1, day: 1)
        let day: Int
        switch change.day {
        case .ofYear(let number): day = first + number
        case .julian(let number):
            let isLeap = CivilTime.days(year: year + 1, month: 1, day: 1) - first == 366
            day = first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let wanted):
            let start = CivilTime.days(year: year, month: month, day: 1)
            let next =
                month == 12
                ? CivilTime.days(year: year + 1, month: 1, day: 1)
                : CivilTime.days(year: year, month: month + 1, day: 1)
            // 1970-01-01 was a Thursday.
            let weekday = (start % 7 + 11) % 7
            var found = start + (wanted - weekday + 7) % 7 + (week - 1) * 7
            while found >= next { found -= 7 }
            day = found
        }
        return day * 86_400 + change.seconds
    }

    /// Letters, or anything in `<…>`.
    private static func takeName(_ rest: inout Substring) -> Bool {
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isLetter }
        rest = rest[name.endIndex...]
        return name.count >= 3
    }

    /// `-1`, `5:30`, `+02:00:00`, in seconds.
    private static func takeTime(_ rest: inout Substring) -> Int? {
        var sign = 1
        if rest.first == "-" || rest.first == "+" {
            sign = rest.removeFirst() == "-" ? -1 : 1
        }
        let text = rest.prefix { $0.isNumber || $0 == ":" }
        rest = rest[text.endIndex...]
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...3).contains(parts.count), !parts.contains(nil) else { return nil }
        return sign * zip(parts, [3600, 60, 1]).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
    }

    private static func change(_ text: Substring) -> Change? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first else { return nil }
        var seconds = 7200
        if parts.count == 2 {
            var rest = parts[1]
            guard let time = takeTime(&rest), rest.isEmpty else { return nil }
            seconds = time
        }
        let day: Day
        if first.first == "M" {
            let numbers = first.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2])
            else { return nil }
            day = .weekday(month: numbers[0], week: numbers[1], day: numbers[2])
        } else if first.first == "J" {
            guard let number = Int(first.dropFirst()), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = Int(first), (0...365).contains(number) else { return nil }
            day = .ofYear(number)
        }
        return Change(day: day, seconds: seconds)
    }
}
