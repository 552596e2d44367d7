/// Takes secrets out of everything that is printed, logged, written to an audit file or mailed: passwords, keys and tokens
/// by their place in URLs, keyword lists and JSON (`CredentialPlaces`), and known secrets wherever they occur (a server
/// may repeat them in an error).
package struct Redactor: Sendable {
    private var secrets: [[UInt8]] = []
    package static let mask = "***"
    /// Shorter secrets are masked by their place only: a password `postgres` would mask `postgres_source` too.
    package static let shortest = 8
    /// Shorter ones that look like a word are masked only where they stand as one.
    private static let wordsUpTo = 12

    package init() {}

    /// Learns the passwords that `source` contains, as written and decoded.
    package init(source: String) { learn(source: source) }

    package mutating func learn(source: String) {
        for range in CredentialPlaces.ranges(in: source, isArgument: true) {
            let text = String(source[range])
            add(secret: text)
            PercentEncoding.decoded(text).map { add(secret: $0) }
        }
    }

    /// Learns one secret, in every spelling that an output may have it in.
    package mutating func add(secret: String) {
        guard secret.count >= Self.shortest else { return }
        for spelling in [secret, PercentEncoding.encoded(secret), Self.quotedInJSON(secret)] {
            let bytes = Array(spelling.utf8)
            if !secrets.contains(bytes) { secrets.append(bytes) }
        }
        // Longest first, so that no tail of a secret stays.
        secrets.sort { $0.count > $1.count }
    }

    package func redact(_ text: String) -> String {
        var result = text
        for range in CredentialPlaces.ranges(in: text).reversed() { result.replaceSubrange(range, with: Self.mask) }
        for secret in secrets { result = Self.replacing(secret, in: result) }
        return result
    }

    package static func containsPassword(_ source: String) -> Bool { !CredentialPlaces.ranges(in: source).isEmpty }

    private static func replacing(_ needle: [UInt8], in text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count >= needle.count else { return text }
        var result: [UInt8] = []
        var index = 0
        var found = false
        // A password `postgres` must not turn `postgres_source` into `***_source`.
        let isWord = needle.count < wordsUpTo && needle.indices.allSatisfy { isWordByte(needle, $0) }
        while index < bytes.count {
            if bytes[index] == needle[0], bytes.count - index >= needle.count,
                bytes[index..<index + needle.count].elementsEqual(needle),
                !isWord || (!isWordByte(bytes, index - 1) && !isWordByte(bytes, index + needle.count))
            {
                result += Array(mask.utf8)
                index += needle.count
                found = true
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return found ? String(decoding: result, as: UTF8.self) : text
    }

    private static func isWordByte(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard bytes.indices.contains(index) else { return false }
        let byte = bytes[index]
        return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte >= 0x80
    }

    private static func quotedInJSON(_ text: String) -> String {
        var result = ""
        for character in text {
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
