import Ports

/// A user's query, cut before the semicolon that may end it.
///
/// That it is one statement, and valid, the server says when it prepares it; here only the end is found: the first
/// semicolon outside of quotes and comments.
enum QueryText {
    static func withoutTerminator(_ text: String) throws(PostgresFault) -> String {
        let bytes = Array(text.utf8)
        var i = 0
        var end: Int?
        while i < bytes.count, end == nil {
            switch bytes[i] {
            case UInt8(ascii: "'"):
                let escapes = i > 0 && (bytes[i - 1] | 0x20) == UInt8(ascii: "e") && (i < 2 || !isWord(bytes[i - 2]))
                i = skipQuoted(bytes, from: i, escapes: escapes)
            case UInt8(ascii: "\""): i = skipQuoted(bytes, from: i, escapes: false)
            case UInt8(ascii: "-") where i + 1 < bytes.count && bytes[i + 1] == UInt8(ascii: "-"):
                while i < bytes.count && bytes[i] != UInt8(ascii: "\n") && bytes[i] != UInt8(ascii: "\r") { i += 1 }
            case UInt8(ascii: "/") where i + 1 < bytes.count && bytes[i + 1] == UInt8(ascii: "*"):
                i = skipComment(bytes, from: i)
            case UInt8(ascii: "$") where i == 0 || !isWord(bytes[i - 1]): i = skipDollarQuoted(bytes, from: i)
            case UInt8(ascii: ";"): end = i
            default: i += 1
            }
        }
        let query = String(decoding: bytes[..<(end ?? bytes.count)], as: UTF8.self).trimmingSpaces()
        guard !query.isEmpty else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "The query is empty", remedy: "Give a SELECT statement.")
        }
        return query
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func skipQuoted(_ bytes: [UInt8], from start: Int, escapes: Bool) -> Int {
        let quote = bytes[start]
        var i = start + 1
        while i < bytes.count {
            if escapes && bytes[i] == UInt8(ascii: "\\") {
                i += 2
            } else if bytes[i] == quote {
                // A doubled quote opens the next quoted piece at once, which comes to the same.
                return i + 1
            } else {
                i += 1
            }
        }
        return bytes.count
    }

    private static func skipComment(_ bytes: [UInt8], from start: Int) -> Int {
        var depth = 0
        var i = start
        while i < bytes.count {
            if i + 1 < bytes.count && bytes[i] == UInt8(ascii: "/") && bytes[i + 1] == UInt8(ascii: "*") {
                depth += 1
                i += 2
            } else if i + 1 < bytes.count && bytes[i] == UInt8(ascii: "*") && bytes[i + 1] == UInt8(ascii: "/") {
                depth -= 1
                i += 2
                if depth == 0 { return i }
            } else {
                i += 1
            }
        }
        return bytes.count
    }

    private static func skipDollarQuoted(_ bytes: [UInt8], from start: Int) -> Int {
        var i = start + 1
        while i < bytes.count && bytes[i] != UInt8(ascii: "$") {
            guard isWord(bytes[i]) else { return start + 1 }
            i += 1
        }
        guard i < bytes.count else { return start + 1 }
        let tag = bytes[start...i]
        i += 1
        while i + tag.count <= bytes.count {
            if bytes[i] == UInt8(ascii: "$") && bytes[i..<i + tag.count].elementsEqual(tag) { return i + tag.count }
            i += 1
        }
        return bytes.count
    }
}
