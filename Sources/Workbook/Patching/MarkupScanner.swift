import Glibc

/// Where the tags of an XML part lie, byte for byte, so that a few of them can be replaced and the rest stays as it is.
/// Only for parts that libxml2 has parsed before: they are well-formed and have no document type.
struct MarkupScanner {
    enum Kind { case start, end, empty }

    struct Tag {
        var kind: Kind
        /// From `<` to after `>`.
        var range: Range<Int>
        var name: Range<Int>
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The next tag; comments, CDATA and processing instructions are passed over.
    mutating func next() -> Tag? {
        while let open = find(UInt8(ascii: "<"), from: position), open + 1 < bytes.count {
            switch bytes[open + 1] {
            case UInt8(ascii: "?"): position = skip(past: "?>", from: open + 2)
            case UInt8(ascii: "!"):
                if holds("<!--", at: open) {
                    position = skip(past: "-->", from: open + 4)
                } else if holds("<![CDATA[", at: open) {
                    position = skip(past: "]]>", from: open + 9)
                } else {
                    return nil
                }
            default: return tag(open)
            }
        }
        position = bytes.count
        return nil
    }

    private mutating func tag(_ open: Int) -> Tag? {
        let isEnd = bytes[open + 1] == UInt8(ascii: "/")
        let nameStart = open + (isEnd ? 2 : 1)
        var index = nameStart
        while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
        let name = nameStart..<index
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                guard let close = find(byte, from: index + 1) else { return nil }
                index = close
            }
            index += 1
        }
        guard index < bytes.count else { return nil }
        position = index + 1
        let isEmpty = bytes[index - 1] == UInt8(ascii: "/")
        return Tag(kind: isEnd ? .end : isEmpty ? .empty : .start, range: open..<(index + 1), name: name)
    }

    /// Moves past the end tag that belongs to a start tag just returned; nil where there is none.
    mutating func skipElement(_ tag: Tag, visit: (Tag) -> Void = { _ in }) -> Tag? {
        guard tag.kind == .start else { return tag }
        var depth = 1
        while let inner = next() {
            switch inner.kind {
            case .start: depth += 1
            case .end: depth -= 1
            case .empty: break
            }
            if depth == 0 { return inner }
            if inner.kind != .end { visit(inner) }
        }
        return nil
    }

    // MARK: Names and attributes

    /// The name without prefix.
    func isNamed(_ tag: Tag, _ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard tag.name.count >= length else { return false }
        let start = tag.name.upperBound - length
        guard start == tag.name.lowerBound || bytes[start - 1] == UInt8(ascii: ":") else { return false }
        return memcmp(bytes.baseAddress! + start, name.utf8Start, length) == 0
    }

    /// `x:` of `x:worksheet`, else nothing.
    func prefix(_ tag: Tag) -> String {
        guard let colon = bytes[tag.name].firstIndex(of: UInt8(ascii: ":")) else { return "" }
        return String(decoding: bytes[tag.name.lowerBound...colon], as: UTF8.self)
    }

    /// The value's bytes, as written.
    func attribute(_ tag: Tag, _ name: StaticString) -> Range<Int>? {
        var index = tag.name.upperBound
        while let found = nextAttribute(&index, tag) {
            if found.name.count == name.utf8CodeUnitCount,
                memcmp(bytes.baseAddress! + found.name.lowerBound, name.utf8Start, found.name.count) == 0
            {
                return found.value
            }
        }
        return nil
    }

    func attributes(_ tag: Tag) -> [(name: Range<Int>, value: Range<Int>)] {
        var result: [(name: Range<Int>, value: Range<Int>)] = []
        var index = tag.name.upperBound
        while let found = nextAttribute(&index, tag) { result.append(found) }
        return result
    }

    private func nextAttribute(_ index: inout Int, _ tag: Tag) -> (name: Range<Int>, value: Range<Int>)? {
        let end = tag.range.upperBound
        while index < end, Self.isSpace(bytes[index]) { index += 1 }
        let start = index
        while index < end, !Self.isSpace(bytes[index]), bytes[index] != UInt8(ascii: "=") {
            if bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: ">") { return nil }
            index += 1
        }
        let name = start..<index
        while index < end, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "'") { index += 1 }
        guard index < end else { return nil }
        let quote = bytes[index]
        let value = index + 1
        index = value
        while index < end, bytes[index] != quote { index += 1 }
        guard index < end else { return nil }
        defer { index += 1 }
        return (name, value..<index)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func integer(_ tag: Tag, _ name: StaticString) -> Int? {
        attribute(tag, name).flatMap { XMLAttributes.integer(UnsafeBufferPointer(rebasing: bytes[$0])) }
    }

    /// `J4` as an attribute has it.
    func reference(_ range: Range<Int>) -> CellReference? {
        var column = 0
        var row = 0
        var index = range.lowerBound
        while index < range.upperBound, column <= CellReference.maximumColumn {
            let upper = bytes[index] & 0xDF
            guard upper >= UInt8(ascii: "A"), upper <= UInt8(ascii: "Z") else { break }
            column = column * 26 + Int(upper - UInt8(ascii: "A")) + 1
            index += 1
        }
        while index < range.upperBound, row <= CellReference.maximumRow {
            guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else { break }
            row = row * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard index == range.upperBound, row > 0, column > 0 else { return nil }
        return CellReference(row: row, column: column)
    }

    // MARK: Bytes

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard start < bytes.count, let found = memchr(bytes.baseAddress! + start, Int32(byte), bytes.count - start)
        else {
            return nil
        }
        return found - UnsafeMutableRawPointer(mutating: bytes.baseAddress!)
    }

    private func holds(_ literal: StaticString, at start: Int) -> Bool {
        start + literal.utf8CodeUnitCount <= bytes.count
            && memcmp(bytes.baseAddress! + start, literal.utf8Start, literal.utf8CodeUnitCount) == 0
    }

    private func skip(past literal: StaticString, from start: Int) -> Int {
        var index = start
        while let found = find(literal.utf8Start[0], from: index) {
            if holds(literal, at: found) { return found + literal.utf8CodeUnitCount }
            index = found + 1
        }
        return bytes.count
    }
}

/// Bytes to take the place of others; an empty range inserts.
struct ByteEdit {
    var range: Range<Int>
    var bytes: [UInt8]

    init(_ range: Range<Int>, _ text: String) {
        self.range = range
        bytes = Array(text.utf8)
    }

    /// In the order of their places; at one place what is inserted, in the order given, and then what is replaced.
    static func apply(_ edits: [ByteEdit], to source: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let ordered = edits.enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.range.isEmpty ? 0 : 1, $0.offset)
                < ($1.element.range.lowerBound, $1.element.range.isEmpty ? 0 : 1, $1.offset)
        }
        var result: [UInt8] = []
        result.reserveCapacity(source.count + edits.reduce(0) { $0 + $1.bytes.count })
        var position = 0
        for (_, edit) in ordered {
            precondition(edit.range.lowerBound >= position, "two edits of the same bytes")
            result.append(contentsOf: source[position..<edit.range.lowerBound])
            result.append(contentsOf: edit.bytes)
            position = edit.range.upperBound
        }
        result.append(contentsOf: source[position...])
        return result
    }
}

extension String {
    /// Text between tags or quotes.
    var escapedForXML: String {
        guard utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else { return self }
        return replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
