import Glibc

/// A place in bytes of XML that moves on over what it is asked for, or stays. Never beyond the end.
struct ByteCursor {
    private(set) var position: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        position = start
        self.end = end
    }

    @inline(__always)
    mutating func skip(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard end - position >= count, memcmp(position, literal.utf8Start, count) == 0 else { return false }
        position += count
        return true
    }

    /// Where the literal next stands.
    func find(_ literal: StaticString) -> UnsafePointer<UInt8>? {
        let count = literal.utf8CodeUnitCount
        var from = position
        while end - from >= count, let found = memchr(from, Int32(literal.utf8Start[0]), end - from - count + 1) {
            from = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
            if memcmp(from, literal.utf8Start, count) == 0 { return from }
            from += 1
        }
        return nil
    }

    mutating func skip(_ literal: StaticString, followedBy next: StaticString) -> Bool {
        let start = position
        if skip(literal), skip(next) { return true }
        position = start
        return false
    }

    /// Up to seven digits: no row, column, style or text has a longer number.
    @inline(__always)
    mutating func number() -> Int? {
        var value = 0
        let start = position
        while position < end, case let digit = position.pointee &- UInt8(ascii: "0"), digit <= 9 {
            value = value &* 10 &+ Int(digit)
            position += 1
            if position - start > 7 { return nil }
        }
        return position > start ? value : nil
    }

    /// A column's number; upper case, at most three letters.
    @inline(__always)
    mutating func letters() -> Int? {
        var value = 0
        let start = position
        while position < end, case let letter = position.pointee &- UInt8(ascii: "A"), letter < 26 {
            value = value &* 26 &+ Int(letter) &+ 1
            position += 1
            if position - start > 3 { return nil }
        }
        return position > start ? value : nil
    }

    /// Up to the closing quote, which is skipped. Plain ASCII without references.
    @inline(__always)
    mutating func attributeValue() -> UnsafeBufferPointer<UInt8>? {
        let start = position
        while position < end {
            let byte = position.pointee
            if byte == UInt8(ascii: "\"") {
                position += 1
                return UnsafeBufferPointer(start: start, count: position - start - 1)
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "<"), byte != UInt8(ascii: "&") else { return nil }
            position += 1
        }
        return nil
    }

    /// Up to the next tag: as it stands or, with references replaced, in `scratch`. Nil where XML forbids it, where it
    /// would have to be changed (carriage returns), and at the end of the bytes.
    @inline(__always)
    mutating func text(_ scratch: inout TextBuffer) -> UnsafeBufferPointer<UInt8>? {
        let start = position
        while position < end {
            let byte = position.pointee
            if byte == UInt8(ascii: "<") { return UnsafeBufferPointer(start: start, count: position - start) }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "&"), byte != UInt8(ascii: ">") else {
                return unusualText(from: start, &scratch)
            }
            position += 1
        }
        return nil
    }

    @inline(never)
    private mutating func unusualText(
        from start: UnsafePointer<UInt8>, _ scratch: inout TextBuffer
    ) -> UnsafeBufferPointer<UInt8>? {
        scratch.clear()
        var pieceStart = start
        var isASCII = true
        while position < end {
            let byte = position.pointee
            switch byte {
            case UInt8(ascii: "<"):
                scratch.append(UnsafeBufferPointer(start: pieceStart, count: position - pieceStart))
                return isASCII || Self.isXMLText(scratch.bytes) ? scratch.bytes : nil
            case UInt8(ascii: "&"):
                scratch.append(UnsafeBufferPointer(start: pieceStart, count: position - pieceStart))
                guard var character = reference() else { return nil }
                withUnsafePointer(to: &character) { scratch.append(UnsafeBufferPointer(start: $0, count: 1)) }
                pieceStart = position
                continue
            case 0x09, 0x0A, 0x20...0x7F:
                // `]]>` is not allowed in text.
                if byte == UInt8(ascii: ">"), position - start >= 2, position[-1] == UInt8(ascii: "]") { return nil }
            case 0x80...: isASCII = false
            default: return nil
            }
            position += 1
        }
        return nil
    }

    private mutating func reference() -> UInt8? {
        if skip("&amp;") { return UInt8(ascii: "&") }
        if skip("&lt;") { return UInt8(ascii: "<") }
        if skip("&gt;") { return UInt8(ascii: ">") }
        if skip("&quot;") { return UInt8(ascii: "\"") }
        return skip("&apos;") ? UInt8(ascii: "'") : nil
    }

    /// UTF-8 without U+FFFE and U+FFFF, which XML 1.0 forbids.
    private static func isXMLText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] == 0xEF {
            if index + 2 < bytes.count, bytes[index + 1] == 0xBF, bytes[index + 2] >= 0xBE { return false }
        }
        return String(validating: bytes, as: UTF8.self) != nil
    }
}
