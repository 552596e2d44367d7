/// `90s`, `5m`, `1h30m`, `7 days`, `00:30:00`; or a number without a unit.
enum DurationText: Equatable {
    case seconds(Int)
    case bare(Int)

    init?(_ text: String) {
        let lower = text.lowercased()
        if let number = Int(lower), number > 0, number < 1_000_000_000_000 {
            self = .bare(number)
            return
        }
        guard let seconds = Self.clock(lower) ?? Self.units(lower), seconds > 0 else { return nil }
        self = .seconds(seconds)
    }

    /// Not more than a hundred years: what is longer is a mistake, and sums stay far from overflow.
    private static let longest = 3_155_760_000

    private static func clock(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...5).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(part)
            else { return nil }
            numbers.append(number)
        }
        guard numbers[1] < 60, numbers.count == 2 || numbers[2] < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    private static func units(_ text: String) -> Int? {
        var total = 0
        var rest = text[...]
        while !rest.isEmpty {
            rest = rest.drop { $0 == " " }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let unit = rest.prefix { $0 != " " && !("0"..."9").contains($0) }
            rest = rest.dropFirst(unit.count)
            guard digits.utf8.count <= 10, let number = Int(digits), let factor = factor(unit),
                number <= longest / factor
            else { return nil }
            total += number * factor
            guard total <= longest else { return nil }
        }
        return total
    }

    private static func factor(_ unit: Substring) -> Int? {
        switch unit {
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        case "d", "day", "days": 86_400
        case "w", "week", "weeks": 604_800
        default: nil
        }
    }

    static func words(_ seconds: Int) -> String {
        var rest = seconds
        var text = ""
        for (unit, factor) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] where rest >= factor {
            text += (text.isEmpty ? "" : " ") + "\(rest / factor)\(unit)"
            rest %= factor
        }
        return text.isEmpty ? "0s" : text
    }
}
