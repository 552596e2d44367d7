import Ports

/// Recognises what must never stand in a workbook: passwords, keys and tokens, by their form or by what stands before them.
enum SecretShape {
    /// What the text seems to hold, in words; nil where it is harmless. `isSQL` leaves out what a condition may say.
    static func found(in text: String, isSQL: Bool = false) -> String? {
        guard text.utf8.count >= 8 else { return nil }
        var text = text
        return text.withUTF8 { bytes in
            // One pass tells nearly every cell to be harmless; a short one is that if none of three characters is in it.
            if bytes.count < shortestToken, !bytes.contains(where: { $0 == 0x3A || $0 == 0x3D || $0 == 0x40 }) {
                return nil
            }
            var hasAt = false
            var hasColon = false
            var hasEquals = false
            var run = 0
            var longestRun = 0
            let tokenBits = tokenBits
            for byte in bytes {
                if isTokenByte(byte, tokenBits) {
                    run += 1
                    continue
                }
                longestRun = max(longestRun, run)
                run = 0
                switch byte {
                case UInt8(ascii: "@"): hasAt = true
                case UInt8(ascii: ":"): hasColon = true
                case UInt8(ascii: "="): hasEquals = true
                default: continue
                }
            }
            longestRun = max(longestRun, run)
            if hasAt, hasColon, let found = userInfo(bytes) { return found }
            if longestRun >= shortestToken, let found = token(bytes) { return found }
            if bytes.count >= 20, contains(bytes, "private key-----") { return "a private key" }
            return !isSQL && (hasColon || hasEquals) ? assignment(bytes) : nil
        }
    }

    /// No token that is known by its first letters, and nothing behind `Bearer`, is shorter.
    private static let shortestToken = 16

    /// Headers under which people keep secrets.
    static func isSecretName(_ plainHeader: String) -> Bool {
        secretNames.contains { plainHeader.hasSuffix($0) } && !pagingNames.contains(plainHeader)
    }

    /// What APIs call the place where the next page begins.
    private static let pagingNames: Set<String> = [
        "pagetoken", "nextpagetoken", "nexttoken", "continuationtoken", "pagingtoken", "startingtoken",
    ]

    private static let secretNames = [
        "password", "passwd", "pwd", "secret", "apikey", "accesskey", "accountkey", "accesstoken", "authtoken",
        "bearertoken",
        "token", "privatekey", "sastoken", "clientsecret", "connectionstring", "credential", "credentials",
        "passphrase",
    ]

    /// `scheme://user:password@host`, `https://token@host`.
    private static func userInfo(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var index = 0
        while index + 3 < bytes.count {
            guard bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"),
                bytes[index + 2] == UInt8(ascii: "/")
            else {
                index += 1
                continue
            }
            index += 3
            let start = index
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "@") {
                    // abfss://container@account is how that scheme names a container.
                    let isContainer =
                        ends(bytes, at: start - 3, with: "abfss") || ends(bytes, at: start - 3, with: "abfs")
                    let hasColon = bytes[start..<index].contains(UInt8(ascii: ":"))
                    if index > start, hasColon || !isContainer { return "a URL with a user or password" }
                    break
                }
                if byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") {
                    break
                }
                index += 1
            }
        }
        return nil
    }

    private static func ends(_ bytes: UnsafeBufferPointer<UInt8>, at end: Int, with word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard end >= count else { return false }
        for offset in 0..<count where bytes[end - count + offset] | 0x20 != word.utf8Start[offset] { return false }
        return true
    }

    /// Tokens that say by their first letters whose they are, and how many letters follow at least.
    private static let prefixes: [(prefix: [UInt8], atLeast: Int, name: String)] = [
        ("ghp_", 20, "a GitHub token"), ("gho_", 20, "a GitHub token"), ("ghs_", 20, "a GitHub token"),
        ("github_pat_", 20, "a GitHub token"), ("glpat-", 16, "a GitLab token"), ("xoxb-", 16, "a Slack token"),
        ("xoxp-", 16, "a Slack token"), ("xoxa-", 16, "a Slack token"), ("sk_live_", 10, "a Stripe key"),
        ("rk_live_", 10, "a Stripe key"), ("sk-", 32, "an API key"), ("AKIA", 16, "an AWS access key"),
        ("ASIA", 16, "an AWS access key"), ("AIza", 32, "a Google API key"), ("dapi", 32, "a Databricks token"),
        ("hvs.", 20, "a Vault token"), ("SG.", 30, "a SendGrid key"), ("pat-na1-", 16, "a HubSpot token"),
    ].map { (Array($0.0.utf8), $0.1, $0.2) }

    private static func token(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var start = 0
        while start < bytes.count {
            guard isTokenByte(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
            let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
            // Short words are by far the most, and never a token.
            if word.count < 5 {
                start = end
                continue
            }
            for candidate in prefixes
            where word[0] == candidate.prefix[0] && word.count >= candidate.prefix.count + candidate.atLeast {
                if word.starts(with: candidate.prefix) { return candidate.name }
            }
            // A JSON web token: two parts that are base64 of `{"`, divided by a point.
            if word.count >= 30, word.starts(with: "eyJ".utf8), word.contains(UInt8(ascii: ".")) {
                return "a JSON web token"
            }
            if word.count >= 6, equals(word, "bearer") || equals(word, "basic"), end + 16 < bytes.count,
                bytes[end] == 0x20
            {
                let rest = bytes[(end + 1)...].prefix { isTokenByte($0) || $0 == UInt8(ascii: "=") }
                if rest.count >= 16 { return "an Authorization header" }
            }
            start = end
        }
        return nil
    }

    /// Letters, digits and `_ - . + /`, one bit each.
    private static let tokenBits: (UInt64, UInt64) = {
        var bits: (UInt64, UInt64) = (0, 0)
        let others = Array("_-.+/".utf8)
        for byte in UInt8(0)..<128 {
            let isLetter = (0x41...0x5A).contains(byte & 0xDF)
            guard isLetter || (0x30...0x39).contains(byte) || others.contains(byte) else { continue }
            if byte < 64 { bits.0 |= 1 << UInt64(byte) } else { bits.1 |= 1 << UInt64(byte - 64) }
        }
        return bits
    }()

    @inline(__always)
    private static func isTokenByte(_ byte: UInt8, _ bits: (UInt64, UInt64)) -> Bool {
        byte < 128 && (byte < 64 ? bits.0 : bits.1) &>> UInt64(byte & 63) & 1 == 1
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool { isTokenByte(byte, tokenBits) }

    /// `password=…`, `"api_key": "…"`; a reference (`${…}`) or a place holder (`{…}`, `<…>`, `***`) is none.
    private static func assignment(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") else {
                index += 1
                continue
            }
            var nameEnd = index
            while nameEnd > 0, isQuoteOrBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
            var nameStart = nameEnd
            while nameStart > 0, isNameByte(bytes[nameStart - 1]) { nameStart -= 1 }
            index += 1
            guard nameEnd - nameStart >= 3 else { continue }
            var valueStart = index
            while valueStart < bytes.count, isQuoteOrBlank(bytes[valueStart]) { valueStart += 1 }
            var valueEnd = valueStart
            while valueEnd < bytes.count, bytes[valueEnd] > 0x20, bytes[valueEnd] != UInt8(ascii: "&"),
                bytes[valueEnd] != UInt8(ascii: "\""), bytes[valueEnd] != UInt8(ascii: ";"),
                bytes[valueEnd] != UInt8(ascii: ",")
            { valueEnd += 1 }
            guard valueEnd - valueStart >= 4 else { continue }
            switch bytes[valueStart] {
            case UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "*"), UInt8(ascii: "/"): continue
            default: break
            }
            let value = UnsafeBufferPointer(rebasing: bytes[valueStart..<valueEnd])
            // `Authorization: Bearer …` is judged by what follows.
            if equals(value, "bearer") || equals(value, "basic") || equals(value, "null") { continue }
            let name = HeaderName.plain(String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self))
            if isSecretName(name) || name == "sig" || name == "sharedaccesssignature" || name == "authorization" {
                return "a value of \(VisibleText.shown(String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self)))"
            }
        }
        return nil
    }

    private static func isQuoteOrBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isTokenByte(byte) && byte != UInt8(ascii: "/") && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "+")
    }

    private static func equals(_ word: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        guard word.count == text.utf8CodeUnitCount else { return false }
        for index in word.indices where word[index] | 0x20 != text.utf8Start[index] { return false }
        return true
    }

    /// Without regard to the case of letters; `text` is given in lower case.
    private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count >= count else { return false }
        search: for start in 0...(bytes.count - count) {
            for offset in 0..<count {
                let byte = bytes[start + offset]
                let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                if lower != text.utf8Start[offset] { continue search }
            }
            return true
        }
        return false
    }
}
