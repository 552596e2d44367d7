/// Adds formats at the end of a workbook's styles: those that are there keep their numbers.
struct StyleUpgrade {
    private let xml: XMLText
    private var splices = Splices()
    private var formats: [Int: Int] = [:]
    private var addedFormats: [String] = []
    private var addedLooks: [String] = []
    private let cellFormats: XMLText.Element
    private let formatCount: Int
    private let looks: XMLText.Element?
    private let lookCount: Int

    /// Nil where the part is not as Excel's programs write it; the new columns then have no format of their own.
    init?(_ bytes: [UInt8]) {
        xml = XMLText(bytes)
        guard xml.isUTF8, let root = xml.root, root.name == "styleSheet" else { return nil }
        let parts = xml.children(of: root)
        guard let found = parts.first(where: { $0.name == "cellXfs" }), !found.isSelfClosed else { return nil }
        cellFormats = found
        formatCount = xml.children(of: found).count
        let looks = parts.first { $0.name == "dxfs" }
        self.looks = looks
        var count = 0
        if let looks { count = xml.children(of: looks).count }
        lookCount = count
        place =
            looks?.end ?? parts.first { ["tableStyles", "colors", "extLst"].contains($0.name) }?.tag.lowerBound
            ?? root.content.upperBound
    }

    private let place: Int

    /// The number of a cell format that is plain but for one of Excel's own number formats.
    mutating func format(number: Int) -> Int {
        if let known = formats[number] { return known }
        let index = formatCount + addedFormats.count
        addedFormats.append(
            "<\(xml.prefix)xf numFmtId=\"\(number)\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
        )
        formats[number] = index
        return index
    }

    /// The number of a look for conditional formats.
    mutating func look(text: UInt32, fill: UInt32) -> Int {
        let p = xml.prefix
        addedLooks.append(
            "<\(p)dxf><\(p)font><\(p)b/><\(p)color rgb=\"\(Self.hex(text))\"/></\(p)font><\(p)fill><\(p)patternFill>"
                + "<\(p)bgColor rgb=\"\(Self.hex(fill))\"/></\(p)patternFill></\(p)fill></\(p)dxf>")
        return lookCount + addedLooks.count - 1
    }

    /// Nil where nothing was added.
    func finished() -> [UInt8]? {
        var splices = splices
        if !addedFormats.isEmpty {
            splices.insert(addedFormats.joined(), at: cellFormats.content.upperBound)
            if let count = xml.value("count", in: cellFormats.tag) {
                splices.replace(count, with: "\(formatCount + addedFormats.count)")
            }
        }
        if !addedLooks.isEmpty {
            let all = addedLooks.joined()
            if let looks, !looks.isSelfClosed {
                splices.insert(all, at: looks.content.upperBound)
                if let count = xml.value("count", in: looks.tag) {
                    splices.replace(count, with: "\(lookCount + addedLooks.count)")
                }
            } else {
                let element = "<\(xml.prefix)dxfs count=\"\(addedLooks.count)\">\(all)</\(xml.prefix)dxfs>"
                if let looks {
                    splices.replace(looks.tag.lowerBound..<looks.end, with: element)
                } else {
                    splices.insert(element, at: place)
                }
            }
        }
        return splices.isEmpty ? nil : splices.applied(to: xml.bytes)
    }

    private static func hex(_ color: UInt32) -> String {
        let digits = String(color, radix: 16, uppercase: true)
        return "FF" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
