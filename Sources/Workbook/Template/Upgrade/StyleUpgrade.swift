/// Adds formats at the end of a workbook's styles: those that are there keep their numbers.
struct StyleUpgrade {
    /// One of the lists of a style sheet, and what is put behind its end.
    private struct List {
        var element: XMLText.Element?
        var count = 0
        var added: [String] = []

        mutating func append(_ text: String) -> Int {
            added.append(text)
            return count + added.count - 1
        }
    }

    /// In the schema's order (ECMA-376 part 1, 18.8.39).
    private static let order = [
        "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
        "colors",
        "extLst",
    ]

    private let xml: XMLText
    private let root: XMLText.Element
    private let parts: [XMLText.Element]
    private var lists: [String: List] = [:]
    private var plainFormats: [Int: Int] = [:]
    /// What was taken over already: list and number there, number here.
    private var adopted: [String: [Int: Int]] = [:]
    private var nextNumberFormat = 164

    /// Nil where the part is not as Excel's programs write it; the new columns then have no format of their own.
    init?(_ bytes: [UInt8]) {
        xml = XMLText(bytes)
        guard xml.isUTF8, let root = xml.root, root.name == "styleSheet" else { return nil }
        self.root = root
        parts = xml.children(of: root)
        guard let formats = parts.first(where: { $0.name == "cellXfs" }), !formats.isSelfClosed else { return nil }
        for part in parts where Self.order.contains(part.name) {
            lists[part.name] = List(element: part, count: xml.children(of: part).count)
        }
        let known = lists["numFmts"]?.element.map {
            xml.children(of: $0).compactMap { xml.integer("numFmtId", of: $0) }
        }
        nextNumberFormat = max(nextNumberFormat, (known?.max() ?? 0) + 1)
    }

    /// The number of a cell format that is plain but for one of Excel's own number formats.
    mutating func format(number: Int) -> Int {
        if let known = plainFormats[number] { return known }
        let index = append(
            "<\(xml.prefix)xf numFmtId=\"\(number)\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
            to: "cellXfs")
        plainFormats[number] = index
        return index
    }

    /// The number of a look for conditional formats.
    mutating func look(text: UInt32, fill: UInt32) -> Int {
        let p = xml.prefix
        return append(
            "<\(p)dxf><\(p)font><\(p)b/><\(p)color rgb=\"\(Self.hex(text))\"/></\(p)font><\(p)fill><\(p)patternFill>"
                + "<\(p)bgColor rgb=\"\(Self.hex(fill))\"/></\(p)patternFill></\(p)fill></\(p)dxf>", to: "dxfs")
    }

    // MARK: formats of another workbook

    /// Whether formats of a workbook that libxlsxwriter wrote can be taken over as they are written there.
    var takesFormats: Bool { xml.prefix.isEmpty && ["fonts", "fills", "borders"].allSatisfy { lists[$0] != nil } }

    /// The number here of a cell format there, with its font, fill, border and number format.
    mutating func format(_ number: Int, of other: StyleSource) -> Int {
        if let known = adopted["cellXfs"]?[number] { return known }
        guard var text = other.text("cellXfs", number) else { return 0 }
        for (attribute, list) in [("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")] {
            text = other.replacing(attribute, in: text) { adopt($0, of: list, from: other) }
        }
        text = other.replacing("numFmtId", in: text) { numberFormat($0, of: other) }
        text = other.replacing("xfId", in: text) { _ in 0 }
        let index = append(text, to: "cellXfs")
        adopted["cellXfs", default: [:]][number] = index
        return index
    }

    /// The number here of a look there.
    mutating func look(_ number: Int, of other: StyleSource) -> Int { adopt(number, of: "dxfs", from: other) }

    private mutating func adopt(_ number: Int, of list: String, from other: StyleSource) -> Int {
        if let known = adopted[list]?[number] { return known }
        guard let text = other.text(list, number) else { return 0 }
        let index = append(text, to: list)
        adopted[list, default: [:]][number] = index
        return index
    }

    private mutating func numberFormat(_ number: Int, of other: StyleSource) -> Int {
        // Excel's own, the same everywhere.
        guard number >= 164 else { return number }
        if let known = adopted["numFmts"]?[number] { return known }
        guard let code = other.numberFormats[number] else { return 0 }
        let id = nextNumberFormat
        nextNumberFormat += 1
        _ = append("<numFmt numFmtId=\"\(id)\" formatCode=\"\(code)\"/>", to: "numFmts")
        adopted["numFmts", default: [:]][number] = id
        return id
    }

    // MARK: the result

    private mutating func append(_ text: String, to list: String) -> Int { lists[list, default: List()].append(text) }

    /// Nil where nothing was added.
    func finished() -> [UInt8]? {
        var splices = Splices()
        for name in Self.order {
            guard let list = lists[name], !list.added.isEmpty else { continue }
            let all = list.added.joined()
            guard let element = list.element, !element.isSelfClosed else {
                let whole =
                    "<\(xml.prefix)\(name) count=\"\(list.added.count)\">\(all)</\(xml.prefix)\(name)>"
                if let element = list.element {
                    splices.replace(element.tag.lowerBound..<element.end, with: whole)
                } else {
                    splices.insert(whole, at: place(of: name))
                }
                continue
            }
            splices.insert(all, at: element.content.upperBound)
            if let count = xml.value("count", in: element.tag) {
                splices.replace(count, with: "\(list.count + list.added.count)")
            }
        }
        return splices.isEmpty ? nil : splices.applied(to: xml.bytes)
    }

    private func place(of list: String) -> Int {
        let later = Self.order.drop { $0 != list }.dropFirst()
        return parts.first { later.contains($0.name) }?.tag.lowerBound ?? root.content.upperBound
    }

    private static func hex(_ color: UInt32) -> String {
        let digits = String(color, radix: 16, uppercase: true)
        return "FF" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
