import Columnar
import Ports
import SQLDialects
import Synchronization

/// One read: connections that stand in transactions of one moment, and the units that readers take.
final class SQLiteRead: OpenRead {
    let schema: Schema
    let units: [ReadUnit]
    let parallelism: Int
    let estimatedRows: Int?
    let notes: [String]
    let leftOut: [String]
    var sourceTypes: [String] { columns.map(\.declared) }

    private let plans: [UnitPlan]
    private let counts: [Division.Count]
    private let lease: ConnectionLease
    private let columns: [ColumnPlan]
    private let facts: DatabaseFacts
    private let hasRowid: Bool
    private let nullsUnfit: Bool
    private let stop: ReadStop
    private let opened: Double
    private let state: Mutex<State>

    private struct State {
        /// Stand in the moment and wait for a reader.
        var ready: [Database]
        /// Have been read from. Their transactions go on: they hold the file as it is until the read is confirmed.
        var finished: [Database] = []
        var connections: Int
        var longestQuery = 0.0
        var isLost = false
        var closed: Double?
    }

    init(
        schema: Schema, columns: [ColumnPlan], leftOut: [String], division: Division.Outcome, notes: [String],
        facts: DatabaseFacts,
        hasRowid: Bool, nullsUnfit: Bool, stop: ReadStop, connections: [Database],
        lease: ConnectionLease, opened: Double
    ) {
        self.schema = schema
        self.columns = columns
        self.leftOut = leftOut
        plans = division.units
        counts = division.counts
        self.lease = lease
        units = division.units.map(\.unit)
        parallelism = connections.count
        estimatedRows = division.estimatedRows
        self.notes = notes
        self.facts = facts
        self.hasRowid = hasRowid
        self.nullsUnfit = nullsUnfit
        self.stop = stop
        self.opened = opened
        state = Mutex(State(ready: connections, connections: connections.count))
    }

    deinit { close() }

    func plan(of unit: ReadUnit) throws(SQLiteFault) -> UnitPlan {
        guard plans.indices.contains(unit.id), plans[unit.id].unit == unit else {
            throw SQLiteFault(.permanent, "Unit \(unit.id) (\(unit.label)) is not one of this read")
        }
        return plans[unit.id]
    }

    func makeReader() throws -> any UnitReader {
        // One after the other a reader may take over the connection of one that is done.
        let connection = state.withLock { state in
            state.closed == nil ? state.ready.popLast() ?? state.finished.popLast() : nil
        }
        guard let connection else {
            throw SQLiteFault(.permanent, "The read was closed, or has no connection left for another reader")
        }
        let decoder = RowDecoder(
            plan: columns, nullsUnfit: nullsUnfit, isWide: facts.isWide, hasRowid: hasRowid)
        return SQLiteReader(connection, read: self, decoder: decoder)
    }

    func readerClosed(_ connection: Database, longestQuery: Double) {
        let isReading = connection.isReading
        let isClosed = state.withLock { state in
            state.longestQuery = max(state.longestQuery, longestQuery)
            if !isReading { state.isLost = true }
            if state.closed == nil { state.finished.append(connection) }
            return state.closed != nil
        }
        if isClosed { connection.close() }
    }

    /// By a connection that no reader has; nil while they have all.
    func count() throws -> Int? { try counted(and: nil, doing: "counting rows") }

    func countRows(failing condition: String) throws -> Int? {
        guard counts.allSatisfy({ $0.limit == nil }) else { return nil }
        try UserQuery.checkCondition(condition, lexicon: SQLiteSource.dialect.lexicon)
        // The line end closes a comment.
        return try counted(and: "NOT (\(condition)\n)", doing: "counting rows by a quality rule")
    }

    private func counted(and condition: String?, doing: String) throws -> Int? {
        let connection = state.withLock { state in
            state.closed == nil ? state.ready.popLast() ?? state.finished.popLast() : nil
        }
        guard let connection else { return nil }
        defer { readerClosed(connection, longestQuery: 0) }
        var rows = 0
        for count in counts {
            let found = try connection.values(count.sql(and: condition), count.parameters, doing: doing)
            if case .integer(let number) = found.first { rows += Int(number) }
        }
        return rows
    }

    func confirm() throws {
        let (isClosed, isLost, connections) = state.withLock {
            ($0.closed != nil, $0.isLost, $0.ready + $0.finished)
        }
        guard !isClosed, !isLost, connections.allSatisfy(\.isReading) else {
            throw SQLiteFault(
                .transient, "The transaction that held the file as it was has ended",
                remedy: "What was read may be of different moments and is not used; read everything again.")
        }
        // Outside of WAL mode nobody who keeps to SQLite's locks can have written while ours were held.
        guard facts.isLocked, let before = facts.state, let path = connections.first?.path,
            let now = FileState(path), now.isSameFile(as: before), now != before
        else { return }
        throw SQLiteFault(
            .transient, "'\(path)' was changed while it was read, by a program that ignores SQLite's locks",
            remedy: "Copies over a database file must not be made while it is in use. Read it again.")
    }

    var pressure: SourcePressure {
        state.withLock {
            SourcePressure(
                connections: $0.connections, longestQuerySeconds: $0.longestQuery,
                openTransactionSeconds: ($0.closed ?? MonotonicNow.seconds) - opened)
        }
    }

    func close() {
        let connections = state.withLock { state -> [Database] in
            guard state.closed == nil else { return [] }
            state.closed = MonotonicNow.seconds
            let connections = state.ready + state.finished
            (state.ready, state.finished) = ([], [])
            return connections
        }
        // Readers that still run are interrupted; their owners close them.
        stop.close()
        for connection in connections { connection.close() }
        lease.keep(0)
    }
}
