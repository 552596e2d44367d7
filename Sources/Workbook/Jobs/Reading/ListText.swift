/// `id, "first, last"; total`: names separated by comma, semicolon or newline. Double quotes keep what is between them.
enum ListText {
    static func items(of text: String) -> [String] {
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
