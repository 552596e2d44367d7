/// The styles of a workbook that libxlsxwriter wrote, element by element, to be taken over by another one.
struct StyleSource {
    private let xml: XMLText
    private var lists: [String: [XMLText.Element]] = [:]
    /// Codes as they stand in the XML, by their number.
    private(set) var numberFormats: [Int: String] = [:]

    init(_ bytes: [UInt8]) {
        xml = XMLText(bytes)
        guard let root = xml.root else { return }
        for part in xml.children(of: root) {
            lists[part.name] = xml.children(of: part)
            guard part.name == "numFmts" else { continue }
            for format in xml.children(of: part) {
                if let id = xml.integer("numFmtId", of: format) {
                    numberFormats[id] = xml.text("formatCode", of: format)
                }
            }
        }
    }

    func text(_ list: String, _ number: Int) -> String? {
        guard let elements = lists[list], elements.indices.contains(number) else { return nil }
        return String(decoding: xml.bytes[elements[number].tag.lowerBound..<elements[number].end], as: UTF8.self)
    }

    /// An element's text with another number in one of its attributes.
    func replacing(_ attribute: String, in text: String, _ change: (Int) -> Int) -> String {
        let piece = XMLText(Array(text.utf8))
        guard let root = piece.root, let place = piece.value(attribute, in: root.tag),
            let number = Int(String(decoding: piece.bytes[place], as: UTF8.self))
        else { return text }
        var splices = Splices()
        splices.replace(place, with: "\(change(number))")
        return String(decoding: splices.applied(to: piece.bytes), as: UTF8.self)
    }
}
