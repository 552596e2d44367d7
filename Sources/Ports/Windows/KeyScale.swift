/// Places the values of a key on a scale of whole numbers, and says them as text again: so that pieces of equal width, and
/// percentiles of a sample, can be computed. Only where bounds lie is decided so; what is compared is the database's.
package struct KeyScale: Sendable {
    private let sort: KeySort

    /// Nil for keys that are not numbers or times.
    package init?(_ sort: KeySort) {
        guard sort.hasScale else { return nil }
        self.sort = sort
    }

    /// Nil for what has no place: infinity, zero dates, numbers with an exponent.
    package func position(_ text: String) -> Int128? {
        switch sort {
        case .integer: return Self.number(text, scale: 0)
        case .decimal(let scale): return Self.number(text, scale: scale)
        // Some databases say a time with it.
        case .date: return Self.time(text, digits: 0).map { Self.split($0, 86_400).0 }
        case .time(let digits, _): return Self.time(text, digits: digits)
        case .text, .binary: return nil
        }
    }

    /// In the form that the databases' parameters take.
    package func text(_ position: Int128) -> String {
        switch sort {
        case .integer: return String(position)
        case .decimal(let scale): return Self.text(position, scale: scale)
        case .date: return Self.date(position)
        case .time(let digits, let zone):
            let second = Self.power(digits)
            let (seconds, fraction) = Self.split(position, second)
            let (days, time) = Self.split(seconds, 86_400)
            let clock = [time / 3600, time / 60 % 60, time % 60].map { Self.padded($0, 2) }.joined(separator: ":")
            return Self.date(days) + "T" + clock + (digits > 0 ? "." + Self.padded(fraction, digits) : "")
                + (zone ? "+00:00" : "")
        case .text, .binary: preconditionFailure("no scale is made of these")
        }
    }

    /// `count` pieces of about the same width between two positions: the bounds between them, ascending, each once.
    package static func evenly(_ low: Int128, _ high: Int128, pieces: Int) -> [Int128] {
        guard pieces > 1, high > low else { return [] }
        // The span is less than 2^127 as both are of at most 38 digits.
        let (width, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow else { return [] }
        let (step, rest) = width.quotientAndRemainder(dividingBy: Int128(pieces))
        guard step > 0 else {
            return stride(from: 1, through: Int(width), by: 1).map { low + Int128($0) }
        }
        // The rest is spread: as one it could be as much as all other pieces together. rest × piece < pieces².
        return (1..<pieces).map { low + step * Int128($0) + rest * Int128($0) / Int128(pieces) }
    }

    /// The bounds between pieces of about as many values each; `values` need not be sorted.
    package static func percentiles(_ values: [Int128], pieces: Int) -> [Int128] {
        guard pieces > 1, values.count > 1 else { return [] }
        let sorted = values.sorted()
        var bounds: [Int128] = []
        for piece in 1..<pieces {
            let bound = sorted[piece * sorted.count / pieces]
            // Below the least value there is nothing to read.
            if bound > sorted[0], bounds.last != bound { bounds.append(bound) }
        }
        return bounds
    }

    // MARK: - Numbers

    /// 10 to the power of at most 38 digits.
    package static func power(_ digits: Int) -> Int128 { (0..<max(0, digits)).reduce(1) { value, _ in value * 10 } }

    private static func number(_ text: String, scale: Int) -> Int128? {
        var bytes = Array(text.utf8.filter { $0 != UInt8(ascii: " ") })[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard !bytes.isEmpty, parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
        // Digits beyond the scale are cut: a bound need not be exact.
        let fraction = Array((parts.count > 1 ? parts[1] : []).prefix(scale))
        let digits = Array(parts[0]) + fraction + [UInt8](repeating: UInt8(ascii: "0"), count: scale - fraction.count)
        guard !digits.isEmpty, digits.count <= 38 + 1, let value = Int128(String(decoding: digits, as: UTF8.self))
        else {
            return nil
        }
        return isNegative ? -value : value
    }

    private static func text(_ value: Int128, scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// Rounded down, with what is left over.
    private static func split(_ value: Int128, _ unit: Int128) -> (Int128, Int128) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
        return remainder < 0 ? (quotient - 1, remainder + unit) : (quotient, remainder)
    }

    private static func padded(_ value: Int128, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: - Times

    private static func day(_ text: Substring) -> Int128? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return Int128(CivilTime.days(year: year, month: month, day: day))
    }

    private static func time(_ text: String, digits: Int) -> Int128? {
        guard text.utf8.count >= 10, let day = day(text.prefix(10)) else { return nil }
        var rest = text.dropFirst(10)
        var seconds = day * 86_400
        var fraction: Int128 = 0
        if rest.first == "T" || rest.first == " " {
            rest = rest.dropFirst()
            let clock = rest.prefix { $0.isNumber || $0 == ":" }
            guard let timeOfDay = Self.seconds(clock.split(separator: ":"), parts: 2...3) else { return nil }
            seconds += timeOfDay
            rest = rest.dropFirst(clock.count)
            if rest.first == "." {
                let behind = rest.dropFirst().prefix { $0.isNumber }
                rest = rest.dropFirst(behind.count + 1)
                let kept = String(behind.prefix(digits))
                fraction = Int128(kept + String(repeating: "0", count: digits - kept.count)) ?? 0
            }
        }
        guard let offset = offset(rest) else { return nil }
        return (seconds - offset) * power(digits) + fraction
    }

    /// Seconds of `+02:00`, `+0200`, `-03`, `Z`; 0 where there is none. Nil for what no clock is ahead or behind.
    private static func offset(_ text: Substring) -> Int128? {
        let text = text.filter { $0 != " " }
        guard let sign = text.first, text != "Z" else { return 0 }
        guard sign == "+" || sign == "-" else { return nil }
        var parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 1, parts[0].utf8.count == 4 { parts = [parts[0].prefix(2), parts[0].suffix(2)] }
        guard parts.allSatisfy({ $0.utf8.count == 2 }), parts.dropFirst().allSatisfy({ $0 < "60" }),
            let seconds = seconds(parts, parts: 1...3), seconds <= 18 * 3600
        else { return nil }
        return sign == "-" ? -seconds : seconds
    }

    /// Of hours, minutes and seconds, of two digits at most.
    private static func seconds(_ words: [Substring], parts: ClosedRange<Int>) -> Int128? {
        guard parts.contains(words.count), words.allSatisfy({ (1...2).contains($0.utf8.count) }) else { return nil }
        let values = words.compactMap { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int128($0) : nil }
        guard values.count == words.count else { return nil }
        return zip(values, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func date(_ days: Int128) -> String { CivilTime(days: Int(clamping: days)).date }
}
