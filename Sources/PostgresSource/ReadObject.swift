import Ports

/// What a request names, found and locked (a query: checked).
struct ReadObject {
    /// For messages.
    var display: String
    /// FROM item.
    var from: String
    var relation: Relation?
    /// With NULL in the places of a watermark.
    var query: String?
    /// A query's places of the watermark's bounds, where windows are read.
    var places: QueryPlaces?
    /// Statement that takes the lock where one statement does; nil where planning has to.
    var lock: String?
    /// Itself and its parts, as they were before the lock.
    var tree: [[String?]]?
}

extension ReadObject {
    init(query text: String, hasWindows: Bool) throws(PostgresFault) {
        var query = try QueryText.withoutTerminator(text)
        let places = hasWindows ? try QueryPlaces(query) : nil
        if let places { query = places.filled(from: "NULL", to: "NULL") }
        self.init(display: "the query", from: Self.from(query), query: query, places: places)
    }

    static func from(_ query: String) -> String { "(\(query)\n) AS query" }
}

extension Opening {
    func findObject() throws(PostgresFault) -> ReadObject {
        switch request.object {
        case .query(let text): return try ReadObject(query: text, hasWindows: request.windows != nil)
        case .table(let text): return try findTable(try ObjectName.parse(text))
        }
    }

    private func findTable(_ name: ObjectName) throws(PostgresFault) -> ReadObject {
        // Between looking up a name and locking what it named, the name may come to mean something else.
        for _ in 0..<5 {
            guard let relation = try Relation.find(name, on: exporter) else {
                throw Relation.notFound(name, on: exporter)
            }
            let display = relation.objectName.display
            switch relation.sort {
            case .table, .partitioned, .view, .materializedView, .foreign: break
            case .other:
                throw PostgresFault(
                    .invalidUse, kind: .configuration, "\(display) is neither a table nor a view",
                    remedy: "Name a table, a view, a materialized view or a foreign table.")
            }
            let from = relation.objectName.sql
            let isTable = relation.sort == .table || relation.sort == .partitioned
            let tree = isTable ? try relation.tree(on: exporter) : nil
            // LOCK TABLE wants SELECT on the whole table, and knows no views of views that others own: those are locked by
            // planning.
            guard isTable && relation.maySelect else {
                return ReadObject(display: display, from: from, relation: relation, tree: tree)
            }
            let lock = "LOCK TABLE \(from) IN ACCESS SHARE MODE"
            do throws(PostgresFault) {
                _ = try exporter.executeOne(lock, doing: "locking \(display) for reading")
            } catch {
                throw Permission.explained(error, on: relation.objectName, user: exporter.user)
            }
            // Sizes as of now, under the lock.
            guard let locked = try Relation.find(name, on: exporter), locked.oid == relation.oid else { continue }
            return ReadObject(display: display, from: from, relation: locked, lock: lock, tree: tree)
        }
        throw PostgresFault(
            .server, kind: .transient,
            "\(name.display) was replaced by another table again and again while we locked it")
    }
}

/// Refusals for lack of permission, with the GRANT that would help.
enum Permission {
    /// `name` is nil for a query: then the server's message names the object.
    static func explained(_ fault: PostgresFault, on name: ObjectName?, user: String) -> PostgresFault {
        guard fault.sqlstate == "42501" else { return fault }
        var fault = fault
        fault.remedy =
            "Its owner can allow it: "
            + (name.map { grants(on: $0, columns: nil, includingSchema: $0.schema != nil, to: user) }
                ?? "GRANT SELECT ON the object named above TO \(SQLText.identifier(user));")
        return fault
    }

    /// What lets `user` read: the whole table where `columns` is nil, else these, if any.
    static func grants(on name: ObjectName, columns: [String]?, includingSchema: Bool, to user: String) -> String {
        let role = SQLText.identifier(user)
        var grants: [String] = []
        if includingSchema, let schema = name.schema {
            grants.append("GRANT USAGE ON SCHEMA \(SQLText.identifier(schema)) TO \(role);")
        }
        if let columns {
            if !columns.isEmpty {
                let list = columns.map { SQLText.identifier($0) }.joined(separator: ", ")
                grants.append("GRANT SELECT (\(list)) ON \(name.sql) TO \(role);")
            }
        } else {
            grants.append("GRANT SELECT ON \(name.sql) TO \(role);")
        }
        return grants.joined(separator: " ")
    }
}
