/// What a number is, by the format code of its cell.
///
///     code     := section (";" section)*          up to: positive; negative; zero; text
///     section  := ("[" condition | colour | locale | elapsed "]" | literal | token)*
///     literal  := '"' ... '"' | "\" char | "_" char | "*" char
///     token    := y m d h s AM/PM A/P 0 # ? . , % E+ @ General …
///
/// ECMA-376 part 1, 18.8.31.
struct NumberFormat: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case number
        case percent
        case date
        case time
        case dateTime
        /// `[h]:mm`: hours that do not end at 24.
        case duration
    }

    private struct Section: Equatable, Sendable {
        enum Condition: Equatable, Sendable {
            case less(Double), lessOrEqual(Double), more(Double), moreOrEqual(Double), equal(Double), notEqual(Double)
        }
        var kind: Kind
        var condition: Condition?
        /// Shows nothing, so says nothing of what the number is.
        var isEmpty: Bool
    }

    private let sections: [Section]
    /// Where all sections agree, which is nearly always.
    let onlyKind: Kind?

    init(_ code: String) {
        var parsed: [Section] = []
        var scanner = Scanner(Array(code.utf8))
        while let section = scanner.nextSection() { parsed.append(section) }
        if scanner.hasText, parsed.count > 1 { parsed.removeLast() }
        for index in parsed.indices.dropFirst() where parsed[index].isEmpty { parsed[index].kind = parsed[0].kind }
        sections = parsed
        let first = parsed.first?.kind ?? .number
        onlyKind = parsed.allSatisfy { $0.kind == first } ? first : nil
    }

    /// By the section that applies to the value.
    func kind(of value: Double) -> Kind {
        if let onlyKind { return onlyKind }
        if sections.contains(where: { $0.condition != nil }) {
            for section in sections where section.condition.map({ Self.holds($0, value) }) ?? true {
                return section.kind
            }
            return sections[0].kind
        }
        if value < 0 { return sections[min(1, sections.count - 1)].kind }
        return value == 0 && sections.count > 2 ? sections[2].kind : sections[0].kind
    }

    private static func holds(_ condition: Section.Condition, _ value: Double) -> Bool {
        switch condition {
        case .less(let limit): value < limit
        case .lessOrEqual(let limit): value <= limit
        case .more(let limit): value > limit
        case .moreOrEqual(let limit): value >= limit
        case .equal(let limit): value == limit
        case .notEqual(let limit): value != limit
        }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0
        var isAtEnd = false
        /// The last section shows text (`@`).
        var hasText = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private enum Part { case year, month, day, hour, second, elapsed, halfOfDay }

        mutating func nextSection() -> Section? {
            if isAtEnd { return nil }
            var parts: [Part] = []
            var condition: Section.Condition?
            var hasPercent = false
            hasText = false
            let start = position
            var previous: UInt8 = 0
            scan: while true {
                guard position < bytes.count else {
                    isAtEnd = true
                    break
                }
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: ";"): break scan
                case UInt8(ascii: "\""):
                    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
                    position += 1
                case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): position += 1
                case UInt8(ascii: "["):
                    let inner = bracket()
                    if inner.isElapsed { parts.append(.elapsed) }
                    condition = condition ?? inner.condition
                case UInt8(ascii: "%"): hasPercent = true
                case UInt8(ascii: "@"): hasText = true
                default:
                    switch byte | 0x20 {
                    case UInt8(ascii: "g") where skip("eneral"): break
                    case UInt8(ascii: "a") where skip("m/pm") || skip("/p"): parts.append(.halfOfDay)
                    case UInt8(ascii: "y"): parts.append(.year)
                    case UInt8(ascii: "d"): parts.append(.day)
                    case UInt8(ascii: "h"): parts.append(.hour)
                    case UInt8(ascii: "s"): parts.append(.second)
                    // A run of m is one part; after it was decided, further letters add nothing.
                    case UInt8(ascii: "m") where previous | 0x20 != UInt8(ascii: "m"): parts.append(.month)
                    default: break
                    }
                }
                previous = byte
            }
            position = min(position, bytes.count)
            return Section(
                kind: Self.kind(parts, hasPercent: hasPercent), condition: condition,
                isEmpty: position - start <= (isAtEnd ? 0 : 1))
        }

        /// The rest of a word whose first letter was read, in any case.
        private mutating func skip(_ word: StaticString) -> Bool {
            guard position + word.utf8CodeUnitCount <= bytes.count else { return false }
            for index in 0..<word.utf8CodeUnitCount where bytes[position + index] | 0x20 != word.utf8Start[index] | 0x20
            {
                return false
            }
            position += word.utf8CodeUnitCount
            return true
        }

        private mutating func bracket() -> (isElapsed: Bool, condition: Section.Condition?) {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "]") { position += 1 }
            let inner = bytes[start..<min(position, bytes.count)]
            position += 1
            guard let first = inner.first else { return (false, nil) }
            let letter = first | 0x20
            if inner.allSatisfy({ $0 | 0x20 == letter }), "hms".utf8.contains(letter) { return (true, nil) }
            guard "<>=".utf8.contains(first) else { return (false, nil) }
            let sign = inner.prefix { "<>=".utf8.contains($0) }
            guard let limit = Double(String(decoding: inner.dropFirst(sign.count), as: UTF8.self)) else {
                return (false, nil)
            }
            switch String(decoding: sign, as: UTF8.self) {
            case "<": return (false, .less(limit))
            case "<=": return (false, .lessOrEqual(limit))
            case ">": return (false, .more(limit))
            case ">=": return (false, .moreOrEqual(limit))
            case "=": return (false, .equal(limit))
            case "<>": return (false, .notEqual(limit))
            default: return (false, nil)
            }
        }

        /// `m` is minutes right after hours or right before seconds, else months.
        private static func kind(_ parts: [Part], hasPercent: Bool) -> Kind {
            if parts.contains(.elapsed) { return .duration }
            var hasDate = false
            var hasTime = false
            for (index, part) in parts.enumerated() {
                switch part {
                case .year, .day: hasDate = true
                case .hour, .second, .halfOfDay: hasTime = true
                case .month:
                    let followsHour = index > 0 && parts[index - 1] == .hour
                    let precedesSecond = index + 1 < parts.count && parts[index + 1] == .second
                    if followsHour || precedesSecond { hasTime = true } else { hasDate = true }
                case .elapsed: break
                }
            }
            if hasDate { return hasTime ? .dateTime : .date }
            if hasTime { return .time }
            return hasPercent ? .percent : .number
        }
    }
}

extension NumberFormat {
    /// Formats that files name by number alone. 27 to 36 and 50 to 58 are the dates of East Asian Excels.
    static func builtIn(_ id: Int) -> Kind {
        switch id {
        case 9, 10: .percent
        case 14...17, 27...31, 36, 50...54, 57, 58: .date
        case 18...21, 32...35, 45, 47, 55, 56: .time
        case 22: .dateTime
        case 46: .duration
        default: .number
        }
    }
}
