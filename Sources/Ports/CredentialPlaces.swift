/// Where in a text credentials stand, whatever they are:
///
///     scheme://user:HERE@host            up to the last @ of the authority: also an @ that was not encoded is masked
///     password=HERE  pwd={HERE};  token = "HERE"  api_key='HERE'  sig=HERE&…
///     "password": "HERE"
///     Authorization: Bearer HERE
///
/// A reference such as `${env:NAME}` in such a place is none: it may be shown.
package enum CredentialPlaces {
    private static let keys = [
        "password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "account_key", "accountkey", "access_key",
        "accesskey", "signature", "sig",
    ]

    /// In order, without overlaps.
    /// - Parameter isArgument: the text is one whole argument: blanks and quotes in it don't end a URL, as they do within a
    ///   sentence.
    package static func ranges(in text: String, isArgument: Bool = false) -> [Range<String.Index>] {
        var ranges = userPasswords(in: text, isArgument: isArgument)
        func add(_ range: Range<String.Index>?) {
            guard let range, !range.isEmpty, SecretReference(String(text[range])) == nil,
                !ranges.contains(where: { $0.overlaps(range) })
            else { return }
            ranges.append(range)
        }
        let lower = Array(text.utf8.map { ($0 >= 0x41 && $0 <= 0x5A) ? $0 | 0x20 : $0 })
        for key in keys {
            for end in ends(of: Array(key.utf8), in: lower, startingWords: key == "sig" || key == "pwd") {
                add(value(in: text, after: text.utf8.index(text.startIndex, offsetBy: end)))
            }
        }
        for end in ends(of: Array("authorization".utf8), in: lower, startingWords: false) {
            add(authorization(in: text, after: text.utf8.index(text.startIndex, offsetBy: end)))
        }
        return ranges.sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func userPasswords(in text: String, isArgument: Bool) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        var search = text.startIndex
        while let separator = text[search...].firstRange(of: "://") {
            search = separator.upperBound
            let end =
                isArgument
                ? text.endIndex
                : text[search...].firstIndex { $0.isWhitespace || "\"'<>".contains($0) } ?? text.endIndex
            guard let at = text[search..<end].lastIndex(of: "@"),
                let colon = text[search..<at].firstIndex(of: ":")
            else { continue }
            let range = text.index(after: colon)..<at
            if !range.isEmpty, SecretReference(String(text[range])) == nil { ranges.append(range) }
            search = at
        }
        return ranges
    }

    /// The offsets behind each occurrence of `word`.
    private static func ends(of word: [UInt8], in bytes: [UInt8], startingWords: Bool) -> [Int] {
        guard bytes.count > word.count else { return [] }
        var result: [Int] = []
        for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
            guard bytes[start..<start + word.count].elementsEqual(word) else { continue }
            // `design=x` is no `sig=x`.
            if startingWords, start > 0, (0x61...0x7A).contains(bytes[start - 1]) { continue }
            result.append(start + word.count)
        }
        return result
    }

    /// The value of `key = value`, `key='va lue'`, `key={va}}lue}`, `key=value&…` or `key": "value"`.
    private static func value(in text: String, after key: String.Index) -> Range<String.Index>? {
        var rest = text[key...]
        let isQuotedKey = rest.first == "\""
        if isQuotedKey { rest = rest.dropFirst() }
        rest = rest.drop { $0 == " " }
        guard rest.first == "=" || (isQuotedKey && rest.first == ":") else { return nil }
        rest = rest.dropFirst().drop { $0 == " " }
        guard let first = rest.first else { return nil }
        switch first {
        case "'", "\"": return quoted(rest.dropFirst(), until: first)
        case "{":
            // ODBC: `}}` within braces is one `}`.
            var index = rest.index(after: rest.startIndex)
            let start = index
            while index < rest.endIndex {
                if rest[index] == "}" {
                    let next = rest.index(after: index)
                    guard next < rest.endIndex, rest[next] == "}" else { break }
                    index = next
                }
                index = rest.index(after: index)
            }
            return start..<index
        default: return rest.startIndex..<(rest.firstIndex { $0.isWhitespace || $0 == "&" } ?? rest.endIndex)
        }
    }

    private static func quoted(_ text: Substring, until quote: Character) -> Range<String.Index> {
        var index = text.startIndex
        while index < text.endIndex, text[index] != quote {
            if text[index] == "\\" {
                index = text.index(after: index)
                if index == text.endIndex { break }
            }
            index = text.index(after: index)
        }
        return text.startIndex..<index
    }

    /// What stands behind `Bearer ` or `Basic `.
    private static func authorization(in text: String, after key: String.Index) -> Range<String.Index>? {
        let rest = text[key...].drop { $0 == "\"" || $0 == " " || $0 == ":" || $0 == "=" || $0 == "'" }
        guard let blank = rest.firstIndex(of: " "), ["bearer", "basic"].contains(rest[..<blank].lowercased()) else {
            return nil
        }
        let value = rest[blank...].drop { $0 == " " }
        return value.startIndex..<(value.firstIndex { $0.isWhitespace || $0 == "\"" || $0 == "'" } ?? value.endIndex)
    }
}
