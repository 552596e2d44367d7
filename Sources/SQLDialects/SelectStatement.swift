/// One SELECT over a table or over a user's query.
package struct SelectStatement: Sendable {
    package enum From: Equatable, Sendable {
        case table(QualifiedName)
        case query(UserQuery)
    }

    package struct Column: Equatable, Sendable {
        package var name: String
        package var reading: ColumnReading

        package init(_ name: String, _ reading: ColumnReading = .plain) {
            self.name = name
            self.reading = reading
        }
    }

    package enum List: Equatable, Sendable {
        case all
        case columns([Column])
        /// SQL of our own making: `COUNT(*)`, `MAX([c])`.
        case expressions([String])
    }

    package var list: List
    package var from: From
    /// All of them hold. In the order of their parameters.
    package var conditions: [Condition]
    package var limit: Int?
    package var sample: SampleClause?
    /// For a database that shows a table as of a moment that several connections share.
    package var moment: String?

    package init(
        _ list: List, from: From, conditions: [Condition] = [], limit: Int? = nil, sample: SampleClause? = nil,
        moment: String? = nil
    ) {
        self.list = list
        self.from = from
        self.conditions = conditions
        self.limit = limit
        self.sample = sample
        self.moment = moment
    }

    /// In the order of the markers in `sql`.
    package var parameters: [String] { conditions.flatMap(\.parameters) }

    package func sql(_ dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        if case .query(let query) = from, isWhole { return query.text }
        let source = try source(dialect)
        var wheres = conditions.map { "(\($0.sql))" }
        if case .condition(let condition)? = sample { wheres.append("(\(condition))") }
        if let limit, dialect.rowLimit == .rownum { wheres.append("ROWNUM <= \(limit)") }
        let top = limit.flatMap { dialect.rowLimit == .top ? "TOP (\($0)) " : nil } ?? ""
        let tail: String =
            switch (limit, dialect.rowLimit) {
            case (let limit?, .limit): " LIMIT \(limit)"
            case (let limit?, .fetchFirst): " FETCH FIRST \(limit) ROWS ONLY"
            default: ""
            }
        return source.with + "SELECT " + top + (try listed(dialect)) + " FROM " + source.from
            + (wheres.isEmpty ? "" : " WHERE " + wheres.joined(separator: " AND ")) + tail
    }

    /// Nothing is asked of a query but itself.
    private var isWhole: Bool {
        guard conditions.isEmpty, limit == nil, sample == nil else { return false }
        switch list {
        case .all: return true
        case .columns, .expressions: return false
        }
    }

    private func source(_ dialect: any SQLDialect) throws(SQLDialectFault) -> (with: String, from: String) {
        switch from {
        case .table(let name):
            var from = try name.sql(dialect)
            if let moment, let clause = dialect.asOf(moment: moment) { from += " " + clause }
            if case .behindTable(let clause)? = sample { from += " " + clause }
            return ("", from)
        case .query(let query):
            let alias = try dialect.identifier("ingest_query")
            // The line end closes a comment of the query's last line.
            guard dialect.rowLimit == .top else { return ("", "(\(query.text)\n) \(alias)") }
            // T-SQL has neither WITH nor a bare ORDER BY within parentheses.
            let offset = query.isOrdered && !query.isLimited ? "\nOFFSET 0 ROWS" : ""
            guard let with = query.with else { return ("", "(\(query.body)\(offset)\n) \(alias)") }
            return ("\(with)\n, \(alias) AS (\(query.body)\(offset)\n) ", alias)
        }
    }

    private func listed(_ dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        switch list {
        case .all: return "*"
        case .expressions(let expressions): return expressions.joined(separator: ", ")
        case .columns(let columns):
            var items: [String] = []
            for column in columns {
                let name = try dialect.identifier(column.name)
                let reading = column.reading
                items.append(reading.isPlain ? name : "\(reading.sql(name)) AS \(name)")
            }
            return items.joined(separator: ", ")
        }
    }
}

/// A condition with its parameters, which are bound as text; the SQL casts each to the column's own type.
package struct Condition: Equatable, Sendable {
    package var sql: String
    package var parameters: [String]

    package init(_ sql: String, parameters: [String] = []) {
        self.sql = sql
        self.parameters = parameters
    }

    /// A user's own condition, checked so that it stays one.
    package static func written(_ text: String, dialect: any SQLDialect) throws(SQLDialectFault) -> Condition {
        try UserQuery.checkCondition(text, lexicon: dialect.lexicon)
        // The line end closes a comment.
        return Condition(text + "\n")
    }
}
