/// Text in seven bits and short lines (RFC 2045, 6.7), so that no server on the way has a reason to touch it.
enum QuotedPrintable {
    private static let digits = Array("0123456789ABCDEF".utf8)
    /// "lines of no more than 76 characters", the soft break's `=` among them.
    private static let longest = 76

    /// Lines of `text` may end in `\n`; those of the result end in CR LF.
    static func encode(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        var column = 0
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A {
                out += [0x0D, 0x0A]
                column = 0
                continue
            }
            let isLast = index + 1 == bytes.count || bytes[index + 1] == 0x0A
            // A blank at the end of a line would be lost on the way.
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || byte == 0x20 && !isLast
            // A soft break needs a place of its own, unless the line ends here.
            if column + (isPlain ? 1 : 3) > longest - (isLast ? 0 : 1) {
                out += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
            }
            // A point alone in its line would end the mail.
            if isPlain, byte != UInt8(ascii: ".") || column > 0 {
                out.append(byte)
                column += 1
            } else {
                out += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                column += 3
            }
        }
        return out
    }
}
