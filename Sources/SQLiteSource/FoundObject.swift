import Ports
import SQLDialects

/// What a request names, found in the database.
struct FoundObject {
    enum Sort: Equatable {
        /// Rows are stored by rowid, which is called so.
        case table(rowid: String?)
        case view, virtual
        /// The statement, checked.
        case query(String)
    }

    /// For messages.
    var display: String
    var sort: Sort
    /// FROM item: a quoted name, or the query in parentheses.
    var from: String
    /// A name that was found, though it was written in another case.
    var note: String?

    var rowid: String? {
        if case .table(let rowid) = sort { rowid } else { nil }
    }

    static func find(_ object: ReadRequest.Object, on database: Database) throws -> FoundObject {
        switch object {
        case .query(let text):
            let query = try Statement.checkedQuery(text, on: database)
            // The line end closes a comment of the query's last line.
            return FoundObject(display: "the query", sort: .query(query), from: "(\(query)\n)")
        case .table(let text): return try table(text, on: database)
        }
    }

    private static func table(_ text: String, on database: Database) throws -> FoundObject {
        let parts = try WrittenName(text, dialect: SQLiteSource.dialect).parts.map(\.text)
        guard let name = parts.last, parts.count == 1 || (parts.count == 2 && parts[0].lowercased() == "main") else {
            throw SQLiteFault(
                .configuration, "'\(text)': a SQLite file has no schemas",
                remedy: "Name the table alone; put a name that holds a dot in double quotes.")
        }
        // All of them at once: names, kinds and what else is there. `wr` is 1 for WITHOUT ROWID.
        let listed = try database.rows(
            "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name",
            doing: "listing the tables")
        // SQLite tells no two names apart by the case of their ASCII letters.
        guard let found = listed.first(where: { ($0[0] ?? "").lowercased() == name.lowercased() }),
            let exact = found[0]
        else { throw notFound(name, among: listed, database) }
        let from = try SQLiteSource.dialect.identifier(exact)
        let note = exact == name ? nil : "'\(name)' is called '\(exact)' there"
        switch found[1] {
        case "view": return FoundObject(display: exact, sort: .view, from: from, note: note)
        case "virtual": return FoundObject(display: exact, sort: .virtual, from: from, note: note)
        default:
            let columns = try database.rows(
                "SELECT name FROM pragma_table_xinfo(?1)", [.text(exact)], doing: "looking at \(exact)"
            ).compactMap { $0[0]?.lowercased() }
            let rowid = ["rowid", "_rowid_", "oid"].first { !columns.contains($0) }
            return FoundObject(
                display: exact, sort: .table(rowid: found[2] == "1" ? nil : rowid), from: from, note: note)
        }
    }

    private static func notFound(_ name: String, among listed: [[String?]], _ database: Database) -> SQLiteFault {
        let names = listed.compactMap { $0[0] }.filter { !$0.lowercased().hasPrefix("sqlite_") }
        let near = NearestName.closest(to: name, among: names)
        let remedy: String
        if !near.isEmpty {
            remedy = "Did you mean \(near.joined(separator: ", "))?"
        } else if names.isEmpty {
            remedy = "The database has no tables."
        } else {
            let shown = names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", …" : "")
            remedy = "Name one that it has: \(shown)."
        }
        return SQLiteFault(
            .configuration, "There is no table or view '\(name)' in '\(database.path)'", remedy: remedy,
            namesLikeIt: near)
    }
}
