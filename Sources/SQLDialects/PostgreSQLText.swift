/// Text that becomes part of a statement for PostgreSQL passes through here and nowhere else, by its own source as by ODBC.
package enum PostgreSQLText {
    /// Always quoted: a name then means itself, whatever its case and whatever the next version reserves.
    package static func identifier(_ name: String) -> String {
        QuotedText.quoted(name, open: "\"", close: "\"", doubling: ["\""])
    }

    /// A text constant that means the same under either setting of standard_conforming_strings.
    package static func literal(_ text: String) -> String {
        let quoted = QuotedText.quoted(text, open: "'", close: "'", doubling: ["'", "\\"])
        return text.utf8.contains(UInt8(ascii: "\\")) ? " E" + quoted : quoted
    }
}
