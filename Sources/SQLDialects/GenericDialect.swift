import Ports

/// Any database behind an ODBC driver that we don't know: standard SQL, with the quotation mark that the driver names
/// (SQLGetInfo, SQL_IDENTIFIER_QUOTE_CHAR). Types are read as the driver describes them.
package struct GenericDialect: SQLDialect {
    package let title: String
    package let names: NameRules
    package let lexicon: Lexicon
    package let rowLimit = RowLimit.none

    /// - Parameters:
    ///   - title: what the driver calls the database (SQL_DBMS_NAME).
    ///   - quote: nil or a blank where the database has no quoted names.
    package init(title: String = "the database", quote: Unicode.Scalar? = "\"", folding: NameRules.Folding = .none) {
        self.title = title
        let quote: Unicode.Scalar? = quote == " " ? nil : quote
        isUnquoted = quote == nil
        let open = quote ?? "\""
        names = NameRules(open: open, close: open == "[" ? "]" : open, folding: folding, limit: .none)
        lexicon = Lexicon(
            quotes: [.init("'", "'"), .init("\"", "\"")]
                + (open == "\"" ? [] : [.init(open, open == "[" ? "]" : open)]))
    }

    private let isUnquoted: Bool

    package func identifier(_ name: String) throws(SQLDialectFault) -> String {
        guard isUnquoted else { return try names.quoted(name, title: title) }
        let isPlain =
            name.utf8.first.map { !(0x30...0x39).contains($0) } == true
            && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F }
        guard isPlain else {
            throw SQLDialectFault(
                .configuration, "'\(name)' cannot be written without quotes, and \(title) has none for names",
                remedy: "Read it through a view whose name and columns are plain letters, digits and _.")
        }
        return name
    }

    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        try QuotedText.standardLiteral(text, title: title)
    }

    package func reading(of type: DatabaseType) -> ColumnReading { .plain }

    package func key(of type: DatabaseType) -> KeyType? { StandardKeys.key(of: type) }

    package var session: SessionStatements { SessionStatements(opening: [], consistent: nil) }
    package var clock: DatabaseClock? {
        DatabaseClock(local: "CURRENT_TIMESTAMP", utc: "CURRENT_TIMESTAMP", instant: nil)
    }
    package var openTransactions: OpenTransactions? { nil }
    package var catalog: (any CatalogStatements)? { nil }
    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? { nil }
}
