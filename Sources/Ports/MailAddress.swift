/// Somebody who gets or sends mail: `ana@example.com`, `Zoë Müller <zoe@example.com>`.
package struct MailAddress: Hashable, Sendable {
    package var name: String?
    package var address: String

    /// Nil where it is no address.
    package init?(_ text: String) {
        let text = Self.trimmed(text)
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            guard Self.isPlausible(text) else { return nil }
            (name, address) = (nil, text)
            return
        }
        address = String(text[text.index(after: open)...].dropLast())
        guard Self.isPlausible(address) else { return nil }
        var name = Self.trimmed(String(text[..<open]))
        if name.count > 1, name.hasPrefix("\""), name.hasSuffix("\"") { name = String(name.dropFirst().dropLast()) }
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
        self.name = name.isEmpty ? nil : name
    }

    /// Mail servers without SMTPUTF8, which are most, take nothing else.
    package var isASCII: Bool { address.utf8.allSatisfy { $0 < 0x80 } }

    /// Good enough to catch a name or a typing mistake; the mail server has the last word.
    package static func isPlausible(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > 0 else { return false }
        let host = bytes[(at + 1)...]
        let dot = UInt8(ascii: ".")
        return host.count >= 3 && host.first != dot && host.last != dot && !host.contains(UInt8(ascii: "@"))
            && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
