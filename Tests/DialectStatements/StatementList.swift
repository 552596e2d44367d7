import Ports
import SQLDialects

/// What one dialect makes of everything that it is asked for.
struct StatementList {
    let reader: Reader
    private var dialect: any SQLDialect { reader.dialect }

    /// Names that would end their quotes, or begin something else, if they were pasted.
    private static let hostile = [
        "a\"b", "\"", "\"\"; DROP TABLE t; --", "a]b", "a]]b", "]", "[x]", "a`b", "``", "a'b", "a;b", "a--b", "a/*b*/c",
        "#a",
        "$1", "@p", ":p", "%s", "a\\b", "a\\", "select", "Order By", " lead", "a.b", "a\nb", "tab\there", "ünï😀",
        "e\u{301}\"\u{301}",
        "日本語", "ß", "\u{FEFF}", "x(y)", "q'[x]'", "{fn x}",
    ]

    init(reader: Reader) { self.reader = reader }

    func write() throws {
        try writeNames()
        try writeLiterals()
        try writeSelects()
        try writeColumns()
        try writeQueries()
        try writeSession()
        try writeCatalog()
    }

    private func put(_ kind: String, _ sql: String, names: [String] = [], literals: [String] = [], parameters: Int = 0)
    {
        func list(_ texts: [String]) -> String { "[" + texts.map(JSONText.quoted).joined(separator: ",") + "]" }
        print(
            "{\"dialect\":\(JSONText.quoted(reader.name)),\"parser\":\(JSONText.quoted(reader.parser)),"
                + "\"kind\":\(JSONText.quoted(kind)),\"sql\":\(JSONText.quoted(sql)),\"names\":\(list(names)),"
                + "\"literals\":\(list(literals)),\"parameters\":\(parameters)}")
    }

    private func refused(_ kind: String, _ text: String) {
        print(
            "{\"dialect\":\(JSONText.quoted(reader.name)),\"kind\":\(JSONText.quoted(kind)),"
                + "\"refused\":\(JSONText.quoted(text))}")
    }

    private var longest: Int {
        switch dialect.names.limit {
        case .bytes(let count), .characters(let count), .units(let count): count
        case .none: 1000
        }
    }

    private func writeNames() throws {
        let table = QualifiedName(schema: "s", name: "t")
        for name in Self.hostile + [String(repeating: "n", count: longest)] {
            do throws(SQLDialectFault) {
                let list = SelectStatement.List.columns([.init(name)])
                let sql = try SelectStatement(list, from: .table(QualifiedName(schema: name, name: name))).sql(dialect)
                put("name", sql, names: [name])
                let range = try KeyRange.null.condition(
                    on: [name, "b"], type: .init(.text, tag: "", parameter: ("", ""), text: ("", "")), dialect: dialect)
                put(
                    "name in a range", try SelectStatement(.all, from: .table(table), conditions: [range]).sql(dialect),
                    names: [name, "b"])
            } catch {
                refused("name", error.message)
            }
        }
        for name in ["", "a\0b"] + (longest == 1000 ? [] : [String(repeating: "n", count: longest + 1)]) {
            do throws(SQLDialectFault) {
                put("must be refused", try dialect.identifier(name))
            } catch {
                refused("name", error.message)
            }
        }
    }

    private func writeLiterals() throws {
        for text in Self.hostile + ["", "it''s", "\\'", "\\\\'", "'; DROP TABLE t; --"] {
            put("literal", "SELECT \(try dialect.literal(text))\(dialect.fromNothing)", literals: [text])
        }
    }

    private func writeSelects() throws {
        let table = QualifiedName(schema: "s", name: "t")
        let some = SelectStatement.List.columns([.init("a"), .init("b")])
        put("all", try SelectStatement(.all, from: .table(table)).sql(dialect), names: ["s", "t"])
        put(
            "three parts",
            try SelectStatement(.all, from: .table(.init(catalog: "c", schema: "s", name: "t"))).sql(dialect),
            names: ["c", "s", "t"])
        put(
            "limit", try SelectStatement(some, from: .table(table), limit: 20).sql(dialect),
            names: ["a", "b", "s", "t"])
        let written = try Condition.written("a > 1 OR b = '?;)' -- why", dialect: dialect)
        put(
            "conditions and limit",
            try SelectStatement(some, from: .table(table), conditions: [written, Condition("a IS NULL")], limit: 0).sql(
                dialect))
        put(
            "count",
            try SelectStatement(.expressions(["COUNT(*)"]), from: .table(table), conditions: [written]).sql(dialect))
        for isTable in [true, false] {
            for total in [100, 1_000_000, 3_000_000_000] {
                guard let sample = dialect.sample(rows: 1000, of: total, isTable: isTable) else { continue }
                put(
                    "sample of \(total)",
                    try SelectStatement(some, from: .table(table), conditions: [written], limit: 5, sample: sample).sql(
                        dialect))
            }
        }
        if dialect.asOf(moment: "1") != nil {
            put(
                "moment",
                try SelectStatement(.all, from: .table(table), conditions: [written], moment: "123456").sql(dialect))
        }
    }

    private func writeColumns() throws {
        let table = QualifiedName(schema: "s", name: "t")
        for text in reader.types {
            let type = DatabaseType(text)
            let list = SelectStatement.List.columns([.init("c", dialect.reading(of: type))])
            put("column \(text)", try SelectStatement(list, from: .table(table)).sql(dialect), names: ["c"])
            guard let key = dialect.key(of: type) else { continue }
            let name = try dialect.identifier("c")
            let bounds = [key.text(of: "MIN(\(name))"), key.text(of: "MAX(\(name))")]
            put("bounds \(text)", try SelectStatement(.expressions(bounds), from: .table(table)).sql(dialect))
            try writeWatermark(text, key)
            let ranges: [(String, KeyRange, Int)] = [
                ("from below", .from("1", below: "2"), 2), ("from", .from("1", below: nil), 1),
                ("below", .from(nil, below: "2"), 1), ("above through", .above("1", through: "2"), 2),
                ("above", .above("1", through: nil), 1), ("through", .above(nil, through: "2"), 1),
                ("every", .from(nil, below: nil), 0), ("null", .null, 0),
            ]
            for (label, range, count) in ranges {
                for columns in [["c"], ["c", "d"]] {
                    let condition = try range.condition(on: columns, type: key, dialect: dialect)
                    let statement = SelectStatement(.all, from: .table(table), conditions: [condition])
                    precondition(statement.parameters.count == count, "each bound is bound once")
                    put("\(label) \(text)", try statement.sql(dialect), names: columns, parameters: count)
                }
            }
        }
    }

    /// What a window is frozen and read with.
    private func writeWatermark(_ text: String, _ key: KeyType) throws {
        let table = QualifiedName(schema: "s", name: "t")
        let most = "MAX(\(try KeyRange.expression(["c", "d"], dialect: dialect)))"
        let order = "CASE WHEN \(most) > \(key.parameter) THEN 1 WHEN \(most) < \(key.parameter) THEN -1 ELSE 0 END"
        put(
            "order \(text)", try SelectStatement(.expressions([order]), from: .table(table)).sql(dialect), parameters: 2
        )
        let query = "SELECT c FROM t WHERE c >= '{watermark_from}' AND c < {watermark_to}"
        guard let places = try WatermarkPlaces(query, lexicon: dialect.lexicon), let from = key.least,
            let to = key.greatest
        else { return }
        let ends = try key.literals(from: nil, to: nil, dialect: dialect)
        let filled = try UserQuery(places.filled(from: ends.from, to: ends.to), lexicon: dialect.lexicon)
        let condition = try KeyRange.from("1", below: "2").condition(on: ["c"], type: key, dialect: dialect)
        put(
            "places \(text)",
            try SelectStatement(.all, from: .query(filled), conditions: [condition]).sql(dialect),
            names: ["c"], literals: [from, to], parameters: 2)
    }

    private func writeQueries() throws {
        let cast = dialect.reading(of: DatabaseType(reader.types.last ?? "int"))
        let list = SelectStatement.List.columns([.init("a", cast), .init("b")])
        let texts = [
            "SELECT a, b FROM t", " select a, b from t ; -- done", "SELECT a, b FROM t -- no line end",
            "SELECT a, b FROM t /* ; */;;",
            "WITH x AS (SELECT 1 AS a, 2 AS b), y AS (SELECT * FROM x) SELECT a, b FROM y",
            "SELECT a, b FROM t ORDER BY a",
            "WITH x AS (SELECT 1 AS a, 2 AS b) SELECT a, b FROM x ORDER BY b DESC -- newest",
            "SELECT a, ';--' AS b FROM t UNION ALL SELECT 1, 'it''s'", "(SELECT a, b FROM t)",
        ]
        for text in texts {
            let query = try UserQuery(text, lexicon: dialect.lexicon)
            put("query", try SelectStatement(.all, from: .query(query)).sql(dialect))
            put("query with casts", try SelectStatement(list, from: .query(query)).sql(dialect), names: ["a", "b"])
            put("query limited", try SelectStatement(.all, from: .query(query), limit: 5).sql(dialect))
            let condition = try Condition.written("a > 0", dialect: dialect)
            put(
                "query with a condition",
                try SelectStatement(.expressions(["COUNT(*)"]), from: .query(query), conditions: [condition]).sql(
                    dialect))
        }
    }

    private func writeSession() throws {
        for statement in dialect.session.opening { put("session", statement) }
        if let read = dialect.session.consistent {
            for statement in read.begin + read.end { put("transaction", statement) }
            for statement in [read.allowed, read.moment].compactMap({ $0 }) { put("snapshot", statement) }
        }
        if let clock = dialect.clock {
            let all = [clock.local, clock.utc, clock.instant].compactMap { $0 }.joined(separator: ", ")
            put("clock", "SELECT \(all)\(dialect.fromNothing)")
            for name in ["datetime2(7)", "datetime(6)", "timestamp(6)"] {
                guard let key = dialect.key(of: DatabaseType(name)), key.sort != .binary else { continue }
                let texts = [clock.local, clock.utc].map { key.text(of: $0) }.joined(separator: ", ")
                put("clock as text", "SELECT \(texts)\(dialect.fromNothing)")
                break
            }
        }
        if let open = dialect.openTransactions {
            put("open transactions", open.list)
            if let fresh = open.freshness {
                put("transaction", fresh.begin)
                put("fresh list", fresh.probe)
                put("transaction", fresh.end)
            }
            if let lowest = open.lowestRowVersion { put("rowversion", lowest) }
        }
    }

    private func writeCatalog() throws {
        guard let catalog = dialect.catalog else { return }
        put("schemas", catalog.schemas())
        for schema in [nil, "s", "it's; --"] {
            let literals = schema.map { [$0] } ?? []
            for table in [nil, "t'"] {
                let names = literals + (table.map { [$0] } ?? [])
                put("tables", try catalog.tables(schema: schema, table: table), literals: names)
                put("columns", try catalog.columns(schema: schema, table: table), literals: names)
                put("keys", try catalog.primaryKeys(schema: schema, table: table), literals: names)
                put("indexes", try catalog.indexes(schema: schema, table: table), literals: names)
            }
        }
    }
}

enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
