import Ports

/// A table's exact name with all its parts, as the catalog has it.
package struct QualifiedName: Equatable, Hashable, Sendable {
    package var catalog: String?
    package var schema: String?
    package var name: String

    package init(catalog: String? = nil, schema: String? = nil, name: String) {
        self.catalog = catalog
        self.schema = schema
        self.name = name
    }

    package init(_ table: TableName) { self.init(schema: table.schema, name: table.name) }

    package var parts: [String] { [catalog, schema, name].compactMap { $0 } }
    /// For messages.
    package var display: String { parts.joined(separator: ".") }

    package func sql(_ dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        var quoted: [String] = []
        for part in parts { quoted.append(try dialect.identifier(part)) }
        return quoted.joined(separator: ".")
    }
}

/// A table's name as a user writes it: `orders`, `dbo.orders`, `[Odd Name].[t]`, `"Odd Name".t`. What an unquoted part
/// means is found out in the catalog (`NameRules.match`).
package struct WrittenName: Equatable, Sendable {
    package struct Part: Equatable, Sendable {
        package var text: String
        package var isQuoted: Bool
    }

    /// One to three: table; schema and table; catalog, schema and table.
    package var parts: [Part]

    package init(_ text: String, dialect: any SQLDialect) throws(SQLDialectFault) {
        let quotes = dialect.names.accepted
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
        var rest = text.unicodeScalars.drop { blanks.contains($0) }
        while let last = rest.last, blanks.contains(last) { rest = rest.dropLast() }
        parts = []
        while true {
            parts.append(try Self.part(&rest, of: text, quotes: quotes))
            guard let separator = rest.popFirst() else { break }
            guard separator == "." else {
                throw Self.malformed(text, "'\(separator)' stands where a dot or the end is expected")
            }
        }
        guard parts.count <= 3 else {
            throw Self.malformed(
                text, "it has \(parts.count) parts; allowed are table, schema.table and catalog.schema.table")
        }
    }

    /// The name as the database itself would take it, where no catalog is asked.
    package func folded(_ dialect: any SQLDialect) -> QualifiedName {
        let names = parts.map { $0.isQuoted ? $0.text : dialect.names.folded($0.text) }
        return QualifiedName(
            catalog: names.count > 2 ? names[0] : nil, schema: names.count > 1 ? names[names.count - 2] : nil,
            name: names[names.count - 1])
    }

    private static func part(
        _ rest: inout Substring.UnicodeScalarView, of text: String,
        quotes: [(open: Unicode.Scalar, close: Unicode.Scalar)]
    ) throws(SQLDialectFault) -> Part {
        var out = String.UnicodeScalarView()
        if let first = rest.first, let quote = quotes.first(where: { $0.open == first }) {
            rest = rest.dropFirst()
            while let scalar = rest.popFirst() {
                if scalar != quote.close {
                    out.append(scalar)
                } else if rest.first == quote.close {
                    out.append(scalar)
                    rest = rest.dropFirst()
                } else {
                    guard !out.isEmpty else { throw malformed(text, "a part of it is empty") }
                    return Part(text: String(out), isQuoted: true)
                }
            }
            throw malformed(text, "a quotation mark is not closed")
        }
        while let scalar = rest.first, scalar != "." {
            out.append(scalar)
            rest = rest.dropFirst()
        }
        guard !out.isEmpty else { throw malformed(text, "a part of it is empty") }
        return Part(text: String(out), isQuoted: false)
    }

    private static func malformed(_ text: String, _ why: String) -> SQLDialectFault {
        SQLDialectFault(
            .configuration, "\(VisibleText.quoted(text)) is not the name of a table: \(why)",
            remedy: "Write table or schema.table; put a name with dots in quotation marks.")
    }
}
