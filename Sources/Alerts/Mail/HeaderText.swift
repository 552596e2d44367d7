import Ports

/// Words in a mail's header, whatever they are: encoded where they are not ASCII (RFC 2047), folded where they are long, and
/// without anything that could end the header.
enum HeaderText {
    /// As an unstructured field has it; `used`: what stands before it in its line.
    static func unstructured(_ text: String, used: Int) -> String {
        let clean = oneLine(text)
        // What looks like an encoded word would be read as one.
        guard !isPlain(clean) || clean.contains("=?") else { return folded(clean, used: used) }
        return encodedWords(clean, used: used).joined(separator: "\r\n ")
    }

    /// `=?utf-8?B?…?= <zoe@example.com>`
    static func mailbox(_ address: MailAddress, used: Int) -> String {
        let bare = oneLine(address.address)
        guard let name = address.name.map(oneLine), !name.isEmpty else { return bare }
        if isPlain(name), !name.contains("=?") {
            return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\" <\(bare)>"
        }
        return encodedWords(name, used: used).joined(separator: "\r\n ") + "\r\n <\(bare)>"
    }

    /// Control characters become blanks; so does what turns the direction of reading around.
    static func oneLine(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case _ where VisibleText.isHostile(scalar): out.append(" ")
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    /// "no longer than 78 characters" (RFC 5322, 2.1.1), at blanks.
    private static func folded(_ text: String, used: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            // A blank begins each line but the first.
            let room = lines.isEmpty ? 78 - used : 77
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > room {
                lines.append(line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        lines.append(line)
        // A word that no line has room for could pass the 998 bytes that are the end of all patience.
        guard lines.allSatisfy({ $0.utf8.count <= 900 }) else {
            return encodedWords(text, used: used).joined(separator: "\r\n ")
        }
        return lines.joined(separator: "\r\n ")
    }

    /// "An 'encoded-word' may not be more than 75 characters long"; each holds whole characters.
    private static func encodedWords(_ text: String, used: Int) -> [String] {
        // `=?utf-8?B?` and `?=` are 12; four characters hold three bytes.
        let usual = (75 - 12) / 4 * 3
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var room = max(6, (75 - 12 - used) / 4 * 3)
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > room {
                words.append(word)
                word = []
                room = usual
            }
            word += bytes
        }
        if !word.isEmpty { words.append(word) }
        return words.map { "=?utf-8?B?\(Base64.text($0))?=" }
    }
}
