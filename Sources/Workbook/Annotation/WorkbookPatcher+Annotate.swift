import Glibc
import Ports

extension WorkbookPatcher {
    /// A copy of the workbook in which each of these cells is marked with a comment. Comments that are there stay; where a
    /// cell has one already, the text is added to it.
    package static func annotate(
        _ path: String, comments: [(sheet: String, reference: CellReference, text: String)], to copy: String
    ) throws(WorkbookFault) {
        let file = try WorkbookFile.open(path: path)
        var bySheet: [String: [CellReference: String]] = [:]
        for comment in comments {
            let sheet = try file.contents.sheet(comment.sheet).name
            let earlier = bySheet[sheet]?[comment.reference].map { $0 + "\n" } ?? ""
            bySheet[sheet, default: [:]][comment.reference] = earlier + comment.text
        }
        var edit = AnnotationEdit(PackageEdit(file))
        for (number, sheet) in file.contents.sheets.enumerated() {
            guard let texts = bySheet[sheet.name] else { continue }
            try edit.annotate(sheet, number: number, texts)
        }
        let archive = file.contents.parts.archive
        let bytes = try ArchiveRewrite.rewrite(archive, replacing: edit.package.replaced(), adding: edit.package.added)
        try EditProof.check(file, bytes, bySheet.mapValues { _ in [:] })
        try FileReplacement.replace(copy, with: bytes, like: status(of: copy, besides: path))
    }

    /// Owner and mode for the copy: those of what is there, else the workbook's mode.
    private static func status(of copy: String, besides path: String) throws(WorkbookFault) -> stat {
        var original = stat()
        guard stat(path, &original) == 0 else { throw WorkbookFault(.access, "There is no file \(path).") }
        var existing = stat()
        guard stat(copy, &existing) == 0 else {
            original.st_uid = geteuid()
            original.st_gid = getegid()
            return original
        }
        guard existing.st_ino != original.st_ino || existing.st_dev != original.st_dev else {
            throw WorkbookFault(
                .invalidUse, "\(copy) is the workbook itself; comments go into a copy.",
                remedy: "Give another file name.")
        }
        guard existing.st_mode & S_IFMT == S_IFREG else { throw WorkbookFault(.access, "\(copy) is not a file.") }
        return existing
    }
}
