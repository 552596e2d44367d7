import Ports

/// How a database quotes names, what it does to names without quotes, and how long a name may be.
package struct NameRules: Equatable, Sendable {
    package enum Folding: Equatable, Sendable { case upper, lower, none }

    package enum Limit: Equatable, Sendable {
        case bytes(Int)
        /// Unicode scalars.
        case characters(Int)
        /// UTF-16 units.
        case units(Int)
        case none
    }

    package var open: Unicode.Scalar
    package var close: Unicode.Scalar
    /// What an unquoted name becomes.
    package var folding: Folding
    package var limit: Limit
    /// Characters that a quoted name cannot hold, not even doubled.
    package var refused: [Unicode.Scalar]
    /// Quotes that users may write as well.
    package var accepted: [(open: Unicode.Scalar, close: Unicode.Scalar)] {
        var all: [(open: Unicode.Scalar, close: Unicode.Scalar)] = [(open, close)]
        if open != "\"" { all.append(("\"", "\"")) }
        return all
    }

    package init(
        open: Unicode.Scalar, close: Unicode.Scalar, folding: Folding, limit: Limit, refused: [Unicode.Scalar] = []
    ) {
        self.open = open
        self.close = close
        self.folding = folding
        self.limit = limit
        self.refused = refused
    }

    /// Always quoted: a name then means itself, whatever its case and whatever the next version reserves.
    package func quoted(_ name: String, title: String) throws(SQLDialectFault) -> String {
        try check(name, title: title)
        return QuotedText.quoted(name, open: open, close: close, doubling: [close])
    }

    private func check(_ name: String, title: String) throws(SQLDialectFault) {
        let shown = VisibleText.quoted(name)
        guard !name.isEmpty else { throw SQLDialectFault(.configuration, "A name is empty", remedy: "Write one.") }
        if let scalar = name.unicodeScalars.first(where: { $0.value == 0 || refused.contains($0) }) {
            let what = scalar.value == 0 ? "a NUL character" : "'\(scalar)'"
            throw SQLDialectFault(
                .configuration, "\(shown) holds \(what), which no name in \(title) can hold",
                remedy: "Check the name; a view can give the column or table another one.")
        }
        let (length, longest, unit) =
            switch limit {
            case .bytes(let most): (name.utf8.count, most, "bytes")
            case .characters(let most): (name.unicodeScalars.count, most, "characters")
            case .units(let most): (name.utf16.count, most, "UTF-16 units")
            case .none: (0, 0, "")
            }
        guard length <= longest else {
            throw SQLDialectFault(
                .configuration, "\(shown) has \(length) \(unit); names in \(title) have at most \(longest)",
                remedy: "Check the name.")
        }
    }

    /// A name as the database would understand it without quotes.
    package func folded(_ name: String) -> String {
        // ASCII only: what a server does with other letters depends on its locale.
        switch folding {
        case .none: name
        case .upper: Self.mapped(name, from: "a"..."z", by: -32)
        case .lower: Self.mapped(name, from: "A"..."Z", by: 32)
        }
    }

    private static func mapped(_ name: String, from range: ClosedRange<Unicode.Scalar>, by distance: Int) -> String {
        var out = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            out.append(range.contains(scalar) ? Unicode.Scalar(UInt8(Int(scalar.value) + distance)) : scalar)
        }
        return String(out)
    }

    /// What a written name means among those that exist: just that; else what the database itself would make of it without
    /// quotes; else the only one that differs in case alone.
    package func match(_ written: String, among existing: [String]) -> NameMatch {
        let folded = folded(written)
        if !existing.contains(written), existing.contains(folded) { return .exact(folded) }
        return NameMatch(written, among: existing)
    }
}
