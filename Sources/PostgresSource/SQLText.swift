/// Text that becomes part of an SQL statement passes through here and nowhere else.
///
/// It works on bytes, as the server does: to Swift a quotation mark and an accent behind it are one `Character`, which is
/// not a quotation mark, and a name that holds them would end its quotes.
package enum SQLText {
    /// Always quoted: a name then means itself, whatever its case and whatever the next version reserves.
    package static func identifier(_ name: String) -> String { quoted(name, UInt8(ascii: "\"")) }

    /// A text constant that means the same under either setting of standard_conforming_strings.
    package static func literal(_ text: String) -> String {
        text.utf8.contains(backslash) ? " E" + quoted(text, UInt8(ascii: "'")) : quoted(text, UInt8(ascii: "'"))
    }

    private static let backslash = UInt8(ascii: "\\")

    private static func quoted(_ text: String, _ quote: UInt8) -> String {
        var out = [quote]
        for byte in text.utf8 {
            if byte == quote || (byte == backslash && quote == UInt8(ascii: "'")) { out.append(byte) }
            out.append(byte)
        }
        out.append(quote)
        return String(decoding: out, as: UTF8.self)
    }
}
