/// What is spliced into a part is UTF-8, so the part must be too.
enum PartEncoding {
    static func check(_ bytes: [UInt8], place: String) throws(WorkbookFault) {
        // UTF-16 has zero bytes among the first; a declaration may name yet other encodings.
        let head = bytes.prefix(200)
        let declaration = String(decoding: head.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self).lowercased()
        let isDeclaredOther =
            declaration.contains("encoding=")
            && !declaration.contains("utf-8") && !declaration.contains("ascii")
        guard head.contains(0) || isDeclaredOther else { return }
        throw WorkbookFault(
            .unsupported, "\(place) is not in UTF-8, so that it cannot be changed in place.",
            remedy: "Open the workbook in Excel or LibreOffice and save it once.")
    }
}
