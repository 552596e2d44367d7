/// Cell styles (`cellXfs`) that a patch needs: taken where the workbook has them, appended where it has not.
struct StyleSplice {
    /// The formats that a patch may ask for.
    enum Format: Hashable {
        case general, text, date, dateTime, time, duration

        fileprivate var builtIn: Int? {
            switch self {
            case .general: 0
            case .text: 49
            case .time: 21
            case .duration: 46
            case .date, .dateTime: nil
            }
        }

        fileprivate var code: String { self == .date ? "yyyy-mm-dd" : "yyyy-mm-dd hh:mm:ss" }
    }

    private let source: [UInt8]
    private var prefix = ""
    private var formats: [Int: String] = [:]
    private var formatsTag: MarkupScanner.Tag?
    private var formatsEnd: Int?
    private var rootEnd = 0
    private var cellsTag: MarkupScanner.Tag?
    private var cellsEnd: Int?
    private var styles: [String] = []
    private var formatOfStyle: [Int] = []
    private let originalCount: Int
    private var newFormats: [(id: Int, code: String)] = []

    init(_ bytes: [UInt8], path: String) throws(WorkbookFault) {
        source = bytes
        var scan = Scan()
        bytes.withUnsafeBufferPointer { scan.read($0) }
        guard scan.cellsTag != nil else {
            throw WorkbookFault(
                .unsupported, "\(path) has no table of cell styles, so that dates cannot be written into it.",
                remedy: "Open it in Excel or LibreOffice and save it once.")
        }
        prefix = scan.prefix
        formats = scan.formats
        formatsTag = scan.formatsTag
        formatsEnd = scan.formatsEnd
        rootEnd = scan.rootEnd
        cellsTag = scan.cellsTag
        cellsEnd = scan.cellsEnd
        styles = scan.styles
        formatOfStyle = scan.formatOfStyle
        originalCount = styles.count
    }

    /// The style like this one, but with that format.
    mutating func style(like style: Int, with format: Format) -> Int {
        // LibreOffice writes formats of Excel's own under new numbers.
        if format == .text, style < formatOfStyle.count, formats[formatOfStyle[style]] == "@" { return style }
        let id = formatID(format)
        if style < formatOfStyle.count, formatOfStyle[style] == id { return style }
        let base =
            style < styles.count
            ? styles[style] : "<\(prefix)xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
        let wanted = Self.withFormat(base, id)
        if let found = styles.firstIndex(of: wanted) { return found }
        styles.append(wanted)
        formatOfStyle.append(id)
        return styles.count - 1
    }

    private mutating func formatID(_ format: Format) -> Int {
        if let builtIn = format.builtIn { return builtIn }
        if let known = formats.filter({ $0.value == format.code }).keys.min() { return known }
        let id = max(163, formats.keys.max() ?? 0) + 1
        formats[id] = format.code
        newFormats.append((id, format.code))
        return id
    }

    /// Nil where nothing had to be appended.
    func result() -> [UInt8]? {
        guard styles.count > originalCount || !newFormats.isEmpty, let cellsTag else { return nil }
        return source.withUnsafeBufferPointer { bytes in
            let scanner = MarkupScanner(bytes)
            var edits: [ByteEdit] = []
            let added = styles[originalCount...].joined()
            edits += Self.append(added, count: styles.count, scanner, cellsTag, cellsEnd, prefix + "cellXfs")
            let codes = newFormats.map {
                "<\(prefix)numFmt numFmtId=\"\($0.id)\" formatCode=\"\($0.code.escapedForXML)\"/>"
            }.joined()
            if let formatsTag, !codes.isEmpty {
                let count = (scanner.integer(formatsTag, "count") ?? 0) + newFormats.count
                edits += Self.append(codes, count: count, scanner, formatsTag, formatsEnd, prefix + "numFmts")
            } else if !codes.isEmpty {
                // The first child of the root, if there.
                edits.append(
                    ByteEdit(
                        rootEnd..<rootEnd,
                        "<\(prefix)numFmts count=\"\(newFormats.count)\">\(codes)</\(prefix)numFmts>"))
            }
            return ByteEdit.apply(edits, to: bytes)
        }
    }

    private static func append(
        _ text: String, count: Int, _ scanner: MarkupScanner, _ tag: MarkupScanner.Tag, _ end: Int?, _ name: String
    ) -> [ByteEdit] {
        guard !text.isEmpty else { return [] }
        var edits: [ByteEdit] = []
        if let range = scanner.attribute(tag, "count") { edits.append(ByteEdit(range, String(count))) }
        if let end {
            edits.append(ByteEdit(end..<end, text))
        } else {
            edits.append(ByteEdit((tag.range.upperBound - 2)..<tag.range.upperBound, ">\(text)</\(name)>"))
        }
        return edits
    }

    /// The same `<xf>` with another number format.
    private static func withFormat(_ xf: String, _ id: Int) -> String {
        var copy = xf
        return copy.withUTF8 { bytes in
            var scanner = MarkupScanner(bytes)
            guard let tag = scanner.next() else { return xf }
            var edits: [ByteEdit] = []
            var added = ""
            for (name, value) in [("numFmtId", String(id)), ("applyNumberFormat", "1")] as [(StaticString, String)] {
                if let range = scanner.attribute(tag, name) {
                    edits.append(ByteEdit(range, value))
                } else {
                    added += " \(name)=\"\(value)\""
                }
            }
            if !added.isEmpty { edits.append(ByteEdit(tag.name.upperBound..<tag.name.upperBound, added)) }
            return String(decoding: ByteEdit.apply(edits, to: bytes), as: UTF8.self)
        }
    }

    private struct Scan {
        var prefix = ""
        var formats: [Int: String] = [:]
        var formatsTag: MarkupScanner.Tag?
        var formatsEnd: Int?
        var rootEnd = 0
        var cellsTag: MarkupScanner.Tag?
        var cellsEnd: Int?
        var styles: [String] = []
        var formatOfStyle: [Int] = []

        mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
            var scanner = MarkupScanner(bytes)
            guard let root = scanner.next() else { return }
            prefix = scanner.prefix(root)
            rootEnd = root.range.upperBound
            while let tag = scanner.next() {
                guard tag.kind != .end else { continue }
                if scanner.isNamed(tag, "numFmts") {
                    formatsTag = tag
                    while tag.kind == .start, let inner = scanner.next() {
                        if inner.kind == .end, scanner.isNamed(inner, "numFmts") {
                            formatsEnd = inner.range.lowerBound
                            break
                        }
                        guard inner.kind != .end, let id = scanner.integer(inner, "numFmtId") else { continue }
                        formats[id] = scanner.attribute(inner, "formatCode").map(scanner.text) ?? ""
                    }
                } else if scanner.isNamed(tag, "cellXfs") {
                    cellsTag = tag
                    while tag.kind == .start, let inner = scanner.next() {
                        if inner.kind == .end {
                            cellsEnd = inner.range.lowerBound
                            break
                        }
                        guard let end = scanner.skipElement(inner) else { break }
                        styles.append(scanner.text(inner.range.lowerBound..<end.range.upperBound))
                        formatOfStyle.append(scanner.integer(inner, "numFmtId") ?? 0)
                    }
                } else if tag.kind == .start {
                    _ = scanner.skipElement(tag)
                }
            }
        }
    }
}
