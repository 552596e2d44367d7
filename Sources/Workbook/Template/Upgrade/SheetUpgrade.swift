import Ports

/// Puts columns and rules into the XML of one sheet; nothing else of it changes.
struct SheetUpgrade {
    struct NewColumn {
        var header: String
        var number: Int
        var width: Double
        /// Of the cells below the header; nil: the sheet's plain one.
        var style: Int?
    }

    private let xml: XMLText
    private let root: XMLText.Element
    private let parts: [XMLText.Element]
    private let data: XMLText.Element
    private let headerRow: XMLText.Element
    private let headerNumber: Int
    private var splices = Splices()
    private var rules = ""
    private var ruleCount = 0
    private var looks = ""

    /// `row` is the sheet's number of the header's row.
    init(_ bytes: [UInt8], headerRow row: Int) throws(TemplateFault) {
        xml = XMLText(bytes)
        guard xml.isUTF8, let root = xml.root, root.name == "worksheet" else {
            throw TemplateFault("The sheet's XML is not UTF-8", kind: .configuration)
        }
        self.root = root
        parts = xml.children(of: root)
        guard let data = parts.first(where: { $0.name == "sheetData" }) else {
            throw TemplateFault("The sheet has no cells", kind: .configuration)
        }
        self.data = data
        var number = 0
        var found: XMLText.Element?
        for element in xml.children(of: data) where element.name == "row" {
            number = xml.integer("r", of: element) ?? number + 1
            if number == row {
                found = element
                break
            }
        }
        guard let found, !found.isSelfClosed else {
            throw TemplateFault("Row \(row), which has the headers, was not found", kind: .configuration)
        }
        headerRow = found
        headerNumber = row
    }

    // MARK: what is there

    /// Cells of the header's row by column, also empty ones that only have a look.
    private var headerCells: [Int: XMLText.Element] {
        var cells: [Int: XMLText.Element] = [:]
        var column = 0
        for cell in xml.children(of: headerRow) where cell.name == "c" {
            column = xml.text("r", of: cell).flatMap { CellReference($0) }?.column ?? column + 1
            cells[column] = cell
        }
        return cells
    }

    var isProtected: Bool {
        parts.contains { $0.name == "sheetProtection" && ["1", "true"].contains(xml.text("sheet", of: $0) ?? "0") }
    }

    /// Whether a merged range touches the area.
    func isMerged(_ area: CellArea) -> Bool {
        parts.filter { $0.name == "mergeCells" }.flatMap { xml.children(of: $0) }
            .compactMap { xml.text("ref", of: $0).flatMap { CellArea($0) } }.contains { $0.meets(area) }
    }

    /// Whether any rule for what may be typed covers the cell; Excel keeps some of them as an extension.
    func hasRule(at cell: CellReference) -> Bool { ruledAreas.contains { $0.contains(cell) } }

    private var ruledAreas: [CellArea] {
        var areas: [CellArea] = []
        for part in parts where part.name == "dataValidations" {
            for rule in xml.children(of: part) { areas += CellArea.list(xml.text("sqref", of: rule) ?? "") }
        }
        for part in parts where part.name == "extLst" {
            for list in xml.children(of: part).flatMap({ xml.children(of: $0) }) where list.name == "dataValidations" {
                for place in xml.children(of: list).flatMap({ xml.children(of: $0) }) where place.name == "sqref" {
                    areas += CellArea.list(String(decoding: xml.bytes[place.content], as: UTF8.self))
                }
            }
        }
        return areas
    }

    /// The list of words that a cell's rule allows; nil where it has no such rule.
    private func listRule(at cell: CellReference) -> (rule: XMLText.Element, formula: XMLText.Element)? {
        for part in parts where part.name == "dataValidations" {
            for rule in xml.children(of: part) where xml.text("type", of: rule) == "list" {
                guard CellArea.list(xml.text("sqref", of: rule) ?? "").contains(where: { $0.contains(cell) }),
                    let formula = xml.children(of: rule).first(where: { $0.name == "formula1" })
                else { continue }
                return (rule, formula)
            }
        }
        return nil
    }

    /// The words of a rule that has them in itself.
    func words(at cell: CellReference) -> [String]? {
        guard let (_, formula) = listRule(at: cell) else { return nil }
        let text = String(decoding: xml.bytes[formula.content], as: UTF8.self).replacing("&quot;", with: "\"")
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 else { return nil }
        return text.dropFirst().dropLast().split(separator: ",").map(String.init)
    }

    /// Whether a rule at the cell is one that the template or an earlier upgrade has put there.
    func isOurs(at cell: CellReference, title: String) -> Bool {
        guard let (rule, _) = listRule(at: cell), let error = xml.text("error", of: rule) else { return false }
        return EntryRule.beginnings(of: title).contains { error.hasPrefix($0) }
    }

    // MARK: what is added

    /// Gives a rule that is there another list of words; false where it has it already.
    mutating func refresh(_ rule: EntryRule, at cell: CellReference) -> Bool {
        guard let (old, formula) = listRule(at: cell), let wanted = rule.formula else { return false }
        let error = EntryRule.fitted(rule.complaint?.text ?? "", to: EntryRule.textLimit)
        let text = String(decoding: xml.bytes[formula.content], as: UTF8.self).replacing("&quot;", with: "\"")
        var isChanged = false
        if text != wanted, !formula.isSelfClosed {
            splices.replace(formula.content, with: XMLText.escaped(wanted))
            isChanged = true
        }
        if let place = xml.value("error", in: old.tag), xml.text("error", of: old) != error {
            splices.replace(place, with: XMLText.escaped(error))
            isChanged = true
        }
        return isChanged
    }

    /// `columns` stand side by side, in order, right of everything in the header's row.
    mutating func add(_ columns: [NewColumn]) throws(TemplateFault) {
        guard let first = columns.first?.number, let last = columns.last?.number else { return }
        let cells = headerCells
        // Headers look like their neighbour.
        let neighbour = cells.filter { $0.key < first && !$0.value.isSelfClosed }.max { $0.key < $1.key }
        let style = neighbour.flatMap { xml.text("s", of: $0.value) }.map { " s=\"\($0)\"" } ?? ""
        for column in columns {
            let reference = CellReference(row: headerNumber, column: column.number)
            let cell =
                "<\(xml.prefix)c r=\"\(reference)\"\(style) t=\"inlineStr\"><\(xml.prefix)is><\(xml.prefix)t>"
                + "\(XMLText.escaped(column.header))</\(xml.prefix)t></\(xml.prefix)is></\(xml.prefix)c>"
            if let there = cells[column.number] {
                guard there.isSelfClosed || xml.children(of: there).isEmpty else {
                    throw TemplateFault(
                        "Cell \(reference), where a header is to be put, is not empty", kind: .configuration)
                }
                splices.replace(there.tag.lowerBound..<there.end, with: cell)
            } else {
                let behind = cells.filter { $0.key > column.number }.min { $0.key < $1.key }
                splices.insert(cell, at: behind?.value.tag.lowerBound ?? headerRow.content.upperBound)
            }
        }
        widenSpans(to: last)
        widenDimension(to: last)
        setWidths(columns, first...last)
    }

    private mutating func widenSpans(to last: Int) {
        guard let spans = xml.value("spans", in: headerRow.tag) else { return }
        let bounds = String(decoding: xml.bytes[spans], as: UTF8.self).split(separator: ":").compactMap { Int($0) }
        if bounds.count == 2, bounds[1] < last { splices.replace(spans, with: "\(bounds[0]):\(last)") }
    }

    private mutating func widenDimension(to last: Int) {
        guard let part = parts.first(where: { $0.name == "dimension" }), let ref = xml.value("ref", in: part.tag),
            var area = CellArea(String(decoding: xml.bytes[ref], as: UTF8.self)), area.last.column < last
        else { return }
        area.last.column = last
        splices.replace(ref, with: area.text)
    }

    /// `col` elements are in order and do not overlap: those that cover the new columns are cut in two.
    private mutating func setWidths(_ columns: [NewColumn], _ range: ClosedRange<Int>) {
        let p = xml.prefix
        let added = columns.map { column in
            "<\(p)col min=\"\(column.number)\" max=\"\(column.number)\" width=\"\(Int(column.width.rounded(.up)))\""
                + (column.style.map { " style=\"\($0)\"" } ?? "") + " customWidth=\"1\"/>"
        }.joined()
        guard let cols = parts.first(where: { $0.name == "cols" }) else {
            splices.insert("<\(p)cols>\(added)</\(p)cols>", at: data.tag.lowerBound)
            return
        }
        var isPlaced = false
        for col in xml.children(of: cols) where col.name == "col" {
            guard let min = xml.integer("min", of: col), let max = xml.integer("max", of: col) else { continue }
            if min > range.upperBound {
                if !isPlaced { splices.insert(added, at: col.tag.lowerBound) }
                isPlaced = true
                break
            }
            guard max >= range.lowerBound else { continue }
            var pieces = min < range.lowerBound ? retagged(col, min, range.lowerBound - 1) : ""
            if !isPlaced { pieces += added }
            isPlaced = true
            if max > range.upperBound { pieces += retagged(col, range.upperBound + 1, max) }
            splices.replace(col.tag.lowerBound..<col.end, with: pieces)
        }
        if !isPlaced { splices.insert(added, at: cols.content.upperBound) }
    }

    private func retagged(_ col: XMLText.Element, _ min: Int, _ max: Int) -> String {
        var piece = Splices()
        let start = col.tag.lowerBound
        func moved(_ range: Range<Int>) -> Range<Int> { (range.lowerBound - start)..<(range.upperBound - start) }
        if let range = xml.value("min", in: col.tag) { piece.replace(moved(range), with: "\(min)") }
        if let range = xml.value("max", in: col.tag) { piece.replace(moved(range), with: "\(max)") }
        return String(decoding: piece.applied(to: Array(xml.bytes[start..<col.end])), as: UTF8.self)
    }

    /// A rule for the cells below a header.
    mutating func allow(_ rule: EntryRule, column: Int) {
        let rows = headerNumber + 1...min(headerNumber + FormSheet.ruledRows, CellReference.maximumRow)
        guard let text = rule.xml(prefix: xml.prefix, column: column, rows: rows) else { return }
        rules += text
        ruleCount += 1
    }

    /// A look that cells of a column take on; `number` is that of the styles' list.
    mutating func look(_ formula: String, column: Int, number: Int) {
        let p = xml.prefix
        let area = CellArea(
            first: CellReference(row: headerNumber + 1, column: column),
            last: CellReference(
                row: min(headerNumber + FormSheet.ruledRows, CellReference.maximumRow), column: column))
        looks +=
            "<\(p)conditionalFormatting sqref=\"\(area.text)\"><\(p)cfRule type=\"expression\" dxfId=\"\(number)\" "
            + "priority=\"\(nextPriority)\"><\(p)formula>\(XMLText.escaped(formula))</\(p)formula></\(p)cfRule>"
            + "</\(p)conditionalFormatting>"
        addedLooks += 1
    }

    private var addedLooks = 0

    private var nextPriority: Int {
        let known =
            parts.filter { $0.name == "conditionalFormatting" }.flatMap { xml.children(of: $0) }
            .compactMap { xml.integer("priority", of: $0) }.max() ?? 0
        return known + 1 + addedLooks
    }

    // MARK: the result

    /// What may follow in a sheet, in the schema's order (ECMA-376 part 1, 18.3.1.99).
    private static let afterLooks: Set<String> = ["dataValidations"]
    private static let afterRules: Set<String> = [
        "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
        "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF",
        "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems", "tableParts", "extLst",
    ]

    /// Nil where nothing was added.
    func finished() -> [UInt8]? {
        var splices = splices
        let p = xml.prefix
        let later = parts.first { Self.afterRules.contains($0.name) }?.tag.lowerBound ?? root.content.upperBound
        if !looks.isEmpty {
            let place =
                parts.last { $0.name == "conditionalFormatting" }?.end
                ?? parts.first { Self.afterLooks.contains($0.name) }?.tag.lowerBound ?? later
            splices.insert(looks, at: place)
        }
        if ruleCount > 0 {
            if let known = parts.first(where: { $0.name == "dataValidations" }), !known.isSelfClosed {
                splices.insert(rules, at: known.content.upperBound)
                if let count = xml.value("count", in: known.tag) {
                    splices.replace(count, with: "\(xml.children(of: known).count + ruleCount)")
                }
            } else {
                let element = "<\(p)dataValidations count=\"\(ruleCount)\">\(rules)</\(p)dataValidations>"
                if let known = parts.first(where: { $0.name == "dataValidations" }) {
                    splices.replace(known.tag.lowerBound..<known.end, with: element)
                } else {
                    splices.insert(element, at: later)
                }
            }
        }
        return splices.isEmpty ? nil : splices.applied(to: xml.bytes)
    }
}
