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

    /// What was found, locked and divided, before the moment is fixed.
    private struct Prepared {
        var object: ReadObject
        var columns: [ColumnPlan]
        var leftOut: [String]
        var schema: Schema
        var division: Division.Outcome
        /// One unit per slice, for where only one connection can read.
        var whole: [UnitPlan]
        var sources: [ReadSource]
        /// Statement that takes the locks again.
        var lock: String
        var notes: [String]
        /// Not worth a second connection.
        var isSmall: Bool

        func content(_ units: [UnitPlan], nullsUnfit: Bool, notes: [String]) -> PostgresRead.Content {
            PostgresRead.Content(
                schema: schema, columns: columns, leftOut: leftOut, plans: units, estimatedRows: division.estimatedRows,
                notes: notes,
                nullsUnfit: nullsUnfit, sources: sources)
        }
    }

    func open() throws(PostgresFault) -> PostgresRead {
        let openedAt = MonotonicClock.now
        try checkRequest()
        var refusal: String?
        // A round that meets a change is rolled back as a whole, so that nothing is kept of what was described before it.
        for round in 0..<5 {
            _ = try exporter.execute(
                (round > 0 ? "ROLLBACK; " : "")
                    + TransactionText.exporter(lockTimeout: source.settings.lockSeconds, on: exporter),
                doing: "setting up the session")
            var prepared = try prepare()
            if let refusal {
                prepared.notes.append("The server exports no snapshot (\(refusal)): read by one connection")
            }
            if refusal != nil || prepared.isSmall || source.maximumConnections == 1 {
                if let read = try alone(prepared, openedAt: openedAt) { return read }
                continue
            }
            let snapshot: String
            do throws(PostgresFault) {
                snapshot =
                    try exporter.execute("SELECT pg_catalog.pg_export_snapshot()", doing: "exporting a snapshot")[0, 0]
                    ?? ""
            } catch {
                guard error.reason == .server else { throw error }
                refusal = error.message
                continue
            }
            guard try isUnchanged(prepared.object) else { continue }
            if let read = try shared(prepared, snapshot: snapshot, openedAt: openedAt) { return read }
            // Others have all connections: this one reads by itself.
            if let read = try alone(prepared, openedAt: openedAt) { return read }
        }
        throw PostgresFault(
            .snapshotLost, kind: .transient, "Partitions come and go while they are being opened",
            remedy: "Try again when nobody attaches or detaches partitions.")
    }

    private func prepare() throws(PostgresFault) -> Prepared {
        let object = try findObject()
        let (columns, leftOut) = try planColumns(of: object)
        let schema = try makeSchema(columns)
        var notes = columns.compactMap { Self.note(on: $0) }
        let slices = try slices(of: object, columns)
        let open = try openStatement(object, columns, slices)
        let plan = try explain(open, object)
        if object.relation?.hasRowSecurity == true {
            notes.append("Row security applies to \(object.display): only rows that \(exporter.user) may see are read")
        }
        var division = Division.Outcome(units: [], readers: 1, estimatedRows: 0)
        var whole: [UnitPlan] = []
        var bytes: Int? = 0
        for slice in slices {
            let plan = slice.label == nil ? plan : try explain(slice.source.select(), object)
            var part = try Division(opening: self, object: object, all: slice.source, plan: plan).divide()
            part.estimatedRows = part.estimatedRows ?? plan.rows
            division.append(part, of: slice)
            let expected = slice.source.isAll ? object.relation?.bytes ?? plan.bytes : plan.bytes
            bytes = bytes.flatMap { known in expected.map { known.addingReportingOverflow($0).partialValue } }
            whole.append(
                Division.wholeUnit(slice.source, label: slice.label ?? object.display, rows: part.estimatedRows))
        }
        for i in whole.indices {
            (whole[i].unit.id, whole[i].unit.slice) = (i, i)
        }
        return Prepared(
            object: object, columns: columns, leftOut: leftOut, schema: schema, division: division, whole: whole,
            sources: slices.map(\.source), lock: object.lock ?? "EXPLAIN (FORMAT JSON) " + open,
            notes: notes + division.notes,
            isSmall: division.readers == 1 && (bytes ?? .max) < WorkDivision.smallBytes)
    }

    /// EXPLAIN plans the statement and so locks whatever it reads: views' tables, partitions, materialized views.
    private func explain(_ statement: String, _ object: ReadObject) throws(PostgresFault) -> PlanText {
        do throws(PostgresFault) {
            let rows = try exporter.executeOne(
                "EXPLAIN (FORMAT JSON) " + statement, doing: "planning the read of \(object.display)")
            return PlanText(rows[0, 0] ?? "")
        } catch {
            throw Permission.explained(error, on: object.relation?.objectName, user: exporter.user)
        }
    }

    /// By connections that share the exporter's snapshot. Nil: there is none for us.
    private func shared(
        _ prepared: Prepared, snapshot: String, openedAt: Double
    ) throws(PostgresFault) -> PostgresRead? {
        let division = prepared.division
        var notes = prepared.notes
        let factory = ReaderFactory(
            shelf: source.shelf, stop: exporter.stop, snapshot: snapshot, lock: prepared.lock,
            identity: try ServerIdentity(on: exporter))
        let start = try exporter.transactionStart(doing: "setting up the session")
        let ready = try readers(min(division.readers, division.units.count), factory, notes: &notes)
        guard !ready.isEmpty else { return nil }
        return PostgresRead(
            content: prepared.content(division.units, nullsUnfit: nullsUnfit, notes: notes), factory: factory,
            exporter: exporter, transactionStart: start, openedAt: openedAt, ready: ready)
    }

    /// By the exporter itself, in a transaction of its own whose one snapshot is younger than its locks. Nil: something
    /// changed while no lock was held.
    private func alone(_ prepared: Prepared, openedAt: Double) throws(PostgresFault) -> PostgresRead? {
        let lock = prepared.object.lock
        _ = try exporter.execute(
            "ROLLBACK; "
                + TransactionText.alone(lock: lock, lockTimeout: source.settings.lockSeconds, on: exporter),
            doing: "locking \(prepared.object.display) for reading")
        if lock == nil {
            _ = try exporter.executeOne(prepared.lock, doing: "locking \(prepared.object.display) for reading")
            guard try hasUnchangedFiles() else { return nil }
        }
        guard try isUnchanged(prepared.object), try planColumns(of: prepared.object).plans == prepared.columns else {
            return nil
        }
        let start = try exporter.transactionStart(doing: "setting up the session")
        return PostgresRead(
            content: prepared.content(prepared.whole, nullsUnfit: nullsUnfit, notes: prepared.notes), factory: nil,
            exporter: exporter, transactionStart: start, openedAt: openedAt, ready: [])
    }

    private var nullsUnfit: Bool { request.typeChoices.unrepresentable == .null }

    /// Planning took the snapshot before the locks. A TRUNCATE between them gave the table another file, and to this
    /// snapshot the new one is empty; the catalog, read by the snapshot, still names the old one.
    private func hasUnchangedFiles() throws(PostgresFault) -> Bool {
        try exporter.execute(
            """
            SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation \
            WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' \
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d \
            WHERE d.datname = pg_catalog.current_database()) AND (c.oid IS NULL OR c.relkind IN ('r', 'm') \
            AND c.relfilenode <> '0' AND c.relfilenode <> pg_catalog.pg_relation_filenode(c.oid)))
            """, doing: "looking for changes")[0, 0] == "t"
    }

    /// Whether the parts that were there before the lock are those that are there after the snapshot. A partition may be
    /// attached in spite of our lock; it would be in the snapshot, but neither be locked nor among the units.
    private func isUnchanged(_ object: ReadObject) throws(PostgresFault) -> Bool {
        guard let tree = object.tree, let relation = object.relation else { return true }
        return try relation.tree(on: exporter) == tree
    }

    private func checkRequest() throws(PostgresFault) {
        // The protocol ends a statement at such a byte, and what stands behind it would be left out.
        let texts =
            [request.object.text, request.filter ?? "", request.splitColumn ?? ""] + (request.columns ?? [])
            + (request.windows?.texts ?? [])
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw PostgresFault(.invalidUse, kind: .configuration, "A name, filter or query holds a NUL character")
        }
        if let filter = request.filter {
            try QueryText.checkCondition(filter, backslashes: exporter.hasBackslashEscapes)
        }
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
    /// wait behind it, and it for us. Fewer than wished for will do where others have the rest, or where we chose the number.
    private func readers(
        _ count: Int, _ factory: ReaderFactory, notes: inout [String]
    ) throws(PostgresFault) -> [Connection] {
        var ready = [Connection]()
        do throws(PostgresFault) {
            while ready.count < count, let connection = try factory.connectIfFree() { ready.append(connection) }
        } catch {
            // None at all: the exporter reads by itself.
            if error.sqlstate?.hasPrefix("53") == true && request.parallelism == .automatic {
                let read = max(1, ready.count)
                notes.append("The server allows no more connections: read by \(read) instead of \(count)")
                return ready
            }
            for connection in ready { connection.giveBack() }
            throw error
        }
        return ready
    }

    private func makeSchema(_ columns: [ColumnPlan]) throws(PostgresFault) -> Schema {
        do { return try Schema(columns.map { Field($0.name, $0.type) }) } catch {
            throw PostgresFault(.invalidUse, kind: .configuration, error.description)
        }
    }

    private static func note(on column: ColumnPlan) -> String? {
        switch column.selection {
        case .plain: nil
        case .cast, .doubleCast, .outputFunction:
            column.type.innermost == .text
                ? "Column '\(column.name)' of type \(column.sourceType) is read as the database's own text" : nil
        }
    }
}

extension ReadRequest.Object {
    var text: String {
        switch self {
        case .table(let text), .query(let text): text
        }
    }
}
