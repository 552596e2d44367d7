import Ports

/// A user's query, cut before the semicolon that may end it.
///
/// That it is one statement, and valid, the server says when it prepares it; here only the end is found: the first
/// semicolon outside of quotes and comments.
enum QueryText {
    static func withoutTerminator(_ text: String) throws(PostgresFault) -> String {
        let bytes = Array(text.utf8)
        let end = statementEnd(bytes, from: 0)
        var next = end
        while next < bytes.count {
            guard blankUntil(bytes, from: next + 1) >= statementEnd(bytes, from: next + 1) else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "The query holds more than one statement",
                    remedy: "Give a single SELECT statement.", sqlstate: "42601")
            }
            next = statementEnd(bytes, from: next + 1)
        }
        let query = String(decoding: bytes[..<end], as: UTF8.self).trimmingSpaces()
        guard blankUntil(bytes, from: 0) < end else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "The query is empty", remedy: "Give a SELECT statement.")
        }
        return query
    }

    /// A condition is put into parentheses, and must not leave them: "true) OR (true" would weaken what stands beside it, and
    /// "true); COMMIT; …" end the statement. `backslashes`: they escape in ordinary text constants as well.
    static func checkCondition(_ text: String, backslashes: Bool) throws(PostgresFault) {
        let bytes = Array(text.utf8)
        var depth = 0
        var i = 0
        while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: ";"):
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "The filter holds a semicolon",
                    remedy: "Give one condition, as it stands behind WHERE.", sqlstate: "42601")
            default: break
            }
            guard depth >= 0 else { break }
            i = behindToken(bytes, at: i, backslashes: backslashes)
        }
        guard depth == 0 else {
            throw PostgresFault(
                .invalidUse, kind: .configuration, "The parentheses of the filter do not match",
                remedy: "Give one condition, as it stands behind WHERE.", sqlstate: "42601")
        }
    }

    /// Where the next semicolon outside of quotes and comments stands, or the end.
    private static func statementEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var i = start
        while i < bytes.count && bytes[i] != UInt8(ascii: ";") {
            i = behindToken(bytes, at: i, backslashes: false)
        }
        return min(i, bytes.count)
    }

    /// Behind the quoted text or comment that begins here, or else the next byte.
    private static func behindToken(_ bytes: [UInt8], at i: Int, backslashes: Bool) -> Int {
        switch bytes[i] {
        case UInt8(ascii: "'"):
            let marked = i > 0 && (bytes[i - 1] | 0x20) == UInt8(ascii: "e") && (i < 2 || !isWord(bytes[i - 2]))
            return skipQuoted(bytes, from: i, escapes: marked || backslashes)
        case UInt8(ascii: "\""): return skipQuoted(bytes, from: i, escapes: false)
        case UInt8(ascii: "-"), UInt8(ascii: "/"):
            let behind = skipComment(bytes, from: i)
            return behind == i ? i + 1 : behind
        case UInt8(ascii: "$") where i == 0 || !isWord(bytes[i - 1]): return skipDollarQuoted(bytes, from: i)
        default: return i + 1
        }
    }

    /// Where the first byte stands that is neither blank nor comment.
    private static func blankUntil(_ bytes: [UInt8], from start: Int) -> Int {
        var i = start
        while i < bytes.count {
            if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(bytes[i]) {
                i += 1
                continue
            }
            let behind = skipComment(bytes, from: i)
            if behind == i { return i }
            i = behind
        }
        return bytes.count
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
                guard i + 1 < bytes.count, bytes[i + 1] == quote else { return i + 1 }
                i += 2
            } else {
                i += 1
            }
        }
        return bytes.count
    }

    /// Behind the comment that begins here; `start` itself where none does. Block comments nest.
    private static func skipComment(_ bytes: [UInt8], from start: Int) -> Int {
        func pair(_ i: Int, _ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
            i + 1 < bytes.count && bytes[i] == UInt8(ascii: first) && bytes[i + 1] == UInt8(ascii: second)
        }
        var i = start
        if pair(i, "-", "-") {
            while i < bytes.count && bytes[i] != UInt8(ascii: "\n") && bytes[i] != UInt8(ascii: "\r") { i += 1 }
            return i
        }
        guard pair(i, "/", "*") else { return start }
        var depth = 0
        while i < bytes.count {
            if pair(i, "/", "*") {
                depth += 1
                i += 2
            } else if pair(i, "*", "/") {
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
