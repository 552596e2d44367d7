import Ports

/// Pieces of a page. Whatever a job, a source or an error says is text in it, and nothing else.
enum HTMLText {
    /// For text and for attributes in double quotes. What would not show, or would turn the line around, is shown as what it is.
    static func escaped(_ text: String) -> String {
        var isPlain = true
        for byte in text.utf8 where byte < 0x20 || byte >= 0x7F || "<>&\"'".utf8.contains(byte) { isPlain = false }
        if isPlain { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out += " "
            default:
                switch scalar.value {
                case _ where VisibleText.isHostile(scalar), 0xFFFE, 0xFFFF:
                    out += "\u{FFFD}"
                default: out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }

    /// Long texts end in an ellipsis; the whole stands in the audit trail.
    static func clipped(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.count > limit else { return escaped(text) }
        return escaped(String(text.prefix(limit))) + "…"
    }
}
