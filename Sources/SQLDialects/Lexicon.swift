import Ports

/// What a database takes for text, comment and quoted name: enough to find where a user's statement ends and what stands
/// outside of quotes. That the text is valid, the database says when it prepares it.
package struct Lexicon: Equatable, Sendable {
    /// Quotes within which the closing one is doubled.
    package var quotes: [Quote]
    /// `#` begins a comment, `--` only before a blank, and `/*!…*/` is no comment but code.
    package var isMySQL = false
    /// Statements follow each other without semicolons.
    package var isTransactSQL = false
    /// `/* /* */ */` is one comment.
    package var nestsComments = false
    /// `$tag$…$tag$`
    package var dollarQuotes = false
    /// `E'…\'…'`
    package var escapeQuotes = false
    /// `q'[…]'`
    package var alternativeQuotes = false

    package struct Quote: Equatable, Sendable {
        package var open: UInt8
        package var close: UInt8
        package var backslashes: Bool

        package init(_ open: Unicode.Scalar, _ close: Unicode.Scalar, backslashes: Bool = false) {
            self.open = UInt8(ascii: open)
            self.close = UInt8(ascii: close)
            self.backslashes = backslashes
        }
    }

    package init(quotes: [Quote]) { self.quotes = quotes }

    package enum Token: Equatable, Sendable {
        /// Letters, digits, `_`, `$`, `#`, `@`: an unquoted name, a keyword or a number.
        case word
        case quoted
        /// A comment.
        case comment
        case blank
        /// Any other byte.
        case symbol
    }

    /// The token that begins at `i`, and where it ends. `bytes` is not empty there. An unclosed quote ends with the text.
    package func token(_ bytes: [UInt8], at i: Int) -> (token: Token, end: Int) {
        let byte = bytes[i]
        if Self.isBlank(byte) { return (.blank, i + 1) }
        if let end = comment(bytes, at: i) { return (.comment, end) }
        if let end = markedQuote(bytes, at: i) { return (.quoted, end) }
        if let quote = quotes.first(where: { $0.open == byte }) {
            return (.quoted, Self.behind(quote, bytes, from: i + 1))
        }
        guard Self.isWord(byte) else { return (.symbol, i + 1) }
        var end = i + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        return (.word, end)
    }

    private static func behind(_ quote: Quote, _ bytes: [UInt8], from start: Int) -> Int {
        var i = start
        while i < bytes.count {
            if quote.backslashes, bytes[i] == UInt8(ascii: "\\") {
                i += 2
            } else if bytes[i] == quote.close {
                guard i + 1 < bytes.count, bytes[i + 1] == quote.close else { return i + 1 }
                i += 2
            } else {
                i += 1
            }
        }
        return bytes.count
    }

    /// Quotes that a letter or tag stands before.
    private func markedQuote(_ bytes: [UInt8], at i: Int) -> Int? {
        func has(_ scalar: Unicode.Scalar, _ at: Int) -> Bool { at < bytes.count && bytes[at] == UInt8(ascii: scalar) }
        let lower = bytes[i] | 0x20
        if escapeQuotes, lower == UInt8(ascii: "e"), has("'", i + 1) {
            return Self.behind(Quote("'", "'", backslashes: true), bytes, from: i + 2)
        }
        if alternativeQuotes {
            var start = i
            if lower == UInt8(ascii: "n"), i + 1 < bytes.count { start += 1 }
            if bytes[start] | 0x20 == UInt8(ascii: "q"), has("'", start + 1), start + 2 < bytes.count {
                return Self.behindAlternative(bytes, from: start + 2)
            }
        }
        if dollarQuotes, bytes[i] == UInt8(ascii: "$") {
            var end = i + 1
            while end < bytes.count, bytes[end] != UInt8(ascii: "$"), Self.isWord(bytes[end]) { end += 1 }
            guard has("$", end) else { return nil }
            return Self.behind(sequence: Array(bytes[i...end]), bytes, from: end + 1)
        }
        return nil
    }

    private static func behindAlternative(_ bytes: [UInt8], from i: Int) -> Int {
        let pairs: [UInt8: UInt8] = [0x5B: 0x5D, 0x7B: 0x7D, 0x28: 0x29, 0x3C: 0x3E]
        return behind(sequence: [pairs[bytes[i]] ?? bytes[i], UInt8(ascii: "'")], bytes, from: i + 1)
    }

    private static func behind(sequence: [UInt8], _ bytes: [UInt8], from start: Int) -> Int {
        var i = start
        while i + sequence.count <= bytes.count {
            if bytes[i] == sequence[0], bytes[i..<i + sequence.count].elementsEqual(sequence) {
                return i + sequence.count
            }
            i += 1
        }
        return bytes.count
    }

    private func comment(_ bytes: [UInt8], at i: Int) -> Int? {
        func has(_ text: StaticString, _ at: Int) -> Bool {
            at + text.utf8CodeUnitCount <= bytes.count
                && text.withUTF8Buffer { $0.elementsEqual(bytes[at..<at + text.utf8CodeUnitCount]) }
        }
        let isLine =
            has("--", i) && (!isMySQL || i + 2 >= bytes.count || bytes[i + 2] <= 0x20) || (isMySQL && has("#", i))
        if isLine {
            var end = i
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            return end
        }
        guard has("/*", i) else { return nil }
        // MySQL executes what stands in these, so it is read as code.
        if isMySQL, has("/*!", i) || has("/*M!", i) { return nil }
        var depth = 1
        var end = i + 2
        while end < bytes.count {
            if nestsComments, has("/*", end) {
                depth += 1
                end += 2
            } else if has("*/", end) {
                depth -= 1
                end += 2
                if depth == 0 { return end }
            } else {
                end += 1
            }
        }
        return bytes.count
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F
            || byte == 0x24 || byte == 0x23 || byte == 0x40
    }
}
