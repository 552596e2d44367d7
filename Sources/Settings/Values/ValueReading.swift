import Ports

/// Reads one value as the kind that its key asks for.
struct ValueReading {
    /// Why a value is not what its key allows.
    struct Refusal: Error, Equatable {
        var message: String
    }

    private let kind: SettingKind
    private let takesReferences: Bool
    private let isText: Bool

    /// - Parameter isText: environment variables are text, whatever the key.
    init(_ key: SettingKey, isText: Bool = false) {
        kind = key.kind
        takesReferences = key.takesReferences
        self.isText = isText
    }

    func read(_ value: TOMLValue) throws(Refusal) -> SettingValue {
        switch kind {
        case .texts, .choices: return try list(value)
        case .boolean:
            if case .boolean(let flag) = value { return .boolean(flag) }
        case .integer(let range):
            if case .integer(let number) = value, range.contains(number) { return .integer(number) }
            if case .integer(let number) = value { throw refusal("\(number)") }
        case .number(let range):
            if case .integer(let number) = value, range.contains(Double(number)) { return .number(Double(number)) }
            if case .float(let number) = value, range.contains(number) { return .number(number) }
            if case .float(let number) = value { throw refusal(NumberWords.short(number)) }
        case .size(let range):
            if case .integer(let number) = value, range.contains(number) { return .size(bytes: number) }
            if case .integer(let number) = value { throw refusal("\(number)") }
        case .duration(let range):
            // The earlier framework writes seconds as plain numbers.
            if case .integer(let number) = value, range.contains(Double(number)) {
                return .duration(seconds: Double(number))
            }
            if case .integer(let number) = value { throw refusal("\(number)") }
            if case .float(let number) = value, range.contains(number) { return .duration(seconds: number) }
        default: break
        }
        return try text(of: value)
    }

    private func text(of value: TOMLValue) throws(Refusal) -> SettingValue {
        guard let text = scalarText(value) else {
            throw Refusal(message: "is \(value.kindName), but must be \(kind.allowed)")
        }
        if mayBeReference, let reference = SecretReference(text) {
            guard takesReferences else {
                throw Refusal(
                    message: "\(quoted(text)) is a reference, which cannot stand here: write the value itself")
            }
            return .reference(reference)
        }
        switch kind {
        case .secret, .anySecrets: return .secret(text)
        case .text, .path, .anyKeys: return .text(text)
        case .url(let schemes): return try url(text, schemes)
        case .choice(let words): return .text(try word(text, of: words))
        case .sourceType:
            guard let type = SourceType(name: text) else {
                throw Refusal(message: nearest(text, SourceType.allCases.map(\.rawValue)))
            }
            return .text(type.rawValue)
        case .compression: return .text(try compression(text))
        case .timezone:
            guard Self.mayBeTimezone(text) else { throw refusal(quoted(text)) }
            return .text(text)
        case .size(let range):
            guard let bytes = ByteSize.bytes(text), range.contains(bytes) else { throw refusal(quoted(text)) }
            return .size(bytes: bytes)
        case .duration(let range):
            let seconds = TimeLength.seconds(text) ?? (isText ? Double(text) : nil)
            guard let seconds, range.contains(seconds) else { throw refusal(quoted(text)) }
            return .duration(seconds: seconds)
        case .boolean where isText: return .boolean(try flag(text))
        case .integer(let range) where isText:
            guard let number = Int(text), range.contains(number) else { throw refusal(quoted(text)) }
            return .integer(number)
        case .number(let range) where isText:
            guard let number = Double(text), range.contains(number) else { throw refusal(quoted(text)) }
            return .number(number)
        case .integer(let range):
            // `port = "5432"` says what is meant; the earlier framework's files have it.
            guard let number = Int(text), range.contains(number) else { throw refusal(quoted(text)) }
            return .integer(number)
        case .boolean: return .boolean(try flag(text))
        case .number, .texts, .choices: throw Refusal(message: "is \(value.kindName), but must be \(kind.allowed)")
        }
    }

    private var mayBeReference: Bool {
        switch kind {
        case .secret, .anySecrets, .text, .path, .anyKeys, .url: true
        default: false
        }
    }

    /// Numbers, flags and dates where text is wanted: a password of digits without quotes, a driver's `Encrypt = true`.
    private func scalarText(_ value: TOMLValue) -> String? {
        switch value {
        case .string(let text), .date(let text): text
        case .integer(let number): kind == .secret || acceptsNumbers ? String(number) : nil
        case .boolean(let flag): kind == .anyKeys || acceptsNumbers ? (flag ? "true" : "false") : nil
        case .float(let number): kind == .anyKeys ? NumberWords.short(number) : nil
        case .array, .table: nil
        }
    }

    private var acceptsNumbers: Bool { kind == .text || kind == .anyKeys }

    private func list(_ value: TOMLValue) throws(Refusal) -> SettingValue {
        var texts: [String] = []
        switch value {
        case .string(let text): texts = isText ? Self.split(text) : [text]
        case .boolean(let flag) where kind == .texts: texts = [flag ? "true" : "false"]
        case .array(let values):
            for element in values {
                guard case .string(let text) = element else {
                    throw Refusal(message: "has \(element.kindName) in its list, but must be \(kind.allowed)")
                }
                texts.append(text)
            }
        default: throw Refusal(message: "is \(value.kindName), but must be \(kind.allowed)")
        }
        if case .choices(let words) = kind {
            var checked: [String] = []
            for text in texts { checked.append(try word(text, of: words)) }
            texts = checked
        }
        return .texts(texts)
    }

    private func word(_ text: String, of words: [String]) throws(Refusal) -> String {
        let plain = Self.plain(text)
        if let word = words.first(where: { Self.plain($0) == plain }) { return word }
        throw Refusal(message: nearest(text, words))
    }

    private func flag(_ text: String) throws(Refusal) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1", "on": true
        case "false", "no", "0", "off": false
        default: throw refusal(quoted(text))
        }
    }

    private func url(_ text: String, _ schemes: [String]) throws(Refusal) -> SettingValue {
        guard let end = text.firstRange(of: "://") else { throw refusal(quoted(text)) }
        let scheme = text[..<end.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            let near = NearestName.suggestion(for: scheme, among: schemes).map { "; did you mean \($0)://?" } ?? ""
            throw Refusal(message: "\(quoted(text)) is not \(kind.allowed)\(near)")
        }
        guard end.upperBound < text.endIndex, !text.contains(where: \.isWhitespace) else { throw refusal(quoted(text)) }
        return .text(text)
    }

    private func compression(_ text: String) throws(Refusal) -> String {
        let parts = text.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("zstd", 1), ("snappy", 1), ("gzip", 1), ("lz4", 1), ("none", 1): return text.lowercased()
        case ("zstd", 2): if let level = Int(parts[1]), (1...22).contains(level) { return "zstd:\(level)" }
        case ("gzip", 2): if let level = Int(parts[1]), (1...9).contains(level) { return "gzip:\(level)" }
        default: break
        }
        throw refusal(quoted(text))
    }

    private func refusal(_ shown: String) -> Refusal { Refusal(message: "\(shown) is not \(kind.allowed)") }

    private func nearest(_ text: String, _ words: [String]) -> String {
        let near = NearestName.suggestion(for: Self.plain(text), among: words.map(Self.plain))
        let word = near.flatMap { found in words.first { Self.plain($0) == found } }
        return "\(quoted(text)) is not \(kind.allowed)" + (word.map { "; did you mean \"\($0)\"?" } ?? "")
    }

    private func quoted(_ text: String) -> String { VisibleText.quoted(text) }

    /// `verify_full` is `verify-full`.
    private static func plain(_ text: String) -> String {
        String(text.lowercased().map { $0 == "_" ? "-" : $0 })
    }

    /// In a variable, a list is separated by commas.
    private static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { part in
            let start = part.drop { $0 == " " }
            return String(
                start.prefix(
                    (start.lastIndex { $0 != " " }).map { start.distance(from: start.startIndex, to: $0) + 1 } ?? 0))
        }.filter { !$0.isEmpty }
    }

    /// Whether it looks like a name of the tz database; whether the system has it is found out where it is used.
    private static func mayBeTimezone(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) else { return false }
        let allowed = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || [UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0)
        }
        return allowed && text.utf8.count <= 64
    }
}
