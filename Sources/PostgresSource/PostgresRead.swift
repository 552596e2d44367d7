import Columnar
import Ports
import Synchronization

/// One read: the session that holds locks and snapshot, and the units that readers take.
final class PostgresRead: OpenRead {
    let schema: Schema
    let units: [ReadUnit]
    let parallelism: Int
    let estimatedRows: Int?
    let notes: [String]

    private let plans: [UnitPlan]
    private let columns: [ColumnPlan]
    private let factory: ReaderFactory
    private let nullsUnfit: Bool
    /// One statement per slice.
    private let counts: [String]
    /// Answers differently once the exporting transaction is another one.
    private let transactionStart: String
    private let openedAt: Double
    private let state: Mutex<State>

    private struct State {
        /// Taken out while it is used: no call to the server happens under the lock.
        var exporter: Connection?
        /// Connections that stand in the snapshot and wait for a reader.
        var ready: [Connection]
        /// What can stop the readers' statements from outside.
        var running: [ObjectIdentifier: CancelHandle] = [:]
        var opened: Int
        var longestQuery = 0.0
        var closedAt: Double?
    }

    init(
        schema: Schema, columns: [ColumnPlan], plans: [UnitPlan], parallelism: Int, estimatedRows: Int?,
        notes: [String],
        factory: ReaderFactory, nullsUnfit: Bool, exporter: Connection, counts: [String], transactionStart: String,
        openedAt: Double, ready: [Connection]
    ) {
        self.schema = schema
        self.columns = columns
        self.plans = plans
        units = plans.map(\.unit)
        self.parallelism = parallelism
        self.estimatedRows = estimatedRows
        self.notes = notes
        self.factory = factory
        self.nullsUnfit = nullsUnfit
        self.counts = counts
        self.transactionStart = transactionStart
        self.openedAt = openedAt
        state = Mutex(State(exporter: exporter, ready: ready, opened: 1 + ready.count))
    }

    deinit { close() }

    func plan(of unit: ReadUnit) throws(PostgresFault) -> UnitPlan {
        guard plans.indices.contains(unit.id), plans[unit.id].unit == unit else {
            throw PostgresFault(
                .invalidUse, kind: .permanent, "Unit \(unit.id) (\(unit.label)) is not one of this read")
        }
        return plans[unit.id]
    }

    func makeReader() throws -> any UnitReader {
        let decoder = try CopyDecoder(plan: columns, unrepresentable: nullsUnfit ? .null : .error)
        let (waiting, isClosed) = state.withLock { ($0.ready.popLast(), $0.closedAt != nil) }
        guard !isClosed else { throw PostgresFault(.invalidUse, kind: .permanent, "The read was closed") }
        let connection: Connection
        if let waiting {
            connection = waiting
        } else {
            connection = try factory.connect()
            state.withLock { $0.opened += 1 }
        }
        let handle = connection.makeCancelHandle()
        // Closed meanwhile by another thread: then nobody would cancel what this reader starts.
        let isOpen = state.withLock { state in
            if state.closedAt == nil { state.running[ObjectIdentifier(connection)] = handle }
            return state.closedAt == nil
        }
        guard isOpen else {
            connection.close()
            throw PostgresFault(.invalidUse, kind: .permanent, "The read was closed")
        }
        return PostgresReader(connection, read: self, decoder: decoder)
    }

    var isClosed: Bool { state.withLock { $0.closedAt != nil } }

    func readerClosed(_ connection: Connection) {
        state.withLock {
            $0.running[ObjectIdentifier(connection)] = nil
            $0.longestQuery = max($0.longestQuery, connection.longestQuerySeconds)
        }
    }

    var isSnapshot: Bool { factory.snapshot != nil }

    /// Counted by a connection that stands in the snapshot, as its own statement of the exporting session would be younger.
    func count() throws -> Int? {
        guard isSnapshot else { return nil }
        let connection = try factory.connect()
        defer { connection.close() }
        var rows = 0
        for statement in counts {
            rows += try connection.executeOne(statement, doing: "counting rows")[0, 0].flatMap { Int($0) } ?? 0
        }
        return rows
    }

    func confirm() throws {
        guard let exporter = state.withLock({ $0.exporter.take() }) else {
            throw PostgresFault(.snapshotLost, kind: .transient, "The read was closed before it could be confirmed")
        }
        defer { giveBack(exporter) }
        do throws(PostgresFault) {
            let start = try exporter.transactionStart(doing: "confirming the snapshot")
            if start == transactionStart && exporter.isInTransaction { return }
        } catch {
            if error.kind == .cancelled { throw error }
            throw snapshotLost(error.message)
        }
        throw snapshotLost("its transaction is another one")
    }

    private func snapshotLost(_ why: String) -> PostgresFault {
        PostgresFault(
            .snapshotLost, kind: .transient,
            "The session that held the snapshot and the table's lock was lost while the table was read: \(why)",
            remedy: "What was read may be of different moments and is not used; read everything again.")
    }

    private func giveBack(_ exporter: Connection) {
        let isClosed = state.withLock { state in
            if state.closedAt == nil { state.exporter = exporter }
            return state.closedAt != nil
        }
        if isClosed { exporter.close() }
    }

    var pressure: SourcePressure {
        state.withLock {
            SourcePressure(
                connections: $0.opened, longestQuerySeconds: $0.longestQuery,
                openTransactionSeconds: ($0.closedAt ?? MonotonicClock.now) - openedAt)
        }
    }

    func close() {
        let (handles, connections) = state.withLock { state -> ([CancelHandle], [Connection]) in
            guard state.closedAt == nil else { return ([], []) }
            state.closedAt = MonotonicClock.now
            let connections = [state.exporter.take()].compactMap { $0 } + state.ready
            state.ready = []
            return (Array(state.running.values), connections)
        }
        // Readers that still run fail with a cancellation; their owners close them.
        for handle in handles { handle.send() }
        for connection in connections { connection.close() }
    }
}
