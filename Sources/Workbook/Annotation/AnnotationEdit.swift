/// The parts that comments on cells are made of, in the form that every Excel since 2007 and LibreOffice show:
///
///     sheet ──legacyDrawing──▶ vmlDrawing (a yellow box per cell)
///       └─────relationship───▶ comments   (authors; per cell a text)
struct AnnotationEdit {
    private(set) var package: PackageEdit

    init(_ package: PackageEdit) { self.package = package }

    mutating func annotate(
        _ sheet: WorkbookContents.Sheet, number: Int, _ texts: [CellReference: String]
    ) throws(WorkbookFault) {
        let parts = package.file.contents.parts
        let sheetIndex = try package.file.contents.index(of: sheet)
        let sheetBytes = try package.part(sheetIndex)
        var links = RelationshipsSplice(isStrict: SheetLegacyDrawing.isStrict(sheetBytes))
        let relationships = try parts.relationships(of: sheet.part)

        // The texts.
        let comments = relationships.first { $0.type == "comments" }.flatMap { parts.index(of: $0.target) }
        var fresh = Set(texts.keys)
        if let comments {
            let splice = try CommentsSplice(package.part(comments), place: package.place(comments))
            fresh.subtract(splice.references)
            package.changed[comments] = splice.adding(texts)
        } else {
            let name = package.free("xl/comments", ".xml")
            package.added.append((name, CommentsSplice.part(texts, isStrict: links.isStrict)))
            package.contentTypes.overrides.append((name, CommentsSplice.contentType))
            links.add("comments", target: name, avoiding: relationships.map(\.id))
        }

        // The boxes.
        let drawingID = SheetLegacyDrawing.relationship(sheetBytes)
        let drawing = relationships.first { $0.id == drawingID }.flatMap { parts.index(of: $0.target) }
        if let drawing {
            package.changed[drawing] = try CommentBoxes.append(
                fresh, texts, to: package.archive.read(drawing, atMost: WorkbookContents.Limit.sheet))
        } else if drawingID == nil {
            let name = package.free("xl/drawings/vmlDrawing", ".vml")
            package.added.append((name, CommentBoxes.part(Set(texts.keys), texts, sheet: number)))
            package.contentTypes.needsVML = true
            let id = links.add("vmlDrawing", target: name, avoiding: relationships.map(\.id))
            package.changed[sheetIndex] = try SheetLegacyDrawing.insert(
                id, isStrict: links.isStrict, into: sheetBytes, place: package.place(sheetIndex))
        }
        try package.link(links, from: sheet.part)
    }
}
