/// Takes secrets out of everything that is printed: passwords by their place in URLs and keyword lists, and known secrets
/// wherever they occur (a server may repeat them in an error).
package struct Redactor: Sendable {
    private var secrets: [String] = []
    static let mask = "***"
    /// Shorter secrets would mask parts of ordinary words; by their place they are masked all the same.
    private static let shortest = 4

    package init() {}

    /// Learns the passwords that `source` contains, as written and decoded.
    package init(source: String) { learn(source: source) }

    /// `source` is one whole argument: blanks and quotes in it don't end a URL, as they do within a sentence.
    package mutating func learn(source: String) {
        for range in Self.passwordRanges(in: source, isArgument: true) {
            add(secret: String(source[range]))
            PercentEncoding.decoded(String(source[range])).map { add(secret: $0) }
        }
    }

    package mutating func add(secret: String) {
        guard secret.utf8.count >= Self.shortest, secret != Self.mask, !secrets.contains(secret) else { return }
        // Longest first, so that no tail of a secret stays.
        secrets.append(secret)
        secrets.sort { $0.utf8.count > $1.utf8.count }
    }

    package func redact(_ text: String) -> String {
        var result = text
        for range in Self.passwordRanges(in: text).reversed() { result.replaceSubrange(range, with: Self.mask) }
        for secret in secrets { result = Self.replacing(secret, in: result) }
        return result
    }

    static func containsPassword(_ source: String) -> Bool { !passwordRanges(in: source).isEmpty }

    private static func replacing(_ secret: String, in text: String) -> String {
        let needle = Array(secret.utf8)
        let bytes = Array(text.utf8)
        guard bytes.count >= needle.count else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes.count - index >= needle.count, bytes[index..<index + needle.count].elementsEqual(needle) {
                result += Array(mask.utf8)
                index += needle.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where passwords stand: `scheme://user:HERE@host` (up to the last @ of the authority, so that a password with an @
    /// that was not encoded is masked whole), and `password=HERE` (also `pwd`, `passfile` is none) in queries and lists.
    static func passwordRanges(in text: String, isArgument: Bool = false) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        var search = text.startIndex
        while let separator = next("://", in: text, from: search) {
            search = separator.upperBound
            let end =
                isArgument
                ? text.endIndex
                : text[search...].firstIndex { $0.isWhitespace || "\"'<>".contains($0) } ?? text.endIndex
            guard let at = text[search..<end].lastIndex(of: "@"),
                let colon = text[search..<at].firstIndex(of: ":")
            else { continue }
            ranges.append(text.index(after: colon)..<at)
        }
        for key in ["password", "sslpassword", "pwd"] {
            search = text.startIndex
            while let found = next(key, in: text, from: search) {
                search = found.upperBound
                let before = found.lowerBound > text.startIndex ? text[text.index(before: found.lowerBound)] : " "
                guard !before.isLetter, let value = valueRange(in: text, after: found.upperBound) else { continue }
                if !ranges.contains(where: { $0.overlaps(value) }) { ranges.append(value) }
            }
        }
        return ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// The value of `key = value`, `key='va lue'` or `key=value&…`.
    private static func valueRange(in text: String, after key: String.Index) -> Range<String.Index>? {
        guard let equals = text[key...].firstIndex(where: { $0 != " " }), text[equals] == "=",
            let start = text[text.index(after: equals)...].firstIndex(where: { $0 != " " })
        else { return nil }
        if text[start] == "'" {
            var index = text.index(after: start)
            let first = index
            while index < text.endIndex, text[index] != "'" {
                index = text.index(after: index)
                if text[text.index(before: index)] == "\\", index < text.endIndex { index = text.index(after: index) }
            }
            return first..<index
        }
        return start..<(text[start...].firstIndex { $0.isWhitespace || $0 == "&" } ?? text.endIndex)
    }

    /// Without regard to the case of ASCII letters.
    private static func next(_ needle: String, in text: String, from start: String.Index) -> Range<String.Index>? {
        let wanted = Array(needle.utf8)
        var index = start
        let bytes = text.utf8
        while let end = bytes.index(index, offsetBy: wanted.count, limitedBy: bytes.endIndex) {
            if bytes[index..<end].elementsEqual(wanted, by: { ($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0) == $1 }) {
                return index..<end
            }
            index = bytes.index(after: index)
        }
        return nil
    }
}
