/// The part with the comments' texts. ECMA-376 part 1, 18.7.
struct CommentsSplice {
    static let contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    private static let author = "ingest"

    private let source: [UInt8]
    private var prefix = ""
    private var authors: MarkupScanner.Tag?
    private var authorsEnd: Int?
    private var authorCount = 0
    private var ourAuthor: Int?
    private var list: MarkupScanner.Tag?
    private var listEnd: Int?
    /// By cell: the whole comment, and where its text ends (nil: `<text/>`, whose tag it is).
    private var comments: [CellReference: (range: Range<Int>, text: MarkupScanner.Tag, end: Int?)] = [:]

    var references: Set<CellReference> { Set(comments.keys) }

    init(_ bytes: [UInt8], place: String) throws(WorkbookFault) {
        source = bytes
        bytes.withUnsafeBufferPointer { scan($0) }
        guard authors != nil, list != nil else {
            throw WorkbookFault(.corrupt, "\(place) is damaged: it holds no list of comments.")
        }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
        var scanner = MarkupScanner(bytes)
        guard let root = scanner.next() else { return }
        prefix = scanner.prefix(root)
        while let tag = scanner.next() {
            guard tag.kind != .end else { continue }
            if scanner.isNamed(tag, "authors") {
                authors = tag
                while tag.kind == .start, let inner = scanner.next() {
                    if inner.kind == .end {
                        authorsEnd = inner.range.lowerBound
                        break
                    }
                    guard let end = scanner.skipElement(inner) else { return }
                    if inner.kind == .start, scanner.text(inner.range.upperBound..<end.range.lowerBound) == Self.author
                    {
                        ourAuthor = authorCount
                    }
                    authorCount += 1
                }
            } else if scanner.isNamed(tag, "commentList") {
                list = tag
                while tag.kind == .start, let inner = scanner.next() {
                    if inner.kind == .end {
                        listEnd = inner.range.lowerBound
                        break
                    }
                    scanComment(&scanner, inner)
                }
            } else {
                _ = scanner.skipElement(tag)
            }
        }
    }

    private mutating func scanComment(_ scanner: inout MarkupScanner, _ tag: MarkupScanner.Tag) {
        guard let reference = scanner.attribute(tag, "ref").flatMap(scanner.reference), tag.kind == .start else {
            _ = scanner.skipElement(tag)
            return
        }
        var text: (MarkupScanner.Tag, Int?)?
        var end = tag.range.upperBound
        while let inner = scanner.next() {
            if inner.kind == .end {
                end = inner.range.upperBound
                break
            }
            let close = scanner.skipElement(inner)
            if scanner.isNamed(inner, "text") {
                text = (inner, inner.kind == .start ? close?.range.lowerBound : nil)
            }
        }
        if let text { comments[reference] = (tag.range.lowerBound..<end, text.0, text.1) }
    }

    /// Texts for cells that have a comment already are added below it.
    func adding(_ texts: [CellReference: String]) -> [UInt8] {
        source.withUnsafeBufferPointer { bytes in
            var edits: [ByteEdit] = []
            var new = ""
            let author = ourAuthor ?? authorCount
            for (reference, text) in texts.sorted(by: { $0.key < $1.key }) {
                guard let existing = comments[reference] else {
                    new += Self.comment(reference, text, author: author, prefix)
                    continue
                }
                let escaped = Self.escaped(text)
                if String(decoding: bytes[existing.range], as: UTF8.self).contains(escaped) { continue }
                let run = "<\(prefix)r><\(prefix)t xml:space=\"preserve\">\n\(escaped)</\(prefix)t></\(prefix)r>"
                if let end = existing.end {
                    edits.append(ByteEdit(end..<end, run))
                } else {
                    let close = existing.text.range.upperBound
                    edits.append(ByteEdit((close - 2)..<close, ">\(run)</\(prefix)text>"))
                }
            }
            if !new.isEmpty {
                if ourAuthor == nil, let authors {
                    let element = "<\(prefix)author>\(Self.author)</\(prefix)author>"
                    edits.append(Self.append(element, authors, authorsEnd, prefix + "authors"))
                }
                if let list { edits.append(Self.append(new, list, listEnd, prefix + "commentList")) }
            }
            return ByteEdit.apply(edits, to: bytes)
        }
    }

    private static func append(_ text: String, _ tag: MarkupScanner.Tag, _ end: Int?, _ name: String) -> ByteEdit {
        if let end { return ByteEdit(end..<end, text) }
        return ByteEdit((tag.range.upperBound - 2)..<tag.range.upperBound, ">\(text)</\(name)>")
    }

    /// A part of its own.
    static func part(_ texts: [CellReference: String], isStrict: Bool) -> [UInt8] {
        let comments = texts.sorted { $0.key < $1.key }.map { comment($0.key, $0.value, author: 0, "") }.joined()
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <comments xmlns="\(SpreadsheetHandler.names[isStrict ? 1 : 0])"><authors><author>\(author)</author></authors>\
            <commentList>\(comments)</commentList></comments>
            """.utf8)
    }

    private static func comment(_ reference: CellReference, _ text: String, author: Int, _ p: String) -> String {
        "<\(p)comment ref=\"\(reference)\" authorId=\"\(author)\"><\(p)text><\(p)r><\(p)t xml:space=\"preserve\">"
            + "\(escaped(text))</\(p)t></\(p)r></\(p)text></\(p)comment>"
    }

    private static func escaped(_ text: String) -> String {
        EscapedText.encoded(String(text.prefix(8000))).escapedForXML
    }
}
