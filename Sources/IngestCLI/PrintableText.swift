import Ports

/// Names and values come from strangers: nothing of them may steer the terminal or reorder what is read.
enum PrintableText {
    /// Control characters (C0, DEL, C1), line and direction marks become escapes such as `\u{1b}`; the rest stays.
    static func escaped(_ text: String, keepingNewlines: Bool = false) -> String {
        guard keepingNewlines else { return VisibleText.escaped(text) }
        guard text.unicodeScalars.contains(where: isHostile) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\n"
            case "\t": result += "    "
            default: result += VisibleText.escaped(String(scalar))
            }
        }
        return result
    }

    static func isHostile(_ scalar: Unicode.Scalar) -> Bool { VisibleText.isHostile(scalar) }

    /// Columns of a terminal that the text takes; good enough for the labels of a progress line.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// The longest beginning that fits `columns`, with `…` where something was cut.
    static func truncated(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            if used + width(character) > columns - 1 { break }
            result.append(character)
            used += width(character)
        }
        return result + "…"
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
