/// The sheet's pointer to the drawing with its comments' boxes.
enum SheetLegacyDrawing {
    /// Elements that come after `<legacyDrawing>` (CT_Worksheet is a sequence; Excel refuses another order).
    private static let later: [StaticString] = [
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
    ]

    static func isStrict(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            return scanner.next().map { scanner.text($0.range).contains("purl.oclc.org/ooxml/spreadsheetml") } ?? false
        }
    }

    /// The relationship's id, where there is one.
    static func relationship(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            _ = scanner.next()
            while let tag = scanner.next() {
                if tag.kind != .end, scanner.isNamed(tag, "legacyDrawing") {
                    for (name, value) in scanner.attributes(tag) where scanner.text(name).hasSuffix(":id") {
                        return scanner.text(value)
                    }
                }
                if tag.kind == .start { _ = scanner.skipElement(tag) }
            }
            return nil
        }
    }

    static func insert(
        _ id: String, isStrict: Bool, into bytes: [UInt8], place: String
    ) throws(WorkbookFault) -> [UInt8] {
        let edited: [UInt8]? = bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            guard let root = scanner.next(), root.kind == .start else { return nil }
            let space = RelationshipsSplice.base(isStrict: isStrict)
            let element = "<\(scanner.prefix(root))legacyDrawing xmlns:r=\"\(space)\" r:id=\"\(id)\"/>"
            while let tag = scanner.next() {
                let isLater = later.contains { scanner.isNamed(tag, $0) }
                if tag.kind == .end || isLater {
                    let place = tag.range.lowerBound
                    return ByteEdit.apply([ByteEdit(place..<place, element)], to: buffer)
                }
                _ = scanner.skipElement(tag)
            }
            return nil
        }
        guard let edited else { throw WorkbookFault(.corrupt, "\(place) is damaged: it holds no sheet.") }
        return edited
    }
}
