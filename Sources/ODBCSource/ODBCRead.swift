import Columnar
import Ports
import SQLDialects
import Synchronization

/// One read: the connection that stands in its moment, and what further ones are opened for.
final class ODBCRead: OpenRead {
    let schema: Schema
    let units: [ReadUnit]
    let parallelism: Int
    let estimatedRows: Int?
    let notes: [String]
    var sourceTypes: [String] { plan.columns.map(\.described.databaseType.description) }
    var leftOut: [String] { plan.leftOut }
    let mappings: [ColumnMapping]
    let nullsUnfit: Bool

    private let source: ODBCSource
    private let plan: ReadPlan
    private let stop: StopSignal
    private let opened: Double
    /// Of the first connection.
    private let hasMoment: Bool
    /// How many further ones stand in the same moment.
    private let sharing: Int
    private let lease: ConnectionLease
    private let state: Mutex<State>

    private struct State {
        /// Wait for readers.
        var idle: [ODBCSession]
        /// All that were opened, the first one first.
        var sessions: [ODBCSession]
        var longestQuery = 0.0
        /// What took a connection away.
        var failure: (any Error)?
        var closed: Double?
    }

    init(
        source: ODBCSource, session: ODBCSession, others: [ODBCSession], hasMoment: Bool, plan: ReadPlan,
        mappings: [ColumnMapping],
        schema: Schema, nullsUnfit: Bool, stop: StopSignal, lease: ConnectionLease, opened: Double
    ) {
        self.source = source
        self.plan = plan
        self.mappings = mappings
        self.schema = schema
        self.nullsUnfit = nullsUnfit
        self.stop = stop
        self.opened = opened
        self.hasMoment = hasMoment
        self.lease = lease
        units = plan.units.enumerated().map {
            ReadUnit(id: $0, label: $1.label, estimatedRows: $1.estimatedRows, slice: $1.slice)
        }
        parallelism = plan.readers
        estimatedRows = plan.estimatedRows
        notes = source.notes + plan.notes
        sharing = others.count
        state = Mutex(State(idle: [session] + others, sessions: [session] + others))
    }

    deinit { close() }

    func statement(of unit: ReadUnit) throws(ODBCFault) -> ReadPlan.Unit {
        guard units.indices.contains(unit.id), units[unit.id] == unit else {
            throw ODBCFault(.permanent, "Unit \(unit.id) (\(unit.label)) is not one of this read")
        }
        return plan.units[unit.id]
    }

    func statements(on connection: ODBCConnection) -> UnitStatements {
        UnitStatements(units: plan.units, mappings: mappings, quirks: connection.quirks)
    }

    func makeReader() throws -> any UnitReader {
        let (idle, failure, isClosed) = state.withLock { state in
            (state.idle.isEmpty ? nil : state.idle.removeFirst(), state.failure, state.closed != nil)
        }
        guard !isClosed else { throw ODBCFault(.permanent, "The read was closed") }
        if let idle { return ODBCReader(idle, read: self) }
        // One that is opened now would show another moment, unless the statements name theirs.
        guard sharing == 0, !(plan.isOneMoment && plan.readers == 1) else {
            throw failure ?? ODBCFault(.permanent, "The read has no connection left that shows its moment")
        }
        let session = try ODBCSession.open(source.target, type: source.type, options: source.options, stop: stop)
        let isLate = state.withLock { state in
            if state.closed == nil { state.sessions.append(session) }
            return state.closed != nil
        }
        if isLate {
            session.connection.close()
            throw ODBCFault(.permanent, "The read was closed")
        }
        return ODBCReader(session, read: self)
    }

    /// One after the other a reader may take over the connection of one that is done; but not of one that failed. It may be
    /// dead, and many a database ends the transaction with the statement: what is read next would be of another moment.
    func readerClosed(_ session: ODBCSession, longestQuery: Double, failure: (any Error)?) {
        state.withLock { state in
            state.longestQuery = max(state.longestQuery, longestQuery)
            state.failure = state.failure ?? failure
            if state.closed == nil, failure == nil { state.idle.append(session) }
        }
        if failure != nil { session.connection.close() }
    }

    var isSnapshot: Bool { plan.isOneMoment }

    var readsAhead: Bool { plan.readsAhead && plan.readers == 1 }

    /// Two rowsets, what long values of one are read into, and as much again for what the driver itself keeps.
    var readerBytes: Int { 4 * source.options.rowsetBytes + (2 << 20) }

    /// By the connection that stands in the moment; nil while a reader has it, and of a limited number of rows.
    func count() throws -> Int? { try counted(failing: nil, doing: "counting the rows of \(plan.display)") }

    func countRows(failing condition: String) throws -> Int? {
        try counted(failing: condition, doing: "counting the rows of \(plan.display) by a quality rule")
    }

    private func counted(failing condition: String?, doing: String) throws -> Int? {
        let idle = state.withLock { state in
            state.closed == nil && !state.idle.isEmpty ? state.idle.removeFirst() : nil
        }
        guard let idle else { return nil }
        defer { readerClosed(idle, longestQuery: 0, failure: nil) }
        guard !plan.counts.contains(where: { $0.limit != nil }) else { return nil }
        var rows = 0
        for var count in plan.counts {
            if let condition {
                let written = try Condition.written(condition, dialect: idle.dialect)
                count.conditions.append(Condition("NOT (\(written.sql))"))
            }
            let found = try idle.connection.rows(
                try count.sql(idle.dialect), parameters: count.parameters, doing: doing)
            guard let text = found.first?.first ?? nil, let counted = Int(text) else {
                throw ODBCFault(.permanent, "The driver returned no number while \(doing)")
            }
            rows += counted
        }
        return rows
    }

    func confirm() throws {
        let standing = state.withLock { $0.closed == nil ? Array($0.sessions.prefix(sharing + 1)) : [] }
        guard !standing.isEmpty else { throw ODBCFault(.transient, "The read was closed before it was confirmed") }
        // A transaction that was lost on the way can't be ended.
        if hasMoment { for session in standing { try session.endMoment() } }
    }

    var pressure: SourcePressure {
        state.withLock {
            SourcePressure(
                connections: max(1, $0.sessions.count), longestQuerySeconds: $0.longestQuery,
                openTransactionSeconds: hasMoment ? ($0.closed ?? SystemClock().seconds) - opened : 0)
        }
    }

    func close() {
        let sessions = state.withLock { state -> [ODBCSession] in
            guard state.closed == nil else { return [] }
            state.closed = SystemClock().seconds
            state.idle = []
            return state.sessions
        }
        for session in sessions { session.connection.close() }
        lease.keep(0)
    }
}
