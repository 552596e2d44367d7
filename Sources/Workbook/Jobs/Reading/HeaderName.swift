/// A header without what people vary: case, blanks, `_`, `-`, and characters that nobody sees.
enum HeaderName {
    static func plain(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var isASCII = true
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A: result.append(byte | 0x20)
            case UInt8(ascii: "_"), UInt8(ascii: "-"), 0x00...0x20: continue
            case 0x80...: isASCII = false
            default: result.append(byte)
            }
        }
        if isASCII { return String(decoding: result, as: UTF8.self) }
        var scalars = String.UnicodeScalarView()
        for scalar in CellText.cleaned(text).text.lowercased().unicodeScalars
        where scalar != "_" && scalar != "-" && !scalar.properties.isWhitespace {
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
