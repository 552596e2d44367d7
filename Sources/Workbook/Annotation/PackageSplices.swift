/// Entries for a part's list of relationships.
struct RelationshipsSplice {
    let isStrict: Bool
    private var elements: [(id: String, type: String, target: String)] = []

    init(isStrict: Bool) { self.isStrict = isStrict }

    var isEmpty: Bool { elements.isEmpty }

    static func base(isStrict: Bool) -> String {
        isStrict
            ? "http://purl.oclc.org/ooxml/officeDocument/relationships"
            : "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    }

    @discardableResult
    mutating func add(_ type: String, target: String, avoiding ids: [String] = []) -> String {
        var number = 1
        while ids.contains("ingest\(number)") || elements.contains(where: { $0.id == "ingest\(number)" }) {
            number += 1
        }
        elements.append(("ingest\(number)", type, target))
        return "ingest\(number)"
    }

    func apply(to bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            guard let root = scanner.next() else { return bytes }
            return RootEnd.append(text(scanner.prefix(root)), to: buffer)
        }
    }

    func part() -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\(text(""))</Relationships>
            """.utf8)
    }

    private func text(_ p: String) -> String {
        elements.map {
            "<\(p)Relationship Id=\"\($0.id)\" Type=\"\(Self.base(isStrict: isStrict))/\($0.type)\" "
                + "Target=\"/\($0.target.escapedForXML)\"/>"
        }.joined()
    }
}

/// Entries for the package's list of content types.
struct ContentTypesSplice {
    var overrides: [(part: String, type: String)] = []
    var needsVML = false

    func apply(to bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            guard let root = scanner.next() else { return bytes }
            let p = scanner.prefix(root)
            var hasVML = false
            while let tag = scanner.next() {
                guard let ending = scanner.attribute(tag, "Extension") else { continue }
                if scanner.text(ending).lowercased() == "vml" { hasVML = true }
            }
            var text = ""
            if needsVML, !hasVML {
                text += "<\(p)Default Extension=\"vml\" ContentType=\"\(CommentBoxes.contentType)\"/>"
            }
            for (part, type) in overrides { text += "<\(p)Override PartName=\"/\(part)\" ContentType=\"\(type)\"/>" }
            return RootEnd.append(text, to: buffer)
        }
    }
}

/// Where a document's root ends.
enum RootEnd {
    static func append(_ text: String, to bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var scanner = MarkupScanner(bytes)
        guard let root = scanner.next() else { return Array(bytes) }
        if root.kind == .empty {
            let close = root.range.upperBound
            let edit = ByteEdit((close - 2)..<close, ">\(text)</\(scanner.text(root.name))>")
            return ByteEdit.apply([edit], to: bytes)
        }
        guard let end = scanner.skipElement(root) else { return Array(bytes) }
        return ByteEdit.apply([ByteEdit(end.range.lowerBound..<end.range.lowerBound, text)], to: bytes)
    }
}
