/// A sheet of the template on its way into another workbook: texts within its cells, formats by their new numbers, and the
/// parts that belong to it (comments with their boxes, a table) under new names.
///
///     sheet ──legacyDrawing──▶ vmlDrawing
///       ├─────relationship───▶ comments
///       └─────tableParts─────▶ table
struct SheetTransplant {
    let template: WorkbookFile
    let source: StyleSource
    private let strings: [String]

    init(_ template: WorkbookFile) throws {
        self.template = template
        let parts = template.contents.parts
        let styles = template.contents.stylesPart().flatMap { parts.index(of: $0) }
        source = StyleSource(try styles.map { try parts.archive.read($0, atMost: WorkbookContents.Limit.styles) } ?? [])
        let links = try parts.relationships(of: template.contents.part)
        let table = links.first { $0.type == "sharedStrings" }.flatMap { parts.index(of: $0.target) }
        let xml = XMLText(try table.map { try parts.archive.read($0, atMost: WorkbookContents.Limit.strings) } ?? [])
        strings =
            xml.root.map { root in
                xml.children(of: root).map { String(decoding: xml.bytes[$0.content], as: UTF8.self) }
            } ?? []
    }

    /// The highest number and the names that tables of the other workbook have.
    struct Names {
        var tableNumber: Int
        var tableNames: Set<String>
    }

    /// Adds the sheet's parts, and answers the sheet's own: what remains is to name it in the workbook's main part.
    /// `linksToGuide`: the Guide that its headers link to comes along.
    func place(
        _ name: String, in package: inout PackageEdit, styles: inout StyleUpgrade, names: inout Names,
        linksToGuide: Bool
    ) throws -> String {
        let sheet = try template.contents.sheet(name)
        let parts = template.contents.parts
        let bytes = try parts.archive.read(template.contents.index(of: sheet), atMost: WorkbookContents.Limit.sheet)
        let target = package.free("xl/worksheets/sheet", ".xml")
        package.added.append((target, rewritten(bytes, &styles, linksToGuide: linksToGuide)))
        package.contentTypes.overrides.append((target, Self.type("worksheet")))

        var links = ""
        for link in try parts.relationships(of: sheet.part) {
            guard let index = parts.index(of: link.target) else { continue }
            var part = try parts.archive.read(index, atMost: WorkbookContents.Limit.sheet)
            let place: String
            switch link.type {
            case "comments":
                place = package.free("xl/comments", ".xml")
                package.contentTypes.overrides.append((place, Self.type("comments")))
            case "vmlDrawing":
                place = package.free("xl/drawings/vmlDrawing", ".vml")
                package.contentTypes.needsVML = true
            case "table":
                place = package.free("xl/tables/table", ".xml")
                part = renamed(part, &names)
                package.contentTypes.overrides.append((place, Self.type("table")))
            default: continue
            }
            package.added.append((place, part))
            links +=
                "<Relationship Id=\"\(link.id)\" Type=\"\(RelationshipsSplice.base(isStrict: false))/\(link.type)\" "
                + "Target=\"/\(place)\"/>"
        }
        if !links.isEmpty {
            let (folder, file) = PackageParts.split(target)
            package.added.append(("\(folder)_rels/\(file).rels", Self.relationships(links)))
        }
        return target
    }

    static func type(_ kind: String) -> String {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.\(kind)+xml"
    }

    private static func relationships(_ links: String) -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\(links)</Relationships>
            """.utf8)
    }

    private func rewritten(_ bytes: [UInt8], _ styles: inout StyleUpgrade, linksToGuide: Bool) -> [UInt8] {
        let xml = XMLText(bytes)
        var splices = Splices()
        func renumber(_ attribute: String, _ element: XMLText.Element, _ change: (Int) -> Int) {
            guard let place = xml.value(attribute, in: element.tag), let number = xml.integer(attribute, of: element)
            else { return }
            splices.replace(place, with: "\(change(number))")
        }
        for part in xml.root.map({ xml.children(of: $0) }) ?? [] {
            switch part.name {
            case "cols":
                for column in xml.children(of: part) { renumber("style", column) { styles.format($0, of: source) } }
            case "sheetData":
                for row in xml.children(of: part) {
                    renumber("s", row) { styles.format($0, of: source) }
                    for cell in xml.children(of: row) {
                        renumber("s", cell) { styles.format($0, of: source) }
                        inline(cell, xml, &splices)
                    }
                }
            case "conditionalFormatting":
                for rule in xml.children(of: part) { renumber("dxfId", rule) { styles.look($0, of: source) } }
            case "hyperlinks" where !linksToGuide:
                splices.replace(part.tag.lowerBound..<part.end, with: "")
            default: break
            }
        }
        return splices.applied(to: bytes)
    }

    /// `<c t="s"><v>7</v></c>` with the text itself: the other workbook's table of texts stays as it is.
    private func inline(_ cell: XMLText.Element, _ xml: XMLText, _ splices: inout Splices) {
        guard let type = xml.value("t", in: cell.tag), xml.text("t", of: cell) == "s",
            let value = xml.children(of: cell).first(where: { $0.name == "v" }),
            let number = Int(String(decoding: xml.bytes[value.content], as: UTF8.self)),
            strings.indices.contains(number)
        else { return }
        splices.replace(type, with: "inlineStr")
        splices.replace(value.tag.lowerBound..<value.end, with: "<is>\(strings[number])</is>")
    }

    /// A table with a number and a name that nothing else in the workbook has.
    private func renamed(_ bytes: [UInt8], _ names: inout Names) -> [UInt8] {
        let xml = XMLText(bytes)
        guard let root = xml.root, let id = xml.value("id", in: root.tag), let name = xml.text("name", of: root) else {
            return bytes
        }
        var free = name
        var number = 1
        while names.tableNames.contains(free.lowercased()) {
            number += 1
            free = "\(name)\(number)"
        }
        names.tableNames.insert(free.lowercased())
        names.tableNumber += 1
        var splices = Splices()
        splices.replace(id, with: "\(names.tableNumber)")
        for attribute in ["name", "displayName"] {
            if let place = xml.value(attribute, in: root.tag) { splices.replace(place, with: free) }
        }
        return splices.applied(to: bytes)
    }
}
