import Ports
import SQLDialects

/// What a watermark is a watermark of: the rows of an object, and the expression that gives each row's value.
struct WatermarkTarget {
    /// With what its query's places stand for, where it has some.
    var object: FoundObject
    /// Nil: the query compares it itself, and does not show it.
    var expression: String?
    /// For messages: "updated_at", "updated_at, else created_at".
    var name: String
    var declared: [DeclaredType]
    /// A condition in parentheses.
    var filter: String?
    var mayBeNull = true
    /// An index begins with it, or it is the rowid.
    var isIndexed = false
    var isRowid = false

    var from: String { object.from }

    /// In words, for messages.
    var place: String { "Watermark \(name) of \(object.display)" }

    /// `rows(where:)` as SQL behind FROM.
    func rows(_ conditions: [String?] = []) -> String {
        let all = ([filter] + conditions).compactMap { $0 }
        return from + (all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND "))
    }

    /// - Parameter places: what the places of a query stand for.
    static func find(
        _ source: ReadRequest.Object, filter: String?, columns written: [String],
        places: (least: Statement.Parameter, greatest: Statement.Parameter), on database: Database
    ) throws -> WatermarkTarget {
        var source = source
        var hasPlaces = false
        if case .query(let text) = source,
            let found = try WatermarkPlaces(text, lexicon: SQLiteSource.dialect.lexicon)
        {
            hasPlaces = true
            source = .query(found.filled(from: try places.least.literal(), to: try places.greatest.literal()))
        }
        let object = try FoundObject.find(source, on: database)
        let result = ResultColumns(request: ReadRequest(object: source), object: object)
        let all = try result.plan(on: database).columns
        let isHidden = hasPlaces && !written.contains { NameMatch($0, among: all.map(\.name)).found != nil }
        guard !isHidden else {
            return WatermarkTarget(
                object: object, expression: nil, name: written.joined(separator: ", else "), declared: [],
                filter: try condition(filter))
        }
        let columns = try written.map { try result.find($0, in: all) }
        var names: [String] = []
        for column in columns { names.append(try SQLiteSource.dialect.identifier(column.name)) }
        var target = WatermarkTarget(
            object: object, expression: names.count == 1 ? names[0] : "COALESCE(\(names.joined(separator: ", ")))",
            name: columns.map(\.name).joined(separator: ", else "),
            declared: columns.map { DeclaredType($0.declared.isEmpty ? nil : $0.declared) },
            filter: try condition(filter))
        if case .table(let rowid) = object.sort {
            try target.look(at: columns.map(\.name), in: object.display, rowid: rowid, on: database)
        }
        return target
    }

    private static func condition(_ filter: String?) throws -> String? {
        try filter.map { filter in
            try UserQuery.checkCondition(filter, lexicon: SQLiteSource.dialect.lexicon)
            // The line end closes a comment.
            return "(\(filter)\n)"
        }
    }

    private mutating func look(
        at columns: [String], in table: String, rowid: String?, on database: Database
    ) throws(SQLiteFault) {
        let facts = try database.rows(
            "SELECT name, \"notnull\", pk, upper(type), (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0) "
                + "FROM pragma_table_xinfo(?1)", [.text(table)], doing: "looking at \(table)")
        func isNeverNull(_ name: String) -> Bool {
            guard let fact = facts.first(where: { $0[0] == name }) else { return false }
            return fact[1] != "0" || fact[2] != "0" && (rowid == nil || isKey(fact))
        }
        // INTEGER PRIMARY KEY is the rowid itself.
        func isKey(_ fact: [String?]) -> Bool { fact[2] == "1" && fact[4] == "1" && fact[3] == "INTEGER" }
        mayBeNull = !columns.contains(where: isNeverNull)
        guard columns.count == 1 else { return }
        isRowid = rowid != nil && facts.contains { $0[0] == columns[0] && isKey($0) }
        guard !isRowid else { return isIndexed = true }
        isIndexed = try !database.rows(
            "SELECT 1 FROM pragma_index_list(?1) i, pragma_index_xinfo(i.name) c WHERE c.seqno = 0 "
                + "AND i.partial = 0 AND c.name = ?2 AND c.coll = 'BINARY'", [.text(table), .text(columns[0])],
            doing: "looking at the indexes of \(table)"
        ).isEmpty
    }
}
