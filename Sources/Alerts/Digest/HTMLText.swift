import Ports

/// Text in a page or a mail: whatever a job, a source or an error says is text in it, and nothing else.
package enum HTMLText {
    /// For text and for attributes in double quotes. What would not show, or would turn the line around, is shown as what it is.
    package static func escaped(_ text: String) -> String {
        var isPlain = true
        for byte in text.utf8 where byte < 0x20 || byte >= 0x7F || "<>&\"'".utf8.contains(byte) { isPlain = false }
        if isPlain { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;".utf8
            case "<": out += "&lt;".utf8
            case ">": out += "&gt;".utf8
            case "\"": out += "&quot;".utf8
            case "'": out += "&#39;".utf8
            case "\n", "\r", "\t": out.append(0x20)
            default:
                if VisibleText.isHostile(scalar) || scalar.value == 0xFFFE || scalar.value == 0xFFFF {
                    out += "\u{FFFD}".utf8
                } else {
                    out += UTF8.encode(scalar)!
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Long texts end in an ellipsis.
    package static func clipped(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.count > limit else { return escaped(text) }
        return escaped(String(text.prefix(limit))) + "…"
    }
}
