/// Parts of a workbook that are changed or added together, with the lists in which a package names its parts.
struct PackageEdit {
    let file: WorkbookFile
    /// New contents of entries of the archive, by their index there.
    var changed: [Int: [UInt8]] = [:]
    var added: [(name: String, bytes: [UInt8])] = []
    var contentTypes = ContentTypesSplice()

    init(_ file: WorkbookFile) { self.file = file }

    var archive: ZipArchive { file.contents.parts.archive }

    var isEmpty: Bool { changed.isEmpty && added.isEmpty }

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

    mutating func link(_ links: RelationshipsSplice, from name: String) throws(WorkbookFault) {
        guard !links.isEmpty else { return }
        let (folder, file) = PackageParts.split(name)
        let path = "\(folder)_rels/\(file).rels"
        if let index = archive.index(of: path) {
            changed[index] = links.apply(to: try part(index))
        } else {
            added.append((path, links.part()))
        }
    }

    func free(_ stem: String, _ ending: String) -> String {
        var number = 1
        while true {
            let name = "\(stem)\(number)\(ending)"
            if archive.index(of: name) == nil, !added.contains(where: { $0.name == name }) { return name }
            number += 1
        }
    }

    func place(_ index: Int) -> String { "\(file.path): '\(archive.entries[index].name)'" }

    /// A part as it was or as it was changed already; parsed once, so that its tags can be trusted to match.
    func part(_ index: Int) throws(WorkbookFault) -> [UInt8] {
        if let bytes = changed[index] { return bytes }
        try XMLStream.parse(archive, part: index, atMost: WorkbookContents.Limit.sheet, with: XMLHandler())
        let bytes = try archive.read(index, atMost: WorkbookContents.Limit.sheet)
        try PartEncoding.check(bytes, place: place(index))
        return bytes
    }
}
