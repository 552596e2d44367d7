import Ports

/// Names that become folders of the lake.
enum PlaceName {
    /// Without slashes around it; nothing may lead out of the destination.
    static func folder(_ reader: RowReader<JobColumn>) -> String? {
        guard let text = reader.name(.targetFolderPath) else { return nil }
        if isPlain(text) { return text }
        let parts = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).map(String.init)
        if parts.contains("..") || parts.contains(".") || text.contains("://") || hasControl(text) {
            reader.report(
                .error, .targetFolderPath, value: text,
                "\(VisibleText.quoted(text)) is not a folder under the destination. Write names divided by /, without dots."
            )
            return nil
        }
        let folder = parts.joined(separator: "/")
        if folder != text {
            reader.report(
                .note, .targetFolderPath, value: text,
                "\(VisibleText.quoted(text)) is read as \(VisibleText.quoted(folder)).")
        }
        return folder.isEmpty ? nil : folder
    }

    /// Letters, digits, `_` and `-`, divided by single slashes: nearly every folder, known by one pass over the bytes.
    private static func isPlain(_ text: String) -> Bool {
        text.withBytes { bytes in
            var previous = UInt8(ascii: "/")
            for byte in bytes {
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): break
                case UInt8(ascii: "/") where previous != byte: break
                default: return false
                }
                previous = byte
            }
            return previous != UInt8(ascii: "/")
        }
    }

    static func checkTable(_ name: String, _ column: JobColumn, _ reader: RowReader<JobColumn>) {
        let isPlain = isPlain(name) && !name.withBytes { $0.contains(UInt8(ascii: "/")) }
        if isPlain, name.utf8.count <= 200, name.utf8.count != 7 || name.lowercased() != "_ingest" { return }
        let remedy = column == .tableName ? " Give another name in target_table." : ""
        if name.contains("/") || name.contains("\\") || name == ".." || name == "." || hasControl(name) {
            reader.report(
                .error, column, value: name,
                "\(VisibleText.quoted(name)) cannot be the name of a folder in the lake: it must not have slashes, line breaks or "
                    + "only dots." + remedy)
        } else if name.lowercased() == "_ingest" {
            reader.report(.error, column, value: name, "_ingest is where the tool keeps its records." + remedy)
        } else if name.utf8.count > 200 {
            reader.report(.error, column, value: name, "The name is longer than 200 bytes." + remedy)
        }
    }

    private static func hasControl(_ text: String) -> Bool { text.unicodeScalars.contains { $0.value < 0x20 } }
}

/// The cell `query`.
enum QueryCell {
    static func query(_ reader: RowReader<JobColumn>, options: CheckOptions) -> JobObject.Query? {
        guard var text = reader.name(.query) else { return nil }
        if text.hasPrefix("@") { return file(String(text.dropFirst()), reader, options) }
        while text.hasSuffix(";") || text.hasSuffix(" ") || text.hasSuffix("\n") { text.removeLast() }
        let start = text.drop { $0 == "(" || $0.isWhitespace }.prefix(6).lowercased()
        guard start.hasPrefix("select") || start.hasPrefix("with") || start.hasPrefix("--") || start.hasPrefix("/*")
        else {
            reader.report(
                .error, .query, value: text,
                "\(VisibleText.quoted(text, limit: 40)) does not begin with SELECT or WITH. A file of the project is named with @: "
                    + "@queries/orders.sql.")
            return nil
        }
        for name in placeholders(of: text) where !["watermark_from", "watermark_to", "filter"].contains(name) {
            let nearest = reader.scope.suggestions.sentence(
                for: name, among: ["watermark_from", "watermark_to", "filter"])
            reader.report(
                .warning, .query, value: "{\(name)}",
                "{\(name)} is not replaced: the places are {watermark_from}, {watermark_to} and {filter}." + nearest)
        }
        return .text(text)
    }

    private static func file(
        _ path: String, _ reader: RowReader<JobColumn>, _ options: CheckOptions
    ) -> JobObject.Query? {
        let path = CellText.cleaned(path).text
        if path.isEmpty || path.hasPrefix("/") || path.split(separator: "/").contains("..") || path.contains("\\") {
            reader.report(
                .error, .query, value: "@" + path,
                "\(VisibleText.quoted("@" + path)) is not a file of the project. Write a path relative to its folder, such as "
                    + "@queries/orders.sql.")
            return nil
        }
        if let exists = options.fileExists, !exists(path) {
            reader.report(.error, .query, value: "@" + path, "The project has no file \(VisibleText.quoted(path)).")
        }
        return .file(path)
    }

    /// `{name}` outside of quotes.
    private static func placeholders(of text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            rest = rest[rest.index(after: open)...]
            let name = rest.prefix { $0.isLetter || $0 == "_" }
            if !name.isEmpty, rest.dropFirst(name.count).first == "}" { names.append(String(name)) }
        }
        return names
    }
}

enum TimeZoneName {
    static func isPlausible(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 60 else { return false }
        let isLetter = (0x41...0x5A).contains(first & 0xDF)
        return isLetter
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "+"):
                    true
                default: false
                }
            }
    }
}
