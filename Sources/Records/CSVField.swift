import Ports

/// A text as a field of a CSV file (RFC 4180) that spreadsheets open as what it says: nothing in it runs.
enum CSVField {
    /// What programs take for the beginning of a formula; Excel in Japan reads the full-width forms as well.
    private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\u{A0}" || scalar == "\u{3000}"
    }

    /// In one line: breaks and other control characters become blanks, so that a record never goes over two lines and a
    /// cut one cannot swallow the next.
    static func line(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        var isBlank = false
        for scalar in text.unicodeScalars {
            if VisibleText.isHostile(scalar) {
                if !isBlank { folded.append(" ") }
                isBlank = true
            } else {
                folded.append(scalar)
                isBlank = scalar == " "
            }
        }
        return exact(guardingLists(String(folded)))
    }

    /// As it is, line breaks too.
    static func exact(_ text: String) -> String {
        let safe = needsGuard(text) ? "'" + text : text
        let isPlain = safe.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "\t"), UInt8(ascii: "\r"),
                UInt8(ascii: "\n"):
                false
            default: true
            }
        }
        guard !isPlain || safe.first == " " || safe.last == " " else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    /// What `exact` was given; `line` has changed its text before.
    static func meaning(_ field: String) -> String {
        guard field.utf8.first == UInt8(ascii: "'"), needsGuard(String(field.dropFirst())) else { return field }
        return String(field.dropFirst())
    }

    /// A text that begins like a formula; one that only begins with the mark for it, so that reading takes off the mark
    /// that was put on. Plain negative numbers are what they look like.
    private static func needsGuard(_ text: String) -> Bool {
        let rest = text.unicodeScalars.drop { isBlank($0) || $0 == "'" }
        guard let first = rest.first, beginsFormula(first) else { return false }
        return !(first == "-" && rest.startIndex == text.startIndex && isNumber(rest.dropFirst()))
    }

    private static func isNumber(_ digits: Substring.UnicodeScalarView) -> Bool {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0.value) } }
    }

    /// Where semicolons part the fields, as Excel expects in much of Europe, a text's own semicolon begins a cell.
    private static func guardingLists(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ";")) else { return text }
        var result = String.UnicodeScalarView()
        var isBehind = false
        for scalar in text.unicodeScalars {
            if isBehind, beginsFormula(scalar) { result.append("'") }
            result.append(scalar)
            isBehind = scalar == ";" || (isBehind && (isBlank(scalar) || scalar == "\""))
        }
        return String(result)
    }
}
