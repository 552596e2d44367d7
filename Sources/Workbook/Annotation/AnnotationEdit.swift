/// The parts that comments on cells are made of, in the form that every Excel since 2007 and LibreOffice show:
///
///     sheet ──legacyDrawing──▶ vmlDrawing (a yellow box per cell)
///       └─────relationship───▶ comments   (authors; per cell a text)
struct AnnotationEdit {
    private let file: WorkbookFile
    private var changed: [Int: [UInt8]] = [:]
    private(set) var added: [(name: String, bytes: [UInt8])] = []
    private var contentTypes = ContentTypesSplice()

    init(_ file: WorkbookFile) { self.file = file }

    private var archive: ZipArchive { file.contents.parts.archive }

    mutating func annotate(
        _ sheet: WorkbookContents.Sheet, number: Int, _ texts: [CellReference: String]
    ) throws(WorkbookFault) {
        let parts = file.contents.parts
        let sheetIndex = try file.contents.index(of: sheet)
        let sheetBytes = try part(sheetIndex)
        var links = RelationshipsSplice(isStrict: SheetLegacyDrawing.isStrict(sheetBytes))
        let relationships = try parts.relationships(of: sheet.part)

        // The texts.
        let comments = relationships.first { $0.type == "comments" }.flatMap { parts.index(of: $0.target) }
        var fresh = Set(texts.keys)
        if let comments {
            let splice = try CommentsSplice(part(comments), place: place(comments))
            fresh.subtract(splice.references)
            changed[comments] = splice.adding(texts)
        } else {
            let name = free("xl/comments", ".xml")
            added.append((name, CommentsSplice.part(texts, isStrict: links.isStrict)))
            contentTypes.overrides.append((name, CommentsSplice.contentType))
            links.add("comments", target: name, avoiding: relationships.map(\.id))
        }

        // The boxes.
        let drawingID = SheetLegacyDrawing.relationship(sheetBytes)
        let drawing = relationships.first { $0.id == drawingID }.flatMap { parts.index(of: $0.target) }
        if let drawing {
            changed[drawing] = try CommentBoxes.append(
                fresh, texts, to: archive.read(drawing, atMost: WorkbookContents.Limit.sheet))
        } else if drawingID == nil {
            let name = free("xl/drawings/vmlDrawing", ".vml")
            added.append((name, CommentBoxes.part(Set(texts.keys), texts, sheet: number)))
            contentTypes.needsVML = true
            let id = links.add("vmlDrawing", target: name, avoiding: relationships.map(\.id))
            changed[sheetIndex] = try SheetLegacyDrawing.insert(
                id, isStrict: links.isStrict, into: sheetBytes, place: place(sheetIndex))
        }
        try link(links, from: sheet.part)
    }

    /// What replaces entries of the archive, the list of content types included.
    func replaced() throws(WorkbookFault) -> [Int: [UInt8]] {
        var result = changed
        if contentTypes.needsVML || !contentTypes.overrides.isEmpty {
            guard let index = archive.index(of: "[Content_Types].xml") else {
                throw WorkbookFault(.corrupt, "\(file.path) is damaged: it has no list of content types.")
            }
            result[index] = contentTypes.apply(to: try part(index))
        }
        return result
    }

    private mutating func link(_ links: RelationshipsSplice, from part: String) throws(WorkbookFault) {
        guard !links.isEmpty else { return }
        let (folder, name) = PackageParts.split(part)
        let path = "\(folder)_rels/\(name).rels"
        if let index = archive.index(of: path) {
            changed[index] = links.apply(to: try self.part(index))
        } else {
            added.append((path, links.part()))
        }
    }

    private func free(_ stem: String, _ ending: String) -> String {
        var number = 1
        while true {
            let name = "\(stem)\(number)\(ending)"
            if archive.index(of: name) == nil, !added.contains(where: { $0.name == name }) { return name }
            number += 1
        }
    }

    private func place(_ index: Int) -> String { "\(file.path): '\(archive.entries[index].name)'" }

    /// A part as it was or as it was changed already; parsed once, so that its tags can be trusted to match.
    private func part(_ index: Int) throws(WorkbookFault) -> [UInt8] {
        if let bytes = changed[index] { return bytes }
        try XMLStream.parse(archive, part: index, atMost: WorkbookContents.Limit.sheet, with: XMLHandler())
        let bytes = try archive.read(index, atMost: WorkbookContents.Limit.sheet)
        try PartEncoding.check(bytes, place: place(index))
        return bytes
    }
}
