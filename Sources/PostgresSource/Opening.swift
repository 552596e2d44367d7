import Columnar
import Ports

/// The steps from a request to an open read, all in one transaction of the exporting session:
/// find the object, lock it, describe it, divide it, and last fix the moment.
///
/// The locks are older than the snapshot. The other way round, a TRUNCATE or VACUUM FULL between the two would show an
/// empty or rewritten table to a snapshot that should have seen its rows.
struct Opening {
    let request: ReadRequest
    let source: PostgresSource
    let exporter: Connection

    func open() throws(PostgresFault) -> PostgresRead {
        let openedAt = MonotonicClock.now
        try checkRequest()
        _ = try exporter.execute(
            TransactionText.exporter(lockTimeout: source.settings.lockSeconds, on: exporter),
            doing: "setting up the session")
        let object = try findObject()
        let columns = try planColumns(of: object)
        let schema = try makeSchema(columns)
        var notes = columns.compactMap { Self.note(on: $0) }
        let all = readSource(object, columns)
        // EXPLAIN plans the statement and so locks whatever it reads: views' tables, partitions, materialized views.
        let explained = "EXPLAIN (FORMAT JSON) " + all.select()
        let plannedRows: Int?
        do throws(PostgresFault) {
            let explanation = try exporter.execute(explained, doing: "planning the read of \(object.display)")
            plannedRows = Self.plannedRows(explanation[0, 0] ?? "")
        } catch {
            throw Permission.explained(error, on: object.relation?.objectName, user: exporter.user)
        }
        let lock = object.lock ?? explained
        if object.relation?.hasRowSecurity == true {
            notes.append("Row security applies to \(object.display): only rows that \(exporter.user) may see are read")
        }
        var division = try Division(opening: self, object: object, all: all, plannedRows: plannedRows).divide()
        var snapshot: String?
        do throws(PostgresFault) {
            snapshot = try exportSnapshot(of: object, all: all, division: &division)
        } catch {
            guard error.reason == .server else { throw error }
            // The transaction is broken by the refusal: begin another. It holds the locks again before the reader comes.
            _ = try exporter.execute(
                "ROLLBACK; " + TransactionText.exporter(lockTimeout: source.settings.lockSeconds, on: exporter),
                doing: "setting up the session")
            _ = try exporter.execute(lock, doing: "locking \(object.display) for reading")
            division.units = [
                Division.wholeUnit(all, label: object.display, rows: division.estimatedRows ?? plannedRows)
            ]
            notes.append("The server exports no snapshot (\(error.message)): read by one connection")
        }
        notes += division.notes
        let transactionStart =
            try exporter.execute(
                "SELECT pg_catalog.now() || ' ' || pg_catalog.pg_backend_pid()", doing: "setting up the session")[0, 0]
            ?? ""
        let factory = ReaderFactory(
            settings: source.settings, stop: exporter.stop, snapshot: snapshot, lock: lock,
            identity: try ServerIdentity(on: exporter))
        let wanted = min(division.readers, division.units.count)
        let ready = try readers(wanted, factory, notes: &notes)
        return PostgresRead(
            schema: schema, columns: columns, plans: division.units, parallelism: ready.count,
            estimatedRows: division.estimatedRows ?? plannedRows, notes: notes, factory: factory,
            nullsUnfit: request.typeChoices.unrepresentable == .null, exporter: exporter,
            transactionStart: transactionStart, openedAt: openedAt, ready: ready)
    }

    /// Fixes the moment. A partition may be attached in spite of our lock, so the units are checked to name the partitions
    /// that there are *after* the snapshot was taken: what the snapshot knows is then read.
    private func exportSnapshot(
        of object: ReadObject, all: ReadSource, division: inout Division.Outcome
    ) throws(PostgresFault) -> String? {
        for _ in 0..<5 {
            let snapshot = try exporter.execute(
                "SELECT pg_catalog.pg_export_snapshot()", doing: "exporting a snapshot"
            )[0, 0]
            if division.members.isEmpty { return snapshot }
            let again = try Division(opening: self, object: object, all: all, plannedRows: nil).divide()
            if again.members == division.members { return snapshot }
            division = again
        }
        throw PostgresFault(
            .snapshotLost, kind: .transient, "Partitions of \(object.display) come and go while it is being opened",
            remedy: "Try again when nobody attaches or detaches partitions.")
    }

    private func checkRequest() throws(PostgresFault) {
        if case .decimal(let precision, let scale) = request.typeChoices.wideNumeric {
            guard (1...38).contains(precision), (0...precision).contains(scale) else {
                throw PostgresFault(
                    .invalidUse, kind: .configuration,
                    "decimal(\(precision),\(scale)) is out of range; allowed are 1 to 38 digits and a scale from 0 to that"
                )
            }
        }
        if let limit = request.limit, limit < 0 {
            throw PostgresFault(.invalidUse, kind: .configuration, "A limit of \(limit) rows; allowed are 0 and more")
        }
        if case .connections(let count) = request.parallelism, count < 1 {
            throw PostgresFault(.invalidUse, kind: .configuration, "\(count) connections; allowed are 1 and more")
        }
    }

    /// Connections are made now, while nobody can have queued for an exclusive lock yet: a reader that came later would
    /// wait behind it, and it for us. Fewer than wished for will do where we chose the number.
    private func readers(
        _ count: Int, _ factory: ReaderFactory, notes: inout [String]
    ) throws(PostgresFault) -> [Connection] {
        var ready = [Connection]()
        do throws(PostgresFault) {
            while ready.count < count { ready.append(try factory.connect()) }
        } catch {
            if error.sqlstate == "53300" && !ready.isEmpty && request.parallelism == .automatic {
                notes.append("The server allows no more connections: read by \(ready.count) instead of \(count)")
                return ready
            }
            for connection in ready { connection.close() }
            throw error
        }
        return ready
    }

    private func makeSchema(_ columns: [ColumnPlan]) throws(PostgresFault) -> Schema {
        do { return try Schema(columns.map { Field($0.name, $0.type) }) } catch {
            throw PostgresFault(.invalidUse, kind: .configuration, error.description)
        }
    }

    private func readSource(_ object: ReadObject, _ columns: [ColumnPlan]) -> ReadSource {
        let plain = columns.allSatisfy { $0.selection == .plain }
        let list = SelectList.sql(columns)
        var direct: String?
        // COPY table leaves children out and refuses generated columns, and row security is for SELECTs.
        if plain, request.filter == nil, request.limit == nil, let relation = object.relation, relation.sort == .table,
            !relation.hasChildren, !relation.hasRowSecurity, !relation.hasGeneratedColumns
        {
            direct = "\(object.from) (\(list))"
        }
        return ReadSource(
            from: object.from, selectList: list, filter: request.filter, limit: request.limit,
            verbatim: plain && request.columns == nil ? object.query : nil, direct: direct)
    }

    private static func note(on column: ColumnPlan) -> String? {
        switch column.selection {
        case .plain: nil
        case .cast, .doubleCast, .outputFunction:
            column.type.innermost == .text
                ? "Column '\(column.name)' of type \(column.sourceType) is read as the database's own text" : nil
        }
    }

    /// The first "Plan Rows" of EXPLAIN (FORMAT JSON).
    static func plannedRows(_ json: String) -> Int? {
        guard let key = json.firstRange(of: "\"Plan Rows\": ") else { return nil }
        return Int(json[key.upperBound...].prefix { ("0"..."9").contains($0) })
    }
}
