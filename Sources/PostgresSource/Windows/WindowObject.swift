import Ports

/// What a question asks about, found in the database: what is needed to ask for its greatest value and to count.
struct WindowObject {
    let question: WindowQuestion
    let watermark: Watermark
    let display: String
    /// The same for the same question: greatest values are remembered under it.
    let key: String
    private let from: String
    private let serverVersion: Int

    init(_ question: WindowQuestion, on connection: Connection) throws(PostgresFault) {
        self.question = question
        key = ([question.object.text, question.filter ?? ""] + question.columns).joined(separator: "\n")
        serverVersion = connection.serverVersion
        let texts = [question.object.text, question.filter ?? ""] + question.columns
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw PostgresFault(.invalidUse, kind: .configuration, "A name, filter or query holds a NUL character")
        }
        if let filter = question.filter {
            try QueryText.checkCondition(filter, backslashes: connection.hasBackslashEscapes)
        }
        switch question.object {
        case .table(let text):
            let name = try ObjectName.parse(text)
            guard let relation = try Relation.find(name, on: connection) else {
                throw Relation.notFound(name, on: connection)
            }
            display = relation.objectName.display
            from = relation.objectName.sql
            watermark = try WatermarkFinder(connection: connection, display: display).find(
                question.columns, relation: relation, query: nil, places: nil)
        case .query(let text):
            let object = try ReadObject(query: text, hasWindows: true)
            display = object.display
            watermark = try WatermarkFinder(connection: connection, display: display).find(
                question.columns, relation: nil, query: object.query, places: object.places)
            if let places = object.places, places.areUsed, let query = object.query {
                // Without a greatest text, the end stays NULL, and nothing is found: see `mayAsk`.
                let type = watermark.type
                let mayFill = type.greatest != nil || !places.hasTo
                from = ReadObject.from(
                    mayFill
                        ? try places.filled(
                            .window(low: question.low?.value, high: nil), of: type, serverVersion: serverVersion)
                        : query)
            } else {
                from = object.from
            }
        }
    }

    /// Of the rows that are read, and those that a filter leaves out are not.
    private func rows(_ condition: String?) -> String {
        let conditions = [question.filter.map { "(\($0)\n)" }, condition].compactMap { $0 }
        return " FROM \(from)" + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
    }

    private func notEndless() -> String? {
        watermark.type.endless(serverVersion: serverVersion).map { watermark.compared("<", $0) }
    }

    /// The greatest value; nil where there is none.
    func greatest(on connection: Connection) throws(PostgresFault) -> String? {
        guard let expression = watermark.expression else {
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "The query does not show its watermark \(watermark.display), so its greatest value cannot be asked for",
                remedy: "Add the column to the query's columns.", column: watermark.columns.first)
        }
        return try ask(
            "SELECT pg_catalog.max(\(expression))::pg_catalog.text" + rows(notEndless()),
            doing: "asking for the greatest \(watermark.display) of \(display)", on: connection)[0, 0]
    }

    struct Counts: Equatable {
        var nulls: Int?
        var beyond: Int?
        /// The greatest value that is no infinity, where it is later than the column's clock by more than five minutes.
        var farthest: String?
    }

    /// Two questions where an index answers each at once, one pass over the rows otherwise.
    /// - Parameter clock: what the column's clock shows now, of a time without a zone.
    func counts(beyond high: String, clock: String?, on connection: Connection) throws(PostgresFault) -> Counts {
        guard let expression = watermark.expression else { return Counts() }
        let type = watermark.type
        let end = type.literal(high)
        let isBeyond = watermark.compared(type.ends == .low ? ">=" : ">", end)
        var far = "NULL"
        if let clock {
            let late = type.literal(clock) + " + '5 min'::pg_catalog.interval"
            let greatest =
                "pg_catalog.max(\(expression))" + (notEndless().map { " FILTER (WHERE \($0))" } ?? "")
            far = "CASE WHEN \(greatest) > \(late) THEN \(greatest)::pg_catalog.text END"
        }
        let doing = "counting rows of \(display) that are not read now"
        if watermark.hasIndex || !watermark.mayBeNull {
            let row = try ask("SELECT pg_catalog.count(*), \(far)" + rows(isBeyond), doing: doing, on: connection)
            var counts = Counts(beyond: row[0, 0].flatMap { Int($0) }, farthest: row[0, 1])
            if watermark.mayBeNull {
                counts.nulls =
                    try ask("SELECT pg_catalog.count(*)" + rows("\(expression) IS NULL"), doing: doing, on: connection)[
                        0, 0
                    ].flatMap { Int($0) }
            }
            return counts
        }
        let row = try ask(
            "SELECT pg_catalog.count(*) FILTER (WHERE \(expression) IS NULL), "
                + "pg_catalog.count(*) FILTER (WHERE \(isBeyond)), \(far)" + rows(nil), doing: doing, on: connection)
        return Counts(
            nulls: row[0, 0].flatMap { Int($0) }, beyond: row[0, 1].flatMap { Int($0) }, farthest: row[0, 2])
    }

    /// How two values compare in the column's own order: a constant beside a column takes over its collation.
    func order(of high: String, to low: String, on connection: Connection) throws(PostgresFault) -> WindowMoment.Order {
        let (high, low) = (watermark.type.literal(high), watermark.type.literal(low))
        let column = watermark.expression ?? "NULL"
        let answer = try ask(
            "SELECT CASE WHEN v.c OPERATOR(pg_catalog.<) \(low) THEN 'below' "
                + "WHEN v.c OPERATOR(pg_catalog.>) \(low) THEN 'above' ELSE 'same' END "
                + "FROM (SELECT \(column)\(rows("false")) UNION ALL SELECT \(high)) AS v(c)",
            doing: "comparing with the last watermark", on: connection)[0, 0]
        return answer == "below" ? .below : answer == "above" ? .above : .same
    }

    private func ask(_ sql: String, doing: String, on connection: Connection) throws(PostgresFault) -> QueryResult {
        do throws(PostgresFault) { return try connection.executeOne(sql, doing: doing) } catch {
            throw Permission.explained(error, on: nil, user: connection.user)
        }
    }
}
