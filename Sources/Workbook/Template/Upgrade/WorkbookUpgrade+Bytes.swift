import Glibc
import Ports

extension WorkbookUpgrade {
    /// The new workbook, read back and compared; nil where there is nothing to add.
    func bytes() throws -> [UInt8]? {
        guard hasChanges else { return nil }
        var package = PackageEdit(file)
        package.changed = entries
        package = try commented(package)
        if !sheets.isEmpty || writesLists { try extend(&package) }
        let bytes = try ArchiveRewrite.rewrite(
            package.archive, replacing: package.replaced(), adding: package.added)
        try UpgradeProof.check(
            file, bytes, added: headers, newSheets: newSheetNames, lists: writesLists ? lists : nil)
        return bytes
    }

    /// What the new headers say when the pointer rests on them.
    private func commented(_ package: PackageEdit) throws -> PackageEdit {
        var annotation = AnnotationEdit(package)
        for (number, sheet) in file.contents.sheets.enumerated() {
            if let texts = comments[sheet.name] { try annotation.annotate(sheet, number: number, texts) }
        }
        return annotation.package
    }

    /// Sheets and names: what the workbook's main part has to know of.
    private func extend(_ package: inout PackageEdit) throws {
        guard var book, var styles, let bookIndex = package.file.contents.parts.index(of: file.contents.part) else {
            return
        }
        let relationships = try file.contents.parts.relationships(of: file.contents.part)
        var links = RelationshipsSplice(isStrict: false)
        func link(_ part: String) -> String { links.add("worksheet", target: part, avoiding: relationships.map(\.id)) }

        if !sheets.isEmpty {
            let transplant = try SheetTransplant(try template())
            var names = try tableNames(book)
            let hasGuide = sheets.contains(GuideSheet.name)
            for name in sheets {
                let part = try transplant.place(
                    name, in: &package, styles: &styles, names: &names, linksToGuide: hasGuide)
                let titles = name == GuideSheet.name ? "\(name)!$1:$1" : "\(name)!$A:$A,\(name)!$1:$1"
                book.define("_xlnm.Print_Titles", as: titles, sheet: book.sheetCount)
                book.add(sheet: name, relationship: link(part))
            }
            if let jobNames, !book.names.contains(JobNames.definedName) {
                book.define(JobNames.definedName, as: jobNames)
            }
        }
        if writesLists, let lists {
            if let part = lists.part {
                package.changed[try file.contents.index(of: part)] = lists.bytes
            } else {
                let part = package.free("xl/worksheets/sheet", ".xml")
                package.added.append((part, lists.bytes))
                package.contentTypes.overrides.append((part, SheetTransplant.type("worksheet")))
                book.add(sheet: lists.sheet, relationship: link(part), isHidden: true)
            }
            for (name, formula) in lists.names { book.define(name, as: formula) }
        }
        try package.link(links, from: file.contents.part)
        if let bytes = book.finished() { package.changed[bookIndex] = bytes }
        if let stylesEntry, let bytes = styles.finished() { package.changed[stylesEntry] = bytes }
    }

    /// The sheets to take over, as libxlsxwriter makes them; it writes to files only.
    private func template() throws -> WorkbookFile {
        let path = "\(file.path).sheets.\(getpid()).tmp"
        try TemplateWriter(content: content).write(to: path, replacing: true)
        defer { unlink(path) }
        return try WorkbookFile.open(path: path)
    }

    /// The numbers and names that tables have already; names of ranges count too.
    private func tableNames(_ book: WorkbookPartUpgrade) throws -> SheetTransplant.Names {
        var names = SheetTransplant.Names(tableNumber: 0, tableNames: Set(book.names.map { $0.lowercased() }))
        let parts = file.contents.parts
        for sheet in file.contents.sheets {
            for link in try parts.relationships(of: sheet.part) where link.type == "table" {
                guard let index = parts.index(of: link.target) else { continue }
                let xml = XMLText(try parts.archive.read(index, atMost: WorkbookContents.Limit.workbook))
                guard let root = xml.root else { continue }
                names.tableNumber = max(names.tableNumber, xml.integer("id", of: root) ?? 0)
                for attribute in ["name", "displayName"] {
                    if let name = xml.text(attribute, of: root) { names.tableNames.insert(name.lowercased()) }
                }
            }
        }
        return names
    }
}
