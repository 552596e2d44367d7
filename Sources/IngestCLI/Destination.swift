import Ports

/// Where a copy goes: DEST, understood.
package struct Destination: Equatable, Sendable {
    package var folder: String
    /// Name without `.parquet`.
    package var stem: String
    /// DEST named a file rather than a folder.
    package var isSingleFile: Bool

    package init(_ text: String, table: String?) throws(UsageFault) {
        var path = text
        if let separator = text.range(ofSchemeSeparator: ()) {
            let scheme = text[..<separator.lowerBound].lowercased()
            guard scheme == "file" else {
                throw UsageFault(
                    "DEST '\(text)': stores of the kind '\(scheme)' are not in this version",
                    remedy: "Use a path of the local file system, or file:///path.")
            }
            path = try Self.path(ofFileURL: String(text[separator.upperBound...]), text)
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw UsageFault("DEST is empty", remedy: "Name a folder, or a file that ends in .parquet.")
        }
        isSingleFile = path.hasSuffix(FileName.suffix)
        if isSingleFile {
            let slash = path.lastIndex(of: "/")
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            stem = String(name.dropLast(FileName.suffix.count))
            guard !stem.isEmpty else {
                throw UsageFault(
                    "DEST '\(text)' has no name before .parquet", remedy: "Write for instance ./orders.parquet.")
            }
            guard name.utf8.count <= 255 else {
                throw UsageFault("DEST: the file name has \(name.utf8.count) bytes; allowed are 255")
            }
            folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        } else {
            folder = path
            stem = table.map(FileName.stem(ofTable:)) ?? "query"
        }
    }

    /// `file:///a%20b` and `file://localhost/a`; a relative `file://./lake` is taken as it is meant.
    private static func path(ofFileURL rest: String, _ text: String) throws(UsageFault) -> String {
        var rest = rest
        if rest.hasPrefix("localhost/") { rest.removeFirst("localhost".count) }
        guard rest.hasPrefix("/") || rest.hasPrefix(".") else {
            throw UsageFault("DEST '\(text)': files of another host cannot be written", remedy: "Write file:///path.")
        }
        guard let decoded = PercentEncoding.decoded(rest) else {
            throw UsageFault(
                "DEST '\(text)': '%' must be followed by two hex digits", remedy: "Write a percent sign as %25.")
        }
        return decoded
    }
}

extension String {
    /// The `://` behind a scheme at the start, if there is one.
    func range(ofSchemeSeparator _: Void) -> Range<Index>? {
        guard let colon = firstIndex(of: ":"), colon != startIndex, self[colon...].hasPrefix("://") else { return nil }
        guard
            self[..<colon].utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x5F
            })
        else { return nil }
        return colon..<index(colon, offsetBy: 3)
    }
}
