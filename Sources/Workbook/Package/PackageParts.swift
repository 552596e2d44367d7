/// The parts of an Office Open XML package, found by what points to them, never by where programs usually put them.
/// ECMA-376 part 2, 6.5: a package's and each part's relationships lie in `_rels/NAME.rels` beside it.
struct PackageParts {
    struct Relationship: Equatable {
        var id: String
        /// The last word of its type: `worksheet`, the same in transitional and strict workbooks.
        var type: String
        /// A part's name; outside the package as it stands.
        var target: String
        var isExternal: Bool
    }

    static let relationshipsSize = 8 << 20

    let archive: ZipArchive

    /// Of a part, or with "" of the package. None where there is no such part.
    func relationships(of part: String) throws(WorkbookFault) -> [Relationship] {
        let (folder, name) = Self.split(part)
        guard let index = archive.index(of: "\(folder)_rels/\(name).rels") else { return [] }
        let handler = RelationshipsHandler(folder: folder)
        try XMLStream.parse(archive, part: index, atMost: Self.relationshipsSize, with: handler)
        return handler.relationships
    }

    /// The part with that name as it is written in relationships, percent-encoded or not.
    func index(of part: String) -> Int? { archive.index(of: part) ?? archive.index(of: Self.decoded(part)) }

    /// Where `xl/workbook.xml` is, whatever its name.
    func workbookPart() throws(WorkbookFault) -> String {
        let main = try relationships(of: "").first { $0.type == "officeDocument" && !$0.isExternal }
        if let main, index(of: main.target) != nil, !main.target.hasSuffix(".bin") { return main.target }
        if let named = try partWithWorkbookType() { return named }
        throw notAWorkbook(main?.target)
    }

    private func partWithWorkbookType() throws(WorkbookFault) -> String? {
        guard let index = archive.index(of: "[Content_Types].xml") else { return nil }
        let handler = ContentTypesHandler()
        try XMLStream.parse(archive, part: index, atMost: Self.relationshipsSize, with: handler)
        return handler.workbook.flatMap { self.index(of: $0) == nil ? nil : $0 }
    }

    private func notAWorkbook(_ target: String?) -> WorkbookFault {
        let save = "Open it in the program that made it and save it as Excel Workbook (.xlsx)."
        let path = archive.path
        if archive.index(of: "xl/workbook.bin") != nil || target?.hasSuffix(".bin") == true {
            return WorkbookFault(.notAWorkbook, "\(path) is a binary workbook (.xlsb).", remedy: save)
        }
        if archive.index(of: "Index/Document.iwa") != nil {
            return WorkbookFault(
                .notAWorkbook, "\(path) is a Numbers document.", remedy: "In Numbers, export it to Excel (.xlsx).")
        }
        if archive.index(of: "mimetype") != nil, archive.index(of: "content.xml") != nil {
            return WorkbookFault(.notAWorkbook, "\(path) is an OpenDocument file (.ods).", remedy: save)
        }
        if archive.index(of: "word/document.xml") != nil {
            return WorkbookFault(.notAWorkbook, "\(path) is a Word document, not an .xlsx workbook.")
        }
        return WorkbookFault(
            .notAWorkbook, "\(path) is a zip archive without a workbook in it.", remedy: save)
    }

    /// `xl/worksheets/sheet1.xml` → (`xl/worksheets/`, `sheet1.xml`)
    static func split(_ part: String) -> (folder: String, name: String) {
        guard let slash = part.lastIndex(of: "/") else { return ("", part) }
        return (String(part[...slash]), String(part[part.index(after: slash)...]))
    }

    /// A target from a part in `folder`: relative, or from the package's root. What climbs above the root stays there, and
    /// then names no part.
    static func resolve(_ target: String, in folder: String) -> String {
        let slashed = target.replacing("\\", with: "/")
        let full = slashed.hasPrefix("/") ? slashed : folder + slashed
        var segments: [Substring] = []
        for segment in full.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        return segments.joined(separator: "/")
    }

    private static func decoded(_ part: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(part.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                result.append(value)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

private final class RelationshipsHandler: XMLHandler {
    private let folder: String
    private(set) var relationships: [PackageParts.Relationship] = []

    init(folder: String) { self.folder = folder }

    override var namespaces: [StaticString] { ["http://schemas.openxmlformats.org/package/2006/relationships"] }

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        guard name == "Relationship", let id = attributes.text("Id"), let type = attributes.text("Type"),
            let target = attributes.text("Target")
        else { return }
        let isExternal = attributes.text("TargetMode") == "External"
        relationships.append(
            PackageParts.Relationship(
                id: id, type: PackageParts.split(type).name,
                target: isExternal ? target : PackageParts.resolve(target, in: folder), isExternal: isExternal))
    }
}

private final class ContentTypesHandler: XMLHandler {
    private(set) var workbook: String?

    override var namespaces: [StaticString] { ["http://schemas.openxmlformats.org/package/2006/content-types"] }

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        guard workbook == nil, name == "Override", let type = attributes.text("ContentType"),
            type.hasSuffix(".main+xml"), type.contains("sheet") || type.contains("ms-excel"),
            let part = attributes.text("PartName")
        else { return }
        workbook = PackageParts.resolve(part, in: "")
    }
}
