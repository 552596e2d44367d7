/// `_xHHHH_` in a cell's text stands for a character that XML cannot hold (ECMA-376 part 1, 22.9.2.19): Excel writes a
/// carriage return as `_x000D_`, and the text "_x000D_" as `_x005F_x000D_`.
enum EscapedText {
    static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard let first = find(bytes, from: 0) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        var next: Int? = first
        var pendingHigh: UInt32?
        while let place = next {
            result += bytes[position..<place]
            if place > position { pendingHigh = nil }
            let unit = value(bytes, at: place)!
            // Characters beyond U+FFFF are two escapes, a surrogate pair.
            if let high = pendingHigh, (0xDC00...0xDFFF).contains(unit) {
                result.removeLast(3)
                result += Array(String(UnicodeScalar(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00))!).utf8)
                pendingHigh = nil
            } else {
                result += Array(String(UnicodeScalar(unit) ?? "\u{FFFD}").utf8)
                pendingHigh = (0xD800...0xDBFF).contains(unit) ? unit : nil
            }
            position = place + 7
            next = find(bytes, from: position)
        }
        result += bytes[position...]
        return String(decoding: result, as: UTF8.self)
    }

    /// Text as it is written into a cell: what XML cannot hold is escaped, and so is what would read as an escape.
    static func encoded(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var copy = text
        copy.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0A
                let isEscape = byte == UInt8(ascii: "_") && value(bytes, at: index) != nil
                guard isControl || isEscape else { continue }
                result += String(decoding: bytes[start..<index], as: UTF8.self)
                result +=
                    isEscape ? "_x005F_" : "_x00\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))_"
                start = index + 1
            }
            result += String(decoding: bytes[start...], as: UTF8.self)
        }
        // The two characters of the basic plane that XML 1.0 forbids.
        return result.contains("\u{FFFE}") || result.contains("\u{FFFF}")
            ? result.replacing("\u{FFFE}", with: "_xFFFE_").replacing("\u{FFFF}", with: "_xFFFF_") : result
    }

    private static func find(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard bytes.count - start >= 7 else { return nil }
        var index = start
        while index <= bytes.count - 7 {
            if bytes[index] == UInt8(ascii: "_"), value(bytes, at: index) != nil { return index }
            index += 1
        }
        return nil
    }

    private static func value(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32? {
        guard start + 7 <= bytes.count, bytes[start + 1] == UInt8(ascii: "x"), bytes[start + 6] == UInt8(ascii: "_")
        else {
            return nil
        }
        var value: UInt32 = 0
        for byte in bytes[(start + 2)..<(start + 6)] {
            guard let digit = hexadecimal(byte) else { return nil }
            value = value << 4 + digit
        }
        return value
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}
