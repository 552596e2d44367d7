/// `id, "first, last"; total`: names separated by comma, semicolon or newline. Double quotes keep what is between them.
enum ListText {
    static func items(of text: String) -> [String] {
        if text.utf8.contains(UInt8(ascii: "\"")) { return quotedItems(of: text) }
        var items: [String] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        while true {
            let end = bytes[start...].firstIndex(where: isDivider) ?? bytes.endIndex
            // Dividers are ASCII: they never stand inside a character.
            let item = Substring(bytes[start..<end].drop { $0 == 0x20 })
            if !item.isEmpty {
                let clean = CellText.cleaned(String(item)).text
                if !clean.isEmpty { items.append(clean) }
            }
            if end == bytes.endIndex { return items }
            start = bytes.index(after: end)
        }
    }

    private static func isDivider(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\n")
    }

    private static func quotedItems(of text: String) -> [String] {
        var items: [String] = []
        var item = String.UnicodeScalarView()
        var isQuoted = false
        var wasQuoted = false
        func finished() -> String {
            let text = String(item)
            return wasQuoted ? text : CellText.cleaned(text).text
        }
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            switch scalar {
            case "\"" where isQuoted && index + 1 < scalars.count && scalars[index + 1] == "\"":
                item.append("\"")
                index += 1
            case "\"" where isQuoted: isQuoted = false
            case "\"" where item.allSatisfy({ $0 == " " }):
                isQuoted = true
                wasQuoted = true
                item = String.UnicodeScalarView()
            case ",", ";", "\n":
                if isQuoted {
                    item.append(scalar)
                } else {
                    items.append(finished())
                    item = String.UnicodeScalarView()
                    wasQuoted = false
                }
            default: if isQuoted || !wasQuoted { item.append(scalar) }
            }
            index += 1
        }
        items.append(finished())
        return items.filter { !$0.isEmpty }
    }
}
