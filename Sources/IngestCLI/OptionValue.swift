import Parquet
import Ports

/// Reads the values of options; each error names the option, the value and what is allowed.
enum OptionValue {
    static func choice<T>(
        _ arguments: ParsedArguments, _ option: String, _ choices: [String: T], default fallback: T
    ) throws(UsageFault) -> T {
        guard let text = arguments.value(option) else { return fallback }
        if let value = choices[text.lowercased()] { return value }
        throw UsageFault("--\(option) '\(text)' is not one of \(choices.keys.sorted().joined(separator: ", "))")
    }

    static func integer(
        _ arguments: ParsedArguments, _ option: String, _ range: ClosedRange<Int>
    ) throws(UsageFault) -> Int? {
        guard let text = arguments.value(option) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let allowed =
                range.upperBound == Int.max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw UsageFault("--\(option) '\(text)' is not a whole number \(allowed)")
        }
        return value
    }

    /// `a,"b,c",d` over all occurrences of the option. Blanks around a name without quotes don't belong to it.
    static func names(_ texts: [String], option: String) throws(UsageFault) -> [String] {
        var names: [String] = []
        for text in texts {
            for name in try split(text, option: option) {
                guard !name.isEmpty else {
                    throw UsageFault(
                        "--\(option) '\(text)' has an empty name", remedy: "Separate names by single commas.")
                }
                guard !names.contains(name) else { throw UsageFault("--\(option) names '\(name)' twice") }
                names.append(name)
            }
        }
        return names
    }

    private static func split(_ text: String, option: String) throws(UsageFault) -> [String] {
        var names: [String] = []
        var name = ""
        var wasQuoted = false
        var quoted = false
        var characters = Array(text)[...]
        func finished() -> String {
            if wasQuoted { return name }
            let trimmed = name.drop(while: \.isWhitespace)
            return String(
                trimmed.prefix(
                    upTo: (trimmed.lastIndex { !$0.isWhitespace }).map(trimmed.index(after:)) ?? trimmed.startIndex))
        }
        while let character = characters.popFirst() {
            switch character {
            case "\"" where quoted && characters.first == "\"":
                name.append("\"")
                characters.removeFirst()
            case "\"":
                quoted.toggle()
                if quoted {
                    wasQuoted = true
                    name = ""
                }
            case "," where !quoted:
                names.append(finished())
                name = ""
                wasQuoted = false
            default: if quoted || !wasQuoted { name.append(character) }
            }
        }
        if quoted { throw UsageFault("--\(option) '\(text)' has a double quote that is not closed") }
        names.append(finished())
        return names
    }

    static func compression(_ text: String?, profile: Profile) throws(UsageFault) -> Compression {
        guard let text else { return profile == .legacy ? Compression(.snappy) : .zstd }
        let parts = text.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let codecs: [Substring: (Codec, ClosedRange<Int>?)] = [
            "zstd": (.zstd, 1...22), "gzip": (.gzip, 1...9), "snappy": (.snappy, nil), "lz4": (.lz4Raw, nil),
            "none": (.none, nil),
        ]
        guard let (codec, levels) = codecs[parts[0]] else {
            throw UsageFault(
                "--compression '\(text)' is not one of zstd, zstd:LEVEL, snappy, gzip, gzip:LEVEL, lz4, none")
        }
        guard parts.count == 2 else { return Compression(codec) }
        guard let levels else { throw UsageFault("--compression '\(text)': \(parts[0]) has no levels") }
        guard let level = Int(parts[1]), levels.contains(level) else {
            throw UsageFault(
                "--compression '\(text)': the level is a whole number from \(levels.lowerBound) to \(levels.upperBound)"
            )
        }
        return Compression(codec, level: level)
    }

    static func wideNumeric(_ text: String?) throws(UsageFault) -> TypeChoices.WideNumeric {
        guard let text else { return TypeChoices().wideNumeric }
        switch text.lowercased() {
        case "string": return .text
        case "double": return .double
        default:
            let digits = text.lowercased().filter { !$0.isWhitespace }
            guard digits.hasPrefix("decimal("), digits.hasSuffix(")") else { break }
            let numbers = digits.dropFirst(8).dropLast().split(separator: ",", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1], (1...38).contains(precision),
                (0...precision).contains(scale)
            else { break }
            return .decimal(precision: precision, scale: scale)
        }
        throw UsageFault(
            "--wide-numeric '\(text)' is not string, double, or decimal(P,S) with P from 1 to 38 and S from 0 to P")
    }

    /// Seconds; infinity for 0, which means "wait for ever".
    static func duration(_ text: String, option: String) throws(UsageFault) -> Double {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        let (unit, factor) = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let digits = text.dropLast(unit.count)
        guard !digits.isEmpty, digits.utf8.count <= 9, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), !unit.isEmpty || number == 0
        else {
            throw UsageFault("--\(option) '\(text)' is not a time such as 90s, 5m or 1h")
        }
        return number == 0 ? .infinity : Double(number) * factor
    }
}
