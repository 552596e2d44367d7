/// Shows a value to a person so that what is wrong with it can be seen: `"orders[nbsp]"`.
package enum VisibleText {
    /// In double quotes, invisible characters named, cut to `limit` characters.
    package static func quoted(_ text: String, limit: Int = 80) -> String { "\"" + shown(text, limit: limit) + "\"" }

    package static func shown(_ text: String, limit: Int = 80) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit { return result + "…" }
            count += 1
            if let name = name(of: scalar) {
                result += "[" + name + "]"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// In one line that steers no terminal and is read in the order in which it is written: what could do otherwise becomes an
    /// escape such as `\u{1b}`.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHostile) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isHostile(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Control characters (C0, DEL, C1), line and paragraph separators, directional marks, embeddings, overrides and isolates,
    /// the byte order mark.
    package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// What a character that nobody sees is called; nil for the others and for the ordinary blank.
    package static func name(of scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x20..<0x7F: nil
        case 0x09: "tab"
        case 0x0A: "newline"
        case 0x0D: "return"
        case 0xA0: "nbsp"
        case 0xAD: "soft hyphen"
        case 0x200B: "zero-width space"
        case 0x200C: "zero-width non-joiner"
        case 0x200D: "zero-width joiner"
        case 0x2060: "word joiner"
        case 0xFEFF: "byte order mark"
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x1680, 0x180E, 0x2000...0x200F, 0x2028...0x202F, 0x205F,
            0x2066...0x2069, 0x3000:
            "U+" + hex(scalar.value)
        default: nil
        }
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
