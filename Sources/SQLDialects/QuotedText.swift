import Ports

/// Puts text into quotes so that nothing in it can end them.
///
/// It works on bytes, as servers do: to Swift a quotation mark and an accent behind it are one `Character`, which is not a
/// quotation mark, and a name that holds them would end its quotes.
enum QuotedText {
    /// `doubled` are the bytes that are written twice.
    static func quoted(
        _ text: String, open: Unicode.Scalar, close: Unicode.Scalar, doubling doubled: [Unicode.Scalar]
    ) -> String {
        let doubled = doubled.map { UInt8(ascii: $0) }
        var out = [UInt8(ascii: open)]
        for byte in text.utf8 {
            if doubled.contains(byte) { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: close))
        return String(decoding: out, as: UTF8.self)
    }

    /// `'…'` with quotation marks doubled, as the standard has it.
    static func standardLiteral(_ text: String, title: String) throws(SQLDialectFault) -> String {
        try refuseNUL(text, title: title)
        return quoted(text, open: "'", close: "'", doubling: ["'"])
    }

    static func refuseNUL(_ text: String, title: String) throws(SQLDialectFault) {
        guard text.utf8.contains(0) else { return }
        throw SQLDialectFault(
            .configuration,
            "The text \(VisibleText.quoted(text)) holds a NUL character, which \(title) has no constant for",
            remedy: "Take it out.")
    }
}
