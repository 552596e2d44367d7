import Ports

/// Which source reads which scheme. An unknown scheme is an error, never a default.
package struct SourceTable: Sendable {
    package struct Entry: Sendable {
        package var schemes: [String]
        package var open: @Sendable (_ url: String, _ options: SourceOptions) throws -> any BatchSource

        package init(
            schemes: [String],
            open: @escaping @Sendable (_ url: String, _ options: SourceOptions) throws -> any BatchSource
        ) {
            self.schemes = schemes
            self.open = open
        }
    }

    /// What the command line says of every source.
    package struct SourceOptions: Equatable, Sendable {
        /// Infinity: wait for ever.
        package var stallTimeoutSeconds: Double
        /// The most connections to read with, where the user said so: more than the source would take by itself, if need be.
        package var connections: Int?

        package init(stallTimeoutSeconds: Double, connections: Int? = nil) {
            self.stallTimeoutSeconds = stallTimeoutSeconds
            self.connections = connections
        }
    }

    package var entries: [Entry]
    private static let announced: Set = ["http", "https", "s3"]

    package init(entries: [Entry]) { self.entries = entries }

    /// What stands before `://`; before a colon alone where that is a scheme of ours: `odbc:DSN=erp`, `sqlite:shop.db`.
    func scheme(of text: String) -> String? {
        if let separator = text.range(ofSchemeSeparator: ()) { return text[..<separator.lowerBound].lowercased() }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon].lowercased()
        return entries.contains { $0.schemes.contains(scheme) } ? scheme : nil
    }

    package func source(for text: String, options: SourceOptions) throws -> any BatchSource {
        let known = entries.flatMap(\.schemes)
        let list = known.map { $0 + "://" }.joined(separator: ", ")
        guard let scheme = scheme(of: text) else {
            throw UsageFault(
                "SOURCE has no scheme; known are \(list)",
                remedy:
                    "Write for instance postgresql://USER@HOST/DATABASE, or postgresql:// to take all from PG* variables."
            )
        }
        if let entry = entries.first(where: { $0.schemes.contains(scheme) }) { return try entry.open(text, options) }
        if Self.announced.contains(scheme) {
            throw UsageFault("SOURCE: '\(scheme)' is not in this version; known are \(list)")
        }
        let nearest = NearestName.suggestion(for: scheme, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw UsageFault("SOURCE: '\(scheme)' is no known scheme\(nearest)", remedy: "Known are \(list).")
    }
}
