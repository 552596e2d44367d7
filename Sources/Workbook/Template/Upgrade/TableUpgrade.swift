/// Makes an Excel table wider by columns at its right edge.
struct TableUpgrade {
    private let xml: XMLText
    private let root: XMLText.Element
    private let columns: XMLText.Element
    let name: String
    let area: CellArea

    /// Nil where the part is no table that is understood.
    init?(_ bytes: [UInt8]) {
        xml = XMLText(bytes)
        guard xml.isUTF8, let root = xml.root, root.name == "table",
            let area = xml.text("ref", of: root).flatMap({ CellArea($0) }),
            let columns = xml.children(of: root).first(where: { $0.name == "tableColumns" }), !columns.isSelfClosed,
            xml.children(of: columns).count == area.last.column - area.first.column + 1
        else { return nil }
        self.root = root
        self.columns = columns
        self.area = area
        name = xml.text("displayName", of: root) ?? xml.text("name", of: root) ?? "table"
    }

    /// Why it cannot be done; nil where it can.
    var refusal: String? {
        if xml.integer("headerRowCount", of: root) == 0 { return "its header row is switched off" }
        if let kind = xml.text("tableType", of: root), kind != "worksheet" { return "it belongs to a query" }
        if xml.children(of: columns).contains(where: { xml.value("id", in: $0.tag) == nil }) {
            return "its columns have no numbers"
        }
        return nil
    }

    func widened(by headers: [String]) -> [UInt8] {
        var wider = area
        wider.last.column += headers.count
        var splices = Splices()
        if let ref = xml.value("ref", in: root.tag) { splices.replace(ref, with: wider.text) }
        for filter in xml.children(of: root) where filter.name == "autoFilter" {
            guard let ref = xml.value("ref", in: filter.tag),
                var filtered = CellArea(String(decoding: xml.bytes[ref], as: UTF8.self)),
                filtered.last.column == area.last.column
            else { continue }
            filtered.last.column = wider.last.column
            splices.replace(ref, with: filtered.text)
        }
        let known = xml.children(of: columns)
        var id = known.compactMap { xml.integer("id", of: $0) }.max() ?? known.count
        var added = ""
        for header in headers {
            id += 1
            added += "<\(xml.prefix)tableColumn id=\"\(id)\" name=\"\(XMLText.escaped(header))\"/>"
        }
        splices.insert(added, at: columns.content.upperBound)
        if let count = xml.value("count", in: columns.tag) {
            splices.replace(count, with: "\(known.count + headers.count)")
        }
        return splices.applied(to: xml.bytes)
    }
}
