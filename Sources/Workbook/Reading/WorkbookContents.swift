/// The parts of one workbook that cells are read with. A class, since texts and styles are loaded when first needed.
final class WorkbookContents {
    struct Sheet {
        var name: String
        var isHidden: Bool
        var part: String
    }

    enum Limit {
        static let sheet = 128 << 20
        static let strings = 64 << 20
        static let styles = 32 << 20
        static let workbook = 8 << 20
        static let sheets = 10_000
    }

    let parts: PackageParts
    let part: String
    let sheets: [Sheet]
    let is1904: Bool
    private let relationships: [PackageParts.Relationship]
    private var loadedStrings: [String]?
    private var loadedStyles: CellStyles?
    private var lastCells: (part: String, rows: [SheetRow], merges: [String])?

    init(_ archive: ZipArchive) throws(WorkbookFault) {
        parts = PackageParts(archive: archive)
        part = try parts.workbookPart()
        relationships = try parts.relationships(of: part)
        let handler = WorkbookPartHandler()
        try XMLStream.parse(archive, part: parts.index(of: part)!, atMost: Limit.workbook, with: handler)
        is1904 = handler.is1904
        var targets: [String: PackageParts.Relationship] = [:]
        for relationship in relationships { targets[relationship.id] = relationship }
        // Chart sheets and dialogs have no cells.
        sheets = handler.sheets.compactMap { sheet in
            guard let target = targets[sheet.relationship], target.type == "worksheet" else { return nil }
            return Sheet(name: sheet.name, isHidden: sheet.isHidden, part: target.target)
        }
        guard !sheets.isEmpty else {
            throw WorkbookFault(.notAWorkbook, "\(archive.path) has no sheet with cells.")
        }
    }

    var path: String { parts.archive.path }

    func sheet(_ name: String) throws(WorkbookFault) -> Sheet {
        if let sheet = sheets.first(where: { $0.name == name }) { return sheet }
        let folded = name.lowercased()
        if let sheet = sheets.first(where: { $0.name.lowercased() == folded }) { return sheet }
        let names = sheets.prefix(10).map { "'\($0.name)'" }.joined(separator: ", ")
        throw WorkbookFault(.missingSheet, "\(path) has no sheet '\(name)'; it has \(names).")
    }

    func index(of sheet: Sheet) throws(WorkbookFault) -> Int {
        guard let index = parts.index(of: sheet.part) else {
            throw WorkbookFault(
                .corrupt, "\(path) is damaged: the part '\(sheet.part)' of sheet '\(sheet.name)' is missing.",
                remedy: "Restore it from a copy, or open and save it in Excel.")
        }
        return index
    }

    func read(_ sheet: Sheet, fillingMerges: Bool = true) throws(WorkbookFault) -> SheetTable {
        var (rows, merges) = try cells(of: sheet)
        if fillingMerges { MergedRanges.fill(&rows, merges) }
        return SheetTable(name: sheet.name, source: .workbook, isHidden: sheet.isHidden, rows: rows)
    }

    /// As the sheet has them. The last sheet's are kept: a patch reads it to find its rows, and again to prove itself.
    private func cells(of sheet: Sheet) throws(WorkbookFault) -> (rows: [SheetRow], merges: [String]) {
        if let lastCells, lastCells.part == sheet.part { return (lastCells.rows, lastCells.merges) }
        let styles = try styles()
        let handler = SheetHandler(
            path: path, sheet: sheet.name, styles: styles, is1904: is1904,
            strings: { () throws(WorkbookFault) in try self.strings() })
        try ScannedPart.read(
            parts.archive, index: index(of: sheet), atMost: Limit.sheet, with: handler, by: SheetRowScanner(handler))
        let rows = handler.takeRows()
        lastCells = (sheet.part, rows, handler.merges)
        return (rows, handler.merges)
    }

    /// The part with the styles; a workbook needs none.
    func stylesPart() -> String? { relationships.first { $0.type == "styles" }?.target }

    func styles() throws(WorkbookFault) -> CellStyles {
        if let loadedStyles { return loadedStyles }
        let handler = StylesHandler()
        if let part = stylesPart(), let index = parts.index(of: part) {
            try XMLStream.parse(parts.archive, part: index, atMost: Limit.styles, with: handler)
        }
        loadedStyles = handler.styles
        return handler.styles
    }

    private func strings() throws(WorkbookFault) -> [String] {
        if let loadedStrings { return loadedStrings }
        guard let part = relationships.first(where: { $0.type == "sharedStrings" })?.target,
            let index = parts.index(of: part)
        else {
            throw WorkbookFault(
                .corrupt, "\(path) is damaged: its cells refer to a table of texts that is missing.",
                remedy: "Restore it from a copy, or open and save it in Excel.")
        }
        let handler = SharedStringsHandler(path: path)
        try ScannedPart.read(
            parts.archive, index: index, atMost: Limit.strings, with: handler, by: TextTableScanner(handler))
        loadedStrings = handler.strings
        return handler.strings
    }
}
