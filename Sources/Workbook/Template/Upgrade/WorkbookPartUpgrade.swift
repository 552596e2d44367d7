/// Puts sheets and names of ranges into a workbook's main part.
struct WorkbookPartUpgrade {
    private let xml: XMLText
    private let root: XMLText.Element
    private let parts: [XMLText.Element]
    private let sheets: XMLText.Element
    /// Names that hold in the whole workbook, with the elements that define them.
    private var known: [String: XMLText.Element] = [:]
    private var addedSheets: [(name: String, relationship: String, isHidden: Bool)] = []
    private var newNames: [(name: String, sheet: Int?, formula: String)] = []

    /// Nil where the part is not as Excel's programs write it.
    init?(_ bytes: [UInt8]) {
        xml = XMLText(bytes)
        guard xml.isUTF8, let root = xml.root, root.name == "workbook" else { return nil }
        self.root = root
        parts = xml.children(of: root)
        guard let sheets = parts.first(where: { $0.name == "sheets" }), !sheets.isSelfClosed else { return nil }
        self.sheets = sheets
        for name in parts.filter({ $0.name == "definedNames" }).flatMap({ xml.children(of: $0) }) {
            guard xml.value("localSheetId", in: name.tag) == nil, let text = xml.text("name", of: name) else {
                continue
            }
            known[text] = name
        }
    }

    /// Whether a person has locked the workbook against more sheets.
    var isProtected: Bool {
        parts.contains {
            $0.name == "workbookProtection" && ["1", "true"].contains(xml.text("lockStructure", of: $0) ?? "0")
        }
    }

    /// Sheets of any kind, chart sheets too: their places count.
    var sheetCount: Int { xml.children(of: sheets).count + addedSheets.count }

    /// A sheet of any kind, without regard to case as Excel compares.
    func has(sheet name: String) -> Bool {
        xml.children(of: sheets).contains { xml.text("name", of: $0)?.lowercased() == name.lowercased() }
    }

    var isStrict: Bool {
        String(decoding: xml.bytes[root.tag], as: UTF8.self).contains("purl.oclc.org/ooxml/spreadsheetml")
    }

    var names: Set<String> { Set(known.keys) }

    func formula(of name: String) -> String? {
        known[name].map { String(decoding: xml.bytes[$0.content], as: UTF8.self) }
    }

    mutating func add(sheet name: String, relationship: String, isHidden: Bool = false) {
        addedSheets.append((name, relationship, isHidden))
    }

    /// `sheet` is the place of the sheet that the name is for; nil: all of them. One that is there gets the new formula.
    mutating func define(_ name: String, as formula: String, sheet: Int? = nil) {
        if sheet == nil, self.formula(of: name) == XMLText.escaped(formula) { return }
        newNames.append((name, sheet, formula))
    }

    /// Nil where nothing was added.
    func finished() -> [UInt8]? {
        var splices = Splices()
        let p = xml.prefix
        var id = xml.children(of: sheets).compactMap { xml.integer("sheetId", of: $0) }.max() ?? 0
        var added = ""
        for sheet in addedSheets {
            id += 1
            added +=
                "<\(p)sheet xmlns:r=\"\(RelationshipsSplice.base(isStrict: false))\" "
                + "name=\"\(XMLText.escaped(sheet.name))\" sheetId=\"\(id)\""
                + (sheet.isHidden ? " state=\"hidden\"" : "") + " r:id=\"\(sheet.relationship)\"/>"
        }
        if !added.isEmpty { splices.insert(added, at: sheets.content.upperBound) }

        var fresh = ""
        for (name, sheet, formula) in newNames {
            if sheet == nil, let there = known[name] {
                let text = "<\(p)definedName name=\"\(name)\">\(XMLText.escaped(formula))</\(p)definedName>"
                splices.replace(there.tag.lowerBound..<there.end, with: text)
            } else {
                fresh +=
                    "<\(p)definedName name=\"\(name)\"" + (sheet.map { " localSheetId=\"\($0)\"" } ?? "")
                    + ">\(XMLText.escaped(formula))</\(p)definedName>"
            }
        }
        if !fresh.isEmpty {
            if let list = parts.first(where: { $0.name == "definedNames" }), !list.isSelfClosed {
                splices.insert(fresh, at: list.content.upperBound)
            } else {
                let whole = "<\(p)definedNames>\(fresh)</\(p)definedNames>"
                let before = parts.last { ["sheets", "functionGroups", "externalReferences"].contains($0.name) }
                if let list = parts.first(where: { $0.name == "definedNames" }) {
                    splices.replace(list.tag.lowerBound..<list.end, with: whole)
                } else {
                    splices.insert(whole, at: before?.end ?? sheets.end)
                }
            }
        }
        return splices.isEmpty ? nil : splices.applied(to: xml.bytes)
    }
}
