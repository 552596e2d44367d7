/// A part's XML as bytes in which elements are found by position, so that pieces can be put in and all else stays as it is.
/// For parts that libxml2 has read already: it finds tags, it judges nothing. What it does not understand it answers with
/// "no such element", never with a trap.
struct XMLText {
    struct Element {
        /// Without the prefix.
        var name: String
        /// From `<` to behind `>` of the opening tag.
        var tag: Range<Int>
        /// Between the tags; empty for `<a/>`.
        var content: Range<Int>
        /// Behind the closing tag.
        var end: Int
        var isSelfClosed: Bool { content.isEmpty && end == tag.upperBound }
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether text can be put in as UTF-8.
    var isUTF8: Bool {
        guard let first = bytes.first, first == UInt8(ascii: "<") || first == 0xEF else { return false }
        let head = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
        guard let declaration = head.firstRange(of: "encoding=") else { return true }
        return head[declaration.upperBound...].dropFirst().hasPrefix("utf-8")
    }

    /// The outermost element.
    var root: Element? { children(of: 0..<bytes.count, atMost: 1).first }

    /// The prefix that the root has, with its colon: what is put in belongs to the same namespace.
    var prefix: String {
        guard let root else { return "" }
        let name = fullName(at: root.tag.lowerBound)
        guard let colon = name.firstIndex(of: ":") else { return "" }
        return String(name[...colon])
    }

    func children(of element: Element) -> [Element] { children(of: element.content) }

    /// The elements that stand directly in a stretch.
    func children(of range: Range<Int>, atMost limit: Int = .max) -> [Element] {
        var found: [Element] = []
        var opened: (tag: Range<Int>, name: String)?
        var depth = 0
        var at = range.lowerBound
        while at < range.upperBound, found.count < limit {
            guard bytes[at] == UInt8(ascii: "<") else {
                at += 1
                continue
            }
            if let behind = behindOther(at) {
                at = behind
                continue
            }
            let end = tagEnd(at)
            guard end <= range.upperBound else { break }
            if bytes[at + 1] == UInt8(ascii: "/") {
                depth -= 1
                if depth == 0, let (tag, name) = opened {
                    found.append(Element(name: name, tag: tag, content: tag.upperBound..<at, end: end))
                    opened = nil
                }
                if depth < 0 { break }
            } else {
                let isClosed = bytes[end - 2] == UInt8(ascii: "/")
                if depth == 0 {
                    let name = localName(at: at)
                    if isClosed {
                        found.append(Element(name: name, tag: at..<end, content: end..<end, end: end))
                    } else {
                        opened = (at..<end, name)
                    }
                }
                if !isClosed { depth += 1 }
            }
            at = end
        }
        return found
    }

    /// Where an attribute's value stands; of attributes with a prefix by their full name.
    func value(_ name: String, in tag: Range<Int>) -> Range<Int>? {
        let wanted = Array(name.utf8)
        var at = tag.lowerBound
        while at < tag.upperBound {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                guard let close = bytes[(at + 1)..<tag.upperBound].firstIndex(of: byte) else { return nil }
                // Backwards over `=` and blanks to the name.
                var back = at - 1
                while back > tag.lowerBound, Self.isBlank(bytes[back]) || bytes[back] == UInt8(ascii: "=") { back -= 1 }
                let start = back + 1 - wanted.count
                if start > tag.lowerBound, bytes[start...back].elementsEqual(wanted), Self.isBlank(bytes[start - 1]) {
                    return (at + 1)..<close
                }
                at = close
            }
            at += 1
        }
        return nil
    }

    func text(_ name: String, of element: Element) -> String? {
        value(name, in: element.tag).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    func integer(_ name: String, of element: Element) -> Int? { text(name, of: element).flatMap { Int($0) } }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: tags

    private func localName(at start: Int) -> String {
        let name = fullName(at: start)
        guard let colon = name.lastIndex(of: ":") else { return name }
        return String(name[name.index(after: colon)...])
    }

    private func fullName(at start: Int) -> String {
        var end = start + 1
        while end < bytes.count, !Self.isBlank(bytes[end]), bytes[end] != UInt8(ascii: ">"),
            bytes[end] != UInt8(ascii: "/")
        {
            end += 1
        }
        return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    }

    /// Behind a comment, CDATA, a processing instruction or a declaration; nil at an element's tag.
    private func behindOther(_ start: Int) -> Int? {
        guard start + 1 < bytes.count else { return bytes.count }
        switch bytes[start + 1] {
        case UInt8(ascii: "?"): return behind("?>", from: start)
        case UInt8(ascii: "!"):
            if bytes[start...].starts(with: "<!--".utf8) { return behind("-->", from: start + 4) }
            if bytes[start...].starts(with: "<![CDATA[".utf8) { return behind("]]>", from: start) }
            return behind(">", from: start)
        default: return nil
        }
    }

    private func behind(_ text: String, from start: Int) -> Int {
        let wanted = Array(text.utf8)
        var at = start
        while at + wanted.count <= bytes.count {
            if bytes[at...].starts(with: wanted) { return at + wanted.count }
            at += 1
        }
        return bytes.count
    }

    /// Behind `>`, not counting those in values; beyond the end where there is none.
    private func tagEnd(_ start: Int) -> Int {
        var quote: UInt8?
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return at + 1
            }
            at += 1
        }
        return bytes.count + 1
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

/// Pieces to be put into bytes, by position.
struct Splices {
    private var edits: [(range: Range<Int>, text: String, order: Int)] = []

    var isEmpty: Bool { edits.isEmpty }

    /// Pieces for the same place come out in the order in which they were given.
    mutating func insert(_ text: String, at place: Int) { edits.append((place..<place, text, edits.count)) }
    mutating func replace(_ range: Range<Int>, with text: String) { edits.append((range, text, edits.count)) }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.text.utf8.count })
        var at = 0
        for edit in edits.sorted(by: { ($0.range.lowerBound, $0.order) < ($1.range.lowerBound, $1.order) }) {
            precondition(edit.range.lowerBound >= at, "two pieces for one place")
            result += bytes[at..<edit.range.lowerBound]
            result += edit.text.utf8
            at = edit.range.upperBound
        }
        result += bytes[at...]
        return result
    }
}
